"""Many holders at once, for imports of tables: changed, and given back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import events
from foundation.database import bulk
from foundation.folding import fold
from holders.models import Holder
from holders.services import holders
from kernel.ids import uuid7

if TYPE_CHECKING:
    from audit.actors import Actor

Rows = Sequence[tuple[UUID, Mapping[str, str]]]


@transaction.atomic
def amend_many(*, rows: Rows, actor: "Actor", at: datetime, source: str) -> None:
    """Give holders the values of whole rows (selectors.tables.COLUMNS), all or none.

    Their identifiers are kept as they are written and marked where a check digit is wrong. Raises
    BadHolder or HolderExists.
    """
    new = [holders.NewHolder(id=key, **values) for key, values in rows]
    made = [holders.row_of(one, at) for one in new]
    fields = ("kind", "name", "name_key", "code", "ipi", "isni", "country", "identifiers_confirmed")
    known = dict(Holder.objects.in_bulk([row.pk for row in made]))
    renamed = [row for row in made if known[row.pk].name != row.name]
    try:
        with transaction.atomic():
            keys = [row.pk for row in made]
            bulk.update(Holder, keys, {n: [getattr(row, n) for row in made] for n in fields})
            sorts = [fold(row.name)[:300] for row in renamed]
            bulk.update(Holder, [row.pk for row in renamed], {"sort_key": sorts})
    except IntegrityError as error:
        raise holders.HolderExists("A code in the table is another holder's.") from error
    _told("amended", len(rows), actor, at, source)


@transaction.atomic
def withdraw_many(*, ids: Sequence[UUID], actor: "Actor", at: datetime, source: str) -> None:
    """Take holders that an import made out of every list; their codes become free."""
    Holder.objects.filter(pk__in=ids, reserved="").update(active=False, code="")
    _told("withdrawn", len(ids), actor, at, source)


def _told(deed: str, count: int, actor: "Actor", at: datetime, source: str) -> None:
    events.record(
        f"holders.holders.{deed}",
        subject=("holders.import", uuid7()),
        actor=actor,
        at=at,
        after={"source": source, "count": count},
    )
