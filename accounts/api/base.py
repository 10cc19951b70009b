"""The base of every API view: it declares its door as pages do.

class Statements(ApiView):
    permission = "royalties.statement.see"

    def get(self, request):
        return Response(...)
"""

from typing import NoReturn, TypeVar, cast
from uuid import UUID

from django.db import models
from django.http import Http404
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import sessions
from accounts.api.authentication import ClientToken
from accounts.doors import Declared, Obstacle, examine
from accounts.models import User
from accounts.policies import scope
from accounts.services import refusals
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


class ByDoor(BasePermission):
    """Lets in whom the view's door lets in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, or raise what stands in the way."""
        obstacle = examine(request, cast(Declared, view).door)
        if obstacle is not None:
            stop(request, obstacle)
        return True


class ApiView(Declared, APIView):
    """A view of the API. Declare exactly one of public, signed_in and permission (see ``Page``)."""

    authentication_classes = (ClientToken, SessionAuthentication)
    permission_classes = (ByDoor,)

    @property
    def actor(self) -> User:
        """Who calls: a person, or a client's account."""
        return cast(User, self.request.user)

    @property
    def fresh(self) -> bool:
        """Whether the second factor was given again within five minutes; never for clients."""
        return sessions.has_stepped_up(self.request)

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
