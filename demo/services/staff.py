"""People of the demo, each with a role and a second factor."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.services import memberships, people
from audit.actors import Actor
from demo.content.organisations import PASSWORD
from demo.content.plan import Plan
from holders.services import portal

if TYPE_CHECKING:
    from accounts.models import User


def enrol(*, plan: Plan, by: Actor, at: datetime) -> "dict[str, User]":
    """Make the plan's accounts in the open organisation; return the first person of each role."""
    first: dict[str, User] = {}
    for person in plan.people:
        user = people.enrol(email=person.email, name=person.name, password=PASSWORD, by=by, at=at)
        memberships.give(user=user, role=person.role, by=by, at=at)
        first.setdefault(person.role, user)
    return first


def let_in(
    *, plan: Plan, users: "dict[str, User]", holders: dict[str, UUID], by: Actor, at: datetime
) -> None:
    """Let creators see the statements of the holders they are."""
    for person in plan.people:
        if person.holder:
            portal.give(
                holder_id=holders[person.holder],
                user_id=users[person.role].pk,
                actor=by,
                at=at,
                reason="Is this artist",
            )
