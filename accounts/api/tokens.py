"""Where clients of the API get their tokens."""

from allauth.core import ratelimit
from allauth.idp.oidc import views as oidc
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give a client a token, thirty times a minute for one address at most."""
    if not ratelimit.consume(request, action="api_token"):
        return _too_many()
    answer: HttpResponse = oidc.token(request)
    return answer


def _too_many() -> HttpResponse:
    problem = {
        "type": "urn:mediatrack:problem:too_many_requests",
        "title": "Too many requests",
        "status": 429,
        "code": "too_many_requests",
        "detail": "Ask for a token once and use it for its ten minutes. Wait a minute now.",
    }
    return JsonResponse(
        problem,
        status=429,
        content_type="application/problem+json",
        headers={"Retry-After": "60"},
    )
