"""Rows chosen from a list: some of a page, or all that match, counted again by the server."""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from foundation.pages.tables import COUNTED_TO, Table
from kernel.errors import DomainError

AT_MOST = 1_000


class NothingChosen(DomainError):
    """A deed on rows, and no row was chosen."""

    code = "nothing_chosen"
    status = 422


class SelectionChanged(DomainError):
    """The rows aren't those any more that the person saw."""

    code = "selection_changed"
    status = 409


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen: how many rows, and their keys; no keys means all that match."""

    count: int
    keys: tuple[UUID, ...] = ()


def read(table: Table, posted: QueryDict) -> Selection:
    """Return what a form chose of ``table``, and narrow the table to it.

    The form sends ``row`` once for each row; or ``everything`` with the number of rows it
    ``expected``, which must be what matches now ("10000+" where the list counts no further; the
    page that shows it before the deed names the exact number). Raises NothingChosen or
    SelectionChanged.
    """
    if "everything" in posted:
        return _everything(table, posted.get("expected", ""))
    try:
        keys = tuple(dict.fromkeys(UUID(row) for row in posted.getlist("row")))
    except ValueError:
        raise NothingChosen("The rows can't be read. Go back and choose them again.") from None
    if not keys:
        raise NothingChosen("Choose rows first: tick the boxes before them, then try again.")
    if len(keys) > AT_MOST:
        raise NothingChosen(f"Choose at most {AT_MOST:,} rows, or all that match.")
    table.pick(keys)
    count = table.matching.order_by().count()
    if count != len(keys):
        raise SelectionChanged(
            f"Of the {len(keys):,} rows that were chosen, {count:,} are here now and fit the "
            "filters. Nothing was done. Go back, load the list again and choose anew."
        )
    return Selection(count, keys)


def _everything(table: Table, expected: str) -> Selection:
    count = table.matching.order_by().count()
    many = expected == f"{COUNTED_TO}+" and count > COUNTED_TO
    if not many and (not expected.isdigit() or int(expected) != count):
        shown = f"{int(expected):,}" if expected.isdigit() and len(expected) < 16 else "No"
        raise SelectionChanged(
            f"{shown} rows were expected to match, and now {count:,} do. Nothing was done. "
            "Go back, load the list again and look at what matches."
        )
    if not count:
        raise NothingChosen("No row matches. Clear a filter first.")
    return Selection(count)
