"""The organisation's own rates as rows of a table: what imports compare with and exports write."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from territories.models import OrgRate
from territories.models.rights import RateKind

COLUMNS = (
    "territory", "right_type", "starts", "ends", "kind", "value", "per_minute", "currency",
    "basis", "source",
)  # fmt: skip
Row = dict[str, str]


def name_of(values: Row) -> str:
    """Return what a rate is known by: its place, right and first day."""
    if not all(values.get(name) for name in ("territory", "right_type", "starts")):
        return ""
    return f"{values['territory']}|{values['right_type']}|{values['starts']}"


def key_of(name: str) -> UUID:
    """Return the id that a rate keeps through all its corrections."""
    return uuid5(NAMESPACE_URL, f"rate:{name}")


def standing(ids: Iterable[UUID], names: Iterable[str]) -> dict[UUID, Row]:
    """Return the rates with these ids or names."""
    asked = set(ids) | {key_of(name) for name in names if name}
    return {key: row for key, row in every() if key in asked} if asked else {}


def every() -> Iterator[tuple[UUID, Row]]:
    """Yield all own rates as they are known now, place by place."""
    rows = OrgRate.objects.known_at().exclude(starts=None)
    for one in rows.order_by("territory_id", "right_type_id", "starts").iterator():
        values = _values(one)
        yield key_of(name_of(values)), values


def of_rows(keys: Sequence[UUID]) -> dict[UUID, Row]:
    """Return rates by the keys of their rows, each with the ``id`` that it keeps as a rate."""
    found = {}
    for one in OrgRate.objects.filter(pk__in=keys):
        values = _values(one)
        name = name_of(values)
        found[one.pk] = {"id": str(key_of(name)) if name else "", **values}
    return found


def rows_of(ids: Iterable[UUID]) -> list[UUID]:
    """Return the keys of the rows that hold these rates now."""
    asked = set(ids)
    rows = OrgRate.objects.known_at().exclude(starts=None)
    return [one.pk for one in rows if key_of(name_of(_values(one))) in asked]


def _values(one: OrgRate) -> Row:
    return {
        "territory": one.territory_id,
        "right_type": one.right_type_id,
        "starts": one.starts.isoformat() if one.starts else "",
        "ends": (one.ends - timedelta(days=1)).isoformat() if one.ends else "",
        "kind": one.kind,
        "value": number(one.value),
        "per_minute": number(one.per_minute) if one.per_minute is not None else "",
        "currency": one.currency,
        "basis": one.basis,
        "source": one.source,
    }


def number(value: Decimal) -> str:
    """Return a number without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def kinds() -> tuple[str, ...]:
    """Return what a rate may be."""
    return tuple(RateKind.values)
