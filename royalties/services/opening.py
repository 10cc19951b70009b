"""Note that a payee has opened a statement, so that the office needn't ask whether it came."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from audit.services import events
from royalties import policies
from royalties.models import Opening, Statement

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User


def note(
    *, statement: Statement, by: "User", at: datetime, own: "Collection[UUID] | None" = None
) -> None:
    """Note the first opening of a statement by whoever has its holder's portal; others' isn't one.

    Once is enough: later openings change nothing. ``own`` is as `policies.owns` takes it.
    """
    if Opening.objects.filter(statement=statement).exists():
        return
    if not policies.owns(by, statement, own):
        return
    try:
        with transaction.atomic():
            Opening(statement=statement, opened_at=at, opened_by=by.pk).save(force_insert=True)
    except IntegrityError as error:
        if "statement_opened_once" not in str(error):
            raise
        return
    events.record("royalties.statement.opened", subject=statement, actor=by, at=at)
