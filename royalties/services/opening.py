"""Note that a payee has opened a statement, so that the office needn't ask whether it came."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from audit.services import events
from royalties import policies
from royalties.models import Opening, Statement

if TYPE_CHECKING:
    from accounts.models import User


def note(*, statement: Statement, by: "User", at: datetime) -> None:
    """Note the first opening of a statement by whoever has its holder's portal; others' isn't one.

    Once is enough: later openings change nothing.
    """
    if Opening.objects.filter(statement=statement).exists() or not policies.owns(by, statement):
        return
    try:
        with transaction.atomic():
            Opening(statement=statement, opened_at=at, opened_by=by.pk).save(force_insert=True)
    except IntegrityError as error:
        if "statement_opened_once" not in str(error):
            raise
        return
    events.record("royalties.statement.opened", subject=statement, actor=by, at=at)
