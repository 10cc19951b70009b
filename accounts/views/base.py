"""The base of every page: it opens for whoever its declaration lets in, and for nobody else.

class Statement(Page):
    permission = "royalties.statement.view"

    def get(self, request, pk):
        statement = self.one(statements.shown(), pk)
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import classonlymethod
from django.views import View

from accounts import sessions
from accounts.doors import CLOSED, Declared, Door, Obstacle, examine
from accounts.models import User
from accounts.policies import can, scope
from accounts.selectors import changelog
from accounts.services import held, refusals
from foundation.middleware import outside_tenant
from foundation.tenancy import tenant_atomic

OFFERED = ("GET", "HEAD", "POST")  # by other packages' pages
Row = TypeVar("Row", bound=models.Model)


class Page(Declared, View):
    """A page (or a fragment of one). Declare exactly one of the first four.

    ``public``: a reason; ``own_account``: any signed-in person, without an organisation;
    ``signed_in``: any role in the organisation; ``permission``: a code, or ``{method: code}``.
    ``seen_with``: who lacks this code gets 404 instead of 403. ``reveals``: a high permission needs
    the fresh second factor for reading, too.
    """

    @classonlymethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the view function, with its door on it for the start-up check."""
        view = super().as_view(**initkwargs)
        view.door = cls.door  # type: ignore[attr-defined]
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the caller in or answer what stands in the way."""
        if self.door == CLOSED:
            raise PermissionDenied("This page declares no door.")
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            return self.http_method_not_allowed(request, *args, **kwargs)
        obstacle = examine(request, self.door)
        if obstacle is not None:
            return refuse(request, obstacle)
        return super().dispatch(request, *args, **kwargs)

    @property
    def fresh(self) -> bool:
        """Whether the second factor was given again within five minutes: for services that ask."""
        return sessions.has_stepped_up(self.request)

    @property
    def person(self) -> User:
        """Who is signed in."""
        return cast(User, self.request.user)

    def happened(
        self,
        *subjects: models.Model | tuple[str, UUID],
        permission: str = "",
        about: str = "",
    ) -> dict[str, Any]:
        """Return what every page shows at its end where it is in its context: the changelog of one
        object, or of rows that belong together; nothing for who lacks ``permission``. ``about`` is
        how the events' codes begin, where only some are meant."""
        if permission and not can(self.person, permission):
            return {}
        return {"happened": changelog.of(*subjects, about=about)}

    def rows(self, rows: models.QuerySet[Row], code: str = "") -> models.QuerySet[Row]:
        """Return those rows that this page's permission (or ``code``) reaches."""
        code = code or self.door.code(self.request.method)
        return scope(self.person, code, rows)

    def one(self, rows: models.QuerySet[Row], pk: UUID | str, code: str = "") -> Row:
        """Return the row ``pk`` within reach; outside it there is none (404)."""
        found = self.rows(rows, code).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


def guarded(
    view: Callable[..., HttpResponseBase], door: Door, offered: Sequence[str] = OFFERED
) -> Callable[..., HttpResponseBase]:
    """Return another package's view behind a door, for the methods ``offered`` alone."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in offered:
            return HttpResponseNotAllowed(offered)
        obstacle = examine(request, door)
        return view(request, *args, **kwargs) if obstacle is None else refuse(request, obstacle)

    inside.door = door  # type: ignore[attr-defined]
    return inside


def behind(view: Callable[..., HttpResponseBase], door: Door) -> Callable[..., HttpResponseBase]:
    """Return another package's view behind a door, and without an organisation's transaction."""
    return outside_tenant(guarded(view, door))  # type: ignore[type-var]


def refuse(request: HttpRequest, obstacle: Obstacle) -> HttpResponse:
    """Answer an obstacle: send the person to what removes it, or refuse and record that."""
    if obstacle is Obstacle.HIDDEN:
        raise Http404
    if obstacle is Obstacle.FORBIDDEN:
        refusals.record(request=request, by=cast(User, request.user), at=timezone.now())
        if _is_fragment(request):
            return _problem(request, 403, "not_allowed", "Your roles don't include this.", "")
        raise PermissionDenied("Your roles don't include this. An administrator can give them.")
    if obstacle is Obstacle.SIGN_IN:
        if request.method == "POST" and (kept := _kept_of_ended(request)):
            return kept
        return _send(request, 401, "sign_in_needed", reverse("account_login"))
    if obstacle is Obstacle.ORGANISATION:
        return _send(request, 403, "organisation_needed", reverse("accounts:organisations"))
    if obstacle is Obstacle.SECOND_FACTOR:
        return _send(request, 403, "second_factor_needed", reverse("accounts:second_factor"))
    return _step_up(request)


def _kept_of_ended(request: HttpRequest) -> HttpResponse | None:
    """Keep a form whose session ended while it was filled in, and send its author to sign in.

    None where it isn't known whose form it is, or it holds what isn't kept.
    """
    ended = getattr(request, "ended_session", None)
    if ended is None or not ended.org_id or _is_fragment(request):
        return None
    if not held.may_keep(request.POST):
        return None
    with tenant_atomic(UUID(ended.org_id)):
        token = held.keep(
            session=request.session,
            path=request.get_full_path(),
            fields=request.POST,
            had_files=bool(request.FILES),
            by=ended.person,
            at=timezone.now(),
        )
    back = reverse("accounts:resume", args=[token])
    messages.info(request, "Your sign-in ended. Sign in again: what you filled in is kept.")
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def _step_up(request: HttpRequest) -> HttpResponse:
    """Send the person to confirm with the second factor, keeping what they had filled in."""
    address = reverse("accounts:step_up")
    if _is_fragment(request):
        return _problem(request, 403, "step_up_needed", Obstacle.STEP_UP.value, address)
    back = request.get_full_path()
    if request.method == "POST":
        token = held.keep(
            session=request.session,
            path=back,
            fields=request.POST,
            had_files=bool(request.FILES),
            by=cast(User, request.user),
            at=timezone.now(),
        )
        back = reverse("accounts:resume", args=[token])
    return HttpResponseRedirect(f"{address}?{urlencode({'next': back})}")


def _send(request: HttpRequest, status: int, code: str, address: str) -> HttpResponse:
    if _is_fragment(request):
        return _problem(request, status, code, f"Go to {address} first.", address)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    if back == "/":
        return redirect(address)
    return HttpResponseRedirect(f"{address}?{urlencode({'next': back})}")


def _problem(
    request: HttpRequest, status: int, code: str, detail: str, address: str
) -> HttpResponse:
    """Answer a fragment's request with a problem document, and tell htmx where to go."""
    title = code.replace("_", " ").capitalize()
    answer = JsonResponse(
        {
            "type": f"urn:mediatrack:problem:{code}",
            "title": title,
            "status": status,
            "code": code,
            "detail": detail,
        },
        status=status,
        content_type="application/problem+json",
    )
    if address:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = page.path + (f"?{page.query}" if page.query else "") or "/"
        answer["HX-Redirect"] = f"{address}?{urlencode({'next': back})}"
    return answer


def _is_fragment(request: HttpRequest) -> bool:
    """Return whether htmx or a script asked, who can't follow a redirect to a page."""
    return (
        request.headers.get("HX-Request") == "true"
        or "application/json" in request.headers.get("Accept", "").split(",")[0]
    )
