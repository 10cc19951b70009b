"""The gate at the door of any content endpoint: a decorator, a permission of the API, a filter.

    @gated("svod")                          # a Django view whose work is the argument pk
    def watch(request, pk): ...

    class Preview(ApiView):                 # a view of the API says what it shows
        permission_classes = (ByDoor, AtTheGate)
        def content(self, **path): return asset.work_id, "svod"

    of(request).open_to(pairs)              # a list leaves out what isn't available

All three decide by ``selectors.gate`` for the place that the request comes from, today.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from audit import actors
from kernel.errors import DomainError
from rights.engine.gate import Code
from rights.selectors import gate
from rights.selectors.gate_questions import Question
from rights.services import refusals
from territories.location import UNKNOWN, Location, of_request

Content = tuple[UUID, str]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# On whose behalf it is refused. What a licence says, and whose it is, stays inside.
AUTHORITIES = {
    Code.CONFLICT: "dispute",
    Code.HOLD: "dispute",
    Code.UNCLAIMED: "dispute",
    Code.EXPLICIT: "law",
}


class NotAvailable(DomainError):
    """The work may not be shown where the request comes from (RFC 7725)."""

    code = "not_available"
    status = 451

    @property
    def headers(self) -> Mapping[str, str]:
        """Who blocks: this installation."""
        return {"Link": f'<{settings.BASE_URL}>; rel="blocked-by"'}


class Gate:
    """The gate for one request, at ``now``; None is when it is asked."""

    def __init__(self, request: HttpRequest, *, now: datetime | None = None) -> None:
        self._request, self._now = request, now
        self.asked = False

    @cached_property
    def location(self) -> Location:
        """Where the request comes from. Raises BadVenueToken."""
        return of_request(self._request)

    def admit(self, work_id: UUID, right: str) -> None:
        """Raise NotAvailable, and record it, where a work may not be shown under a right."""
        [decision] = self._decide([(work_id, right)])
        if decision.allowed:
            return
        code, where = decision.reasons[0].code, self.location.territory
        user = getattr(self._request, "user", None)
        known = user is not None and user.is_authenticated
        refusals.record(
            work_id=work_id,
            reason=code.value,
            territory=where,
            by=cast(actors.Actor, user) if known else actors.ANONYMOUS,
            at=timezone.now(),
        )
        place = "where you are; nobody knows where that is" if where == UNKNOWN else f"in {where}"
        raise NotAvailable(
            f"This isn't available {place}.",
            reason=code.value,
            authority=AUTHORITIES.get(code, "rights_holder"),
            territory=where,
        )

    def open_to(self, contents: Iterable[Content]) -> set[Content]:
        """Return those of ``contents`` that may be shown; a few queries for all of them."""
        asked = list(dict.fromkeys(contents))
        found = self._decide(asked)
        return {one for one, decision in zip(asked, found, strict=True) if decision.allowed}

    def _decide(self, contents: list[Content]) -> list[gate.Decision]:
        self.asked = True
        where = self.location.territory
        questions = [Question(work, right, where) for work, right in contents]
        return gate.decide(questions, now=self._now or timezone.now())


def of(request: HttpRequest) -> Gate:
    """Return the gate of a request, always the same one."""
    found: Gate | None = getattr(request, "gate", None)
    if found is None:
        found = Gate(request)
        request.gate = found  # type: ignore[attr-defined]
    return found


def gated(right: str, *, work: str = "pk") -> Callable[[View], View]:
    """Let a Django view show a work, named by its argument ``work``, only where it may be shown."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            of(request).admit(UUID(str(kwargs[work])), right)
            return view(request, *args, **kwargs)

        return cast(View, guarded)

    return guard


class ShowsContent(Protocol):
    """What a view of the API has that shows a work."""

    kwargs: dict[str, Any]

    def content(self, **path: Any) -> Content:
        """Return the work and the right under which it is shown; Http404 outside reach."""
        ...


class AtTheGate(BasePermission):
    """Lets in where the view's content may be shown; it stands after who may come at all."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or raise NotAvailable."""
        shows = cast(ShowsContent, view)
        of(request._request).admit(*shows.content(**shows.kwargs))
        return True
