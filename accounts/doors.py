"""The door of every view: what it asks of whoever comes. A view that declares nothing is closed.

``examine`` says what stands in the way; pages and the API translate it into their answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, cast

from django.http import HttpRequest

from accounts import permissions, sessions
from accounts.grants import held_somewhere
from accounts.models import ServiceAccount, User
from accounts.policies import can
from accounts.selectors import access
from foundation.tenancy import current_org

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Obstacle(Enum):
    """What stands between a caller and a view."""

    SIGN_IN = "sign in first"
    ORGANISATION = "choose an organisation first"
    SECOND_FACTOR = "a second factor is needed"
    HIDDEN = "there is no such page for this caller"
    FORBIDDEN = "the caller's roles don't include it"
    STEP_UP = "confirm with the second factor again"


@dataclass(frozen=True, slots=True)
class Door:
    """One view's declaration; exactly one of the first four, or ``superuser``, is given.

    ``public``: why anybody may come. ``own_account``: any signed-in person, in no organisation.
    ``signed_in``: any role in the chosen organisation. ``permission``: a code, or a code by method.
    ``seen_with``: who lacks this code gets 404 instead of 403. ``reveals``: a high permission needs
    the fresh second factor for reading too. ``by_grant``: who was granted the code on a single row
    comes in, too; the view shows nothing but what ``rows`` and ``one`` reach. ``superuser``: an
    operator with a second factor, in an organisation or not; nobody else finds such a page.
    """

    public: str = ""
    own_account: bool = False
    signed_in: bool = False
    permission: str | Mapping[str, str] = field(default="")
    seen_with: str = ""
    reveals: bool = False
    by_grant: bool = False
    superuser: bool = False

    def faults(self) -> list[str]:
        """Return what is wrong with the declaration."""
        given = [self.public, self.own_account, self.signed_in, self.permission, self.superuser]
        if sum(map(bool, given)) != 1:
            return ["declare exactly one of public, own_account, signed_in and permission"]
        wanted = [*self._codes(), *([self.seen_with] if self.seen_with else [])]
        known = {each.code for each in permissions.every()}
        return [f"no app declares the permission {code!r}" for code in wanted if code not in known]

    def code(self, method: str | None) -> str:
        """Return the permission that ``method`` needs; HEAD is as GET."""
        if isinstance(self.permission, str):
            return self.permission
        asked = "GET" if method in ("HEAD", "OPTIONS", None) else method
        return self.permission.get(asked or "GET", "")

    def _codes(self) -> list[str]:
        if isinstance(self.permission, str):
            return [self.permission] if self.permission else []
        return list(self.permission.values())


CLOSED = Door()


class Declared:
    """What pages and API views declare as class attributes; subclasses get their door from it."""

    public: ClassVar[str] = ""
    own_account: ClassVar[bool] = False
    signed_in: ClassVar[bool] = False
    permission: ClassVar[str | Mapping[str, str]] = ""
    seen_with: ClassVar[str] = ""
    reveals: ClassVar[bool] = False
    by_grant: ClassVar[bool] = False
    door: ClassVar[Door] = CLOSED

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.door = Door(
            public=cls.public,
            own_account=cls.own_account,
            signed_in=cls.signed_in,
            permission=cls.permission,
            seen_with=cls.seen_with,
            reveals=cls.reveals,
            by_grant=cls.by_grant,
        )


def examine(request: HttpRequest, door: Door) -> Obstacle | None:
    """Return the first obstacle between the request's person and the view, or None."""
    if door.public:
        return None
    user = request.user
    if not user.is_authenticated:
        return Obstacle.SIGN_IN
    if door.own_account:
        return None
    if door.superuser:
        return _operates(request)
    if current_org() is None:
        return Obstacle.ORGANISATION
    if access.needs_second_factor(user.pk) and not sessions.is_verified(request):
        return Obstacle.SECOND_FACTOR
    if not access.roles_of(user.pk) and not isinstance(user, ServiceAccount):
        return Obstacle.ORGANISATION  # nobody here, whoever opened the organisation
    if door.signed_in:
        return None
    return _permitted(request, door)


def _operates(request: HttpRequest) -> Obstacle | None:
    """Return the obstacle for whoever is no operator with a second factor, or None."""
    if not sessions.is_verified(request):
        return Obstacle.SECOND_FACTOR
    return None if cast(User, request.user).is_superuser else Obstacle.HIDDEN


def _permitted(request: HttpRequest, door: Door) -> Obstacle | None:
    """Return the obstacle that roles and the second factor's age put up, or None."""
    code = door.code(request.method)
    user = cast(User, request.user)
    if not code or not (can(user, code) or (door.by_grant and held_somewhere(user.pk, code))):
        hidden = door.seen_with and not can(user, door.seen_with)
        return Obstacle.HIDDEN if hidden else Obstacle.FORBIDDEN
    acts = door.reveals or request.method not in SAFE
    if acts and permissions.find(code).high:
        if not sessions.is_verified(request):
            return Obstacle.SECOND_FACTOR
        if not sessions.has_stepped_up(request):
            return Obstacle.STEP_UP
    return None
