"""An organisation's own rates by territory and right type, from tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from audit.actors import Actor
from integrations.targets.base import Change, Field, Finding, Target, Values
from kernel.errors import DomainError
from territories.geography.atlas import public_atlas
from territories.permissions import OWN_EDIT
from territories.selectors import tables
from territories.services import rates


def plain(values: Values) -> Values:
    """Return values as they are kept."""
    found = {name: " ".join(text.split()) for name, text in values.items()}
    for name in ("right_type", "kind"):
        if name in found:
            found[name] = found[name].casefold()
    if "currency" in found:
        found["currency"] = found["currency"].upper()
    for name in ("starts", "ends"):
        if found.get(name, "").endswith(" 00:00:00"):
            found[name] = found[name][:10]
    for name in ("value", "per_minute"):
        if found.get(name):
            try:
                found[name] = tables.number(Decimal(found[name]))
            except InvalidOperation:
                pass  # the check says that it can't be read
    if found.get("territory"):
        try:
            found["territory"] = public_atlas().known(found["territory"])
        except DomainError:
            pass  # the check says that nobody knows it
    return found


def check(values: Values) -> Iterator[Finding]:
    """Yield what is wrong with one row that says everything."""
    _, faults = rates.read_row(values)
    for fault in faults:
        if fault["column"] in values:
            yield Finding(str(fault["column"]), str(fault["code"]), str(fault["message"]))


def clashes(changes: Sequence[Change]) -> Iterator[tuple[int, Finding]]:
    """Yield rates that aren't sound with what the table leaves as it is."""
    for each in changes:
        _, faults = rates.read_row(each.after)
        for fault in faults:
            told = str(fault["message"])
            yield each.row, Finding(str(fault["column"]), str(fault["code"]), told)


def take(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Store new rates, and supersede known ones."""
    rates.load(rows=_rows([each.after for each in changes]), actor=by, at=at)


def give_back(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Take away what was made, and put back what was there."""
    made = _rows([each.after for each in changes if each.before is None])
    if made:
        rates.withdraw(rows=made, actor=by, at=at)
    known = _rows([each.before for each in changes if each.before is not None])
    if known:
        rates.load(rows=known, actor=by, at=at)


def _rows(values: Sequence[Values]) -> list[rates.RateRow]:
    read = [rates.read_row(one)[0] for one in values]
    return [row for row in read if row is not None]


def used(rows: Mapping[UUID, Values]) -> set[UUID]:
    """Nothing stands on a rate: runs keep the ones they used."""
    return set()


TARGET = Target(
    name="rates",
    label="Rates by territory",
    noun=("rate", "rates"),
    permission=OWN_EDIT,
    fields=(
        Field("territory", "Territory", required=True, longest=60, also=("Country",)),
        Field("right_type", "Right type", required=True, longest=40, also=("Right",)),
        Field("starts", "First day", required=True, longest=30, also=("From", "Start")),
        Field("ends", "Last day", longest=30, also=("To", "End", "Until")),
        Field("kind", "Kind", required=True, choices=tables.kinds()),
        Field("value", "Value", required=True, longest=30, also=("Rate",)),
        Field("per_minute", "Per minute", longest=30),
        Field("currency", "Currency", longest=3),
        Field("basis", "Basis", longest=60),
        Field("source", "Source", required=True, longest=200),
    ),
    fixed=frozenset({"territory", "right_type", "starts"}),
    plain=plain,
    check=check,
    clashes=clashes,
    standing=tables.standing,
    every=tables.every,
    take=take,
    give_back=give_back,
    used=used,
    named=tables.name_of,
    new_key=lambda values: tables.key_of(tables.name_of(values)),
    address="own_rates",
    listed=lambda changes: tables.rows_of(each.key for each in changes),
    heading=lambda each: f"{each['territory']}, {each['right_type']} from {each['starts']}",
)
