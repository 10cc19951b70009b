"""The gate around every request: within reach of every view, and never in anybody's cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rights import door

Handler = Callable[[HttpRequest], HttpResponse]


class GateMiddleware:
    """Gives each request its gate (``request.gate``); what was shown through it isn't kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request. Nothing is asked before a view asks."""
        gate = door.of(request)
        response = self.get_response(request)
        if gate.asked:
            response["Cache-Control"] = "no-store"
        return response
