"""Around every page: whom it is for, and refusals as pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from foundation.pages import errors, surroundings
from kernel.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponse]


class PageMiddleware:
    """Tells filters whom they write for, answers refusals with a page, keeps fragments apart."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        with surroundings.asked_of(request):
            response = self.get_response(request)
        patch_vary_headers(response, ("HX-Request",))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal with a page that says what, which and what next."""
        if not isinstance(exception, DomainError):
            return None
        return errors.refusal(request, exception)
