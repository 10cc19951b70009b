"""Deals of the demo: entered by the analyst, signed by an administrator."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from accounts import permissions
from accounts.services import changes
from royalties.services import deals

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User
    from royalties.models import Deal


def ask(
    *,
    document: dict[str, Any],
    users: "dict[str, User]",
    at: datetime,
    reason: str,
    starts: date | None = None,
) -> "tuple[Deal, ChangeRequest]":
    """Enter a document and ask for its signature, as the analyst; return the deal and request."""
    analyst = users[permissions.ANALYST]
    entered = deals.enter(document=document, by=analyst, at=at, starts=starts)
    deal = entered.version.deal
    return deal, deals.ask_for_signature(deal=deal, reason=reason, by=analyst, at=at)


def sign(
    *,
    document: dict[str, Any],
    users: "dict[str, User]",
    at: datetime,
    reason: str = "Signed contract on file",
    starts: date | None = None,
) -> "Deal":
    """Enter a document, have it signed, and return the deal."""
    deal, request = ask(document=document, users=users, at=at, reason=reason, starts=starts)
    changes.approve(
        request_id=request.pk,
        payload_hash=request.payload_hash,
        by=users[permissions.ADMINISTRATOR],
        at=at,
        fresh=True,
    )
    return deal
