"""Every way a page can be refused, as one page that says what happened and what to do next."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from foundation.pages import fragments
from kernel.errors import DomainError

TITLES = {
    400: "That request can't be read",
    403: "You may not open this",
    404: "There is nothing here",
    409: "That can't be done now",
    410: "This is gone",
    422: "That can't be taken as it is",
    451: "Not available for legal reasons",
    500: "Something went wrong",
}
CODES = {400: "bad_request", 403: "not_allowed", 404: "not_found", 500: "internal_error"}
NEXT = {
    400: "Go back, load the page again and repeat what you did.",
    403: "An administrator of your organisation can give you a role that includes it.",
    404: "The address may be mistyped, or what it names is not open to you.",
}


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page (or fragment, or problem document) of a refusal by the product's own code."""
    response = answer(request, error.status, error.detail, problem=error.problem())
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    return response


def answer(
    request: HttpRequest, status: int, detail: str, *, problem: dict[str, Any] | None = None
) -> HttpResponse:
    """Return what ``request`` can show of a refusal: a page, a fragment or a problem document."""
    title = TITLES.get(status, TITLES[500 if status >= 500 else 409])
    if request.path.startswith("/api/"):
        return _document(status, detail, problem or {})
    template = "kit/_refusal.html" if fragments.wanted(request) else "kit/refusal.html"
    return render(request, template, {"title": title, "detail": detail}, status=status)


def _document(status: int, detail: str, problem: dict[str, Any]) -> HttpResponse:
    code = CODES.get(status, "refused")
    whole = {
        "type": f"urn:mediatrack:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        **problem,
    }
    return HttpResponse(json.dumps(whole), status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return answer(request, 400, NEXT[400])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403, with what the view said."""
    return answer(request, 403, str(exception) or NEXT[403])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: not there, or not within reach; which of the two isn't said."""
    return answer(request, 404, NEXT[404])


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking the database anything: it may be what failed."""
    detail = "The fault is ours, nothing was changed, and it has been reported."
    asked = str(getattr(request, "request_id", ""))
    if request.path.startswith("/api/"):
        return _document(500, detail, {"request_id": asked})
    context = {"title": TITLES[500], "detail": detail, "request_id": asked}
    return HttpResponse(render_to_string("kit/failure.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was sent without the proof that this site made it."""
    return answer(
        request,
        403,
        "This form is too old, or your sign-in changed since it was opened. Nothing was changed. "
        "Go back, load the page again and send it once more.",
    )
