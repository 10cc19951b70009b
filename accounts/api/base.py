"""The base of every API view: it declares its door as pages do.

class Statements(ApiView):
    permission = "royalties.statement.see"

    @operation("List statements", gives=page_of(STATEMENT), query=LISTING.query)
    def get(self, request):
        return self.page(LISTING, rows, shown)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn, TypeVar, cast
from uuid import UUID

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import (
    AuthenticationFailed,
    MethodNotAllowed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import sessions
from accounts.api import limits, views
from accounts.api.authentication import ClientToken, ElsewhereOnly
from accounts.doors import Declared, Obstacle, examine
from accounts.models import ServiceAccount, User
from accounts.policies import can, scope
from accounts.services import refusals
from audit.middleware import address as address_of
from foundation.api.listing import Listing
from foundation.api.operations import Reply
from kernel.errors import DomainError

Row = TypeVar("Row", bound=models.Model)


class FirstThis(DomainError):
    """Something has to be done in a browser first: an organisation chosen, a factor given."""

    code = "not_yet"
    status = 403


class SecondFactorNeeded(FirstThis):
    """The person has given no second factor in this session."""

    code = "second_factor_needed"


class StepUpNeeded(FirstThis):
    """The second factor has to be given again."""

    code = "step_up_needed"


class OrganisationNeeded(FirstThis):
    """The person belongs to several organisations and has chosen none."""

    code = "organisation_needed"


class IdTaken(DomainError):
    """The id that a client made for something new is something else's."""

    code = "id_taken"


class ByDoor(BasePermission):
    """Lets in whom the view's door lets in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, or raise what stands in the way."""
        obstacle = examine(request, cast(Declared, view).door)
        if obstacle is not None:
            stop(request, obstacle)
        return True


class ApiView(Declared, APIView):
    """A view of the API. Declare exactly one of public, signed_in and permission (see ``Page``).

    ``sent`` and ``asked`` are what the operation found in body and query. ``group`` is the chapter
    of the documentation.
    """

    authentication_classes = (ClientToken, SessionAuthentication)
    permission_classes: Sequence[type[BasePermission]] = (ByDoor,)
    group: ClassVar[str] = ""
    needs: ClassVar[Mapping[str, str]] = {}  # further permissions by method, for the description
    sent: Any
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a method that isn't there before anything else."""
        if not hasattr(self, (request.method or "").lower()):
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Find out who calls, and count the request."""
        try:
            super().perform_authentication(request)
        except (AuthenticationFailed, ElsewhereOnly):
            self._count(address_of(request._request))
            raise
        user = request.user
        self._count(user.pk if user.is_authenticated else address_of(request._request))

    def _count(self, caller: UUID | str) -> None:
        method = self.request.method
        known = getattr(getattr(self, (method or "").lower(), None), "operation", None)
        limits.spend(caller=caller, method="GET" if known and known.asks else method)

    def present(self, *_: Any, **path: Any) -> Any:
        """Return what a change is about as it is now, under its row's lock: for If-Match."""
        raise NotImplementedError(f"{type(self).__name__} takes changes and tells no present state")

    @property
    def actor(self) -> User:
        """Who calls: a person, or a client's account."""
        return cast(User, self.request.user)

    @property
    def fresh(self) -> bool:
        """Whether the second factor was given again within five minutes; never for clients."""
        return sessions.has_stepped_up(self.request)

    def need(self, code: str) -> None:
        """Refuse who lacks another permission than the view's own."""
        if not can(self.actor, code):
            stop(self.request, Obstacle.FORBIDDEN)

    def by_person_needs_step_up(self) -> None:
        """Ask a person for the second factor again; a client is bound by its codes alone."""
        if not isinstance(self.actor, ServiceAccount) and not self.fresh:
            stop(self.request, Obstacle.STEP_UP)

    def page(
        self,
        listing: Listing,
        rows: models.QuerySet[Any],
        told: Callable[[Sequence[Any]], list[dict[str, Any]]],
    ) -> dict[str, Any]:
        """Return one page of rows that this caller may see."""
        viewed = (
            views.asked_by(listing, self.asked["view"], self.actor)
            if "view" in self.asked
            else None
        )
        return listing.rows_of(rows, self.asked, path=self.request.path, told=told, viewed=viewed)

    def already(
        self, rows: models.QuerySet[Row], told: Callable[[Row], dict[str, Any]]
    ) -> Reply | None:
        """Return the answer to a creation whose row, under the id that was sent, is there already.

        Raises IdTaken where the row isn't what was sent.
        """
        found = rows.filter(pk=self.sent["id"]).first() if "id" in self.sent else None
        if found is None:
            return None
        shown = told(found)
        if not _within(self.sent, shown):
            raise IdTaken("The id is another thing's here. Make a new one.", id=self.sent["id"])
        return Reply(shown, status=200)

    def rows(self, rows: models.QuerySet[Row], code: str = "") -> models.QuerySet[Row]:
        """Return those rows that this view's permission (or ``code``) reaches."""
        return scope(self.actor, code or self.door.code(self.request.method), rows)

    def one(self, rows: models.QuerySet[Row], pk: UUID | str, code: str = "") -> Row:
        """Return the row ``pk`` within reach; outside it there is none (404)."""
        found = self.rows(rows, code).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


def stop(request: Request, obstacle: Obstacle) -> NoReturn:
    """Raise the API's answer to an obstacle; a refusal is recorded."""
    if obstacle is Obstacle.SIGN_IN:
        raise NotAuthenticated
    if obstacle is Obstacle.ORGANISATION:
        raise OrganisationNeeded("Choose an organisation at /accounts/organisations/ first.")
    if obstacle is Obstacle.SECOND_FACTOR:
        raise SecondFactorNeeded("Give a second factor at /accounts/second-factor/ first.")
    if obstacle is Obstacle.STEP_UP:
        raise StepUpNeeded("Confirm with your second factor at /accounts/confirm/, then repeat.")
    if obstacle is Obstacle.HIDDEN:
        raise Http404
    refusals.record(request=request._request, by=cast(User, request.user), at=timezone.now())
    raise PermissionDenied("The roles or scopes don't include this. An administrator gives them.")


def place(name: str, **path: Any) -> str:
    """Return the address of something in the API."""
    return reverse(f"api:{name}", kwargs=path)


def _within(sent: Any, shown: Any) -> bool:
    """Return whether what is shown says all that was sent, as far as it tells it."""
    if isinstance(sent, dict):
        if not isinstance(shown, dict):
            return False
        return all(_within(sent[name], shown[name]) for name in sent.keys() & shown.keys())
    if isinstance(sent, list):
        return len(sent) == len(shown) and all(any(_within(a, b) for b in shown) for a in sent)
    return bool(sent == shown)
