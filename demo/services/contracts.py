"""Deals of the demo: entered by the analyst, signed by an administrator."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from accounts import permissions
from accounts.services import changes
from royalties.services import deals

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User


def ask(
    *,
    document: dict[str, Any],
    users: "dict[str, User]",
    at: datetime,
    reason: str,
    starts: date | None = None,
) -> "ChangeRequest":
    """Enter a document and ask for its signature, as the analyst."""
    analyst = users[permissions.ANALYST]
    entered = deals.enter(document=document, by=analyst, at=at, starts=starts)
    return deals.ask_for_signature(deal=entered.version.deal, reason=reason, by=analyst, at=at)


def sign(
    *,
    document: dict[str, Any],
    users: "dict[str, User]",
    at: datetime,
    reason: str = "Signed contract on file",
    starts: date | None = None,
) -> None:
    """Enter a document and have it signed."""
    request = ask(document=document, users=users, at=at, reason=reason, starts=starts)
    changes.approve(
        request_id=request.pk,
        payload_hash=request.payload_hash,
        by=users[permissions.ADMINISTRATOR],
        at=at,
        fresh=True,
    )
