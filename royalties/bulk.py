"""What is done to statements chosen from their list, row by row in a job."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from accounts.services import rowdeeds
from audit.actors import Actor
from foundation.models.keysets import among
from royalties import permissions
from royalties.models import Statement
from royalties.services import publishing


def fill() -> None:
    """Add them, at start. Publishing is for good; holding back is undone by releasing."""
    rowdeeds.add(
        rowdeeds.RowDeed(
            publishing.PUBLISHING,
            "Statements published",
            "statements_publish",
            one=_publish,
            named=_named,
            permission=permissions.STATEMENT_PUBLISH,
        )
    )
    rowdeeds.add(
        rowdeeds.RowDeed(
            publishing.HOLDING,
            "Statements held back",
            "statements_hold",
            one=_hold,
            named=_named,
            permission=permissions.STATEMENT_PUBLISH,
            undo=_release,
        )
    )


def _publish(key: UUID, asked: Mapping[str, str], by: Actor, at: datetime) -> None:
    publishing.publish_draft(statement_id=key, by=by, at=at)


def _hold(key: UUID, asked: Mapping[str, str], by: Actor, at: datetime) -> None:
    publishing.hold_draft(statement_id=key, reason=asked["reason"], by=by, at=at)


def _release(key: UUID, asked: Mapping[str, str], by: Actor, at: datetime) -> None:
    publishing.release(statement_id=key, by=by, at=at)


def _named(keys: Sequence[UUID]) -> dict[UUID, rowdeeds.Named]:
    rows = Statement.objects.filter(pk__in=among(keys)).values_list("pk", "number", "currency")
    return {
        pk: rowdeeds.Named(f"{number} {currency}", reverse("statement", args=[pk]))
        for pk, number, currency in rows
    }
