"""Pages of a sorted query by keys, not by counting: as fast at the end as at the beginning.

Rows are ordered by one expression and then by their id, nulls last; a cursor names a row by both.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q, QuerySet

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, and cursors to its neighbours where there are any."""

    rows: Sequence[Any]
    after: str
    before: str


def page(
    rows: Rows,
    *,
    by: str,
    descending: bool,
    size: int,
    after: str = "",
    before: str = "",
    fields: Sequence[str] = (),
) -> Page:
    """Return ``size`` rows of ``rows`` after, or before, the row that a cursor names.

    ``by`` is a field or an annotation. With ``fields`` the rows hold these values (and ``pk``) and
    nothing else: many times faster to make than objects of the model. One query. A cursor that
    can't be read means the beginning.
    """
    rows = rows.annotate(sorted_by=F(by))
    back = bool(before)
    mark = _read(before or after, rows)
    if mark is None:
        back = False
    else:
        rows = rows.filter(_beyond(*mark, downwards=descending != back, back=back))
    key = F("sorted_by")
    if descending != back:
        ordered = rows.order_by(key.desc(**_nulls(back)), "-pk")
    else:
        ordered = rows.order_by(key.asc(**_nulls(back)), "pk")
    found = _values(ordered[: size + 1], fields) if fields else list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    has_after, has_before = (True, more) if back else (more, mark is not None)
    return Page(
        found,
        _cursor(found[-1]) if found and has_after else "",
        _cursor(found[0]) if found and has_before else "",
    )


def _values(rows: Rows, fields: Sequence[str]) -> list[Any]:
    return [SimpleNamespace(**row) for row in rows.values("pk", "sorted_by", *fields)]


def _nulls(back: bool) -> dict[str, Any]:
    """Return where rows without a value go: to the end, seen from the first page."""
    return {"nulls_first": True} if back else {"nulls_last": True}


def _beyond(value: Any, pk: UUID, *, downwards: bool, back: bool) -> Q:
    """Return what holds for the rows beyond the mark, in the direction of reading."""
    way = "lt" if downwards else "gt"
    same = Q(**{f"pk__{way}": pk})
    if value is None:
        tied = Q(sorted_by__isnull=True) & same
        return tied | Q(sorted_by__isnull=False) if back else tied
    beyond = Q(**{f"sorted_by__{way}": value}) | Q(sorted_by=value) & same
    return beyond if back else beyond | Q(sorted_by__isnull=True)


def _cursor(row: Any) -> str:
    text = json.dumps([row.sorted_by, row.pk], cls=_Exact, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, rows: Rows) -> tuple[Any, UUID] | None:
    """Return the value and the key that a cursor names, None where it says nothing."""
    if not cursor or len(cursor) > 2000:
        return None
    try:
        value, pk = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        field = rows.query.annotations["sorted_by"].output_field
        return (None if value is None else field.to_python(value)), UUID(pk)
    except (ValueError, TypeError, AttributeError, ValidationError):
        return None


class _Exact(DjangoJSONEncoder):
    """Keeps the microseconds that two rows may differ by."""

    def default(self, o: Any) -> Any:
        """Return what JSON can hold."""
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
