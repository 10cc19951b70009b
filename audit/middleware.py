"""Gives every request an id and its events their circumstances."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.context import Context, under
from kernel.ids import uuid7

HEADER = "X-Request-ID"


def request_context(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Wrap the request; the id goes back in a header, so that a person can quote it.

    A caller's own id isn't taken: it could repeat another request's.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        context = Context(str(uuid7()), address(request), lambda: auth_level(request))
        with under(context):
            response = get_response(request)
        response[HEADER] = context.request_id
        return response

    return answer


def address(request: HttpRequest) -> str:
    """Return the caller's address: the peer's, or the one our own proxies saw.

    ``PROXY_HOPS`` says how many proxies of ours stand in front; what lies further left in
    X-Forwarded-For was written by the caller and isn't looked at.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops: int = settings.PROXY_HOPS
    if not hops:
        return peer
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return chain[-hops] if len(chain) >= hops else peer


def auth_level(request: HttpRequest) -> str:
    """Return anonymous, client, password (one factor of any kind), second_factor or step_up.

    ``step_up``: the second factor was given again within the last minutes.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return "anonymous"
    if getattr(user, "actor_kind", "person") == "client":
        return "client"
    verified = getattr(user, "is_verified", None)
    if verified is None or not verified():
        return "password"
    stepped_up = getattr(user, "has_stepped_up", None)
    return "step_up" if stepped_up is not None and stepped_up() else "second_factor"
