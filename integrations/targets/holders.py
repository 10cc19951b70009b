"""Holders from tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from audit.actors import Actor
from holders.identifiers import check_ipi, check_isni
from holders.permissions import HOLDER_EDIT
from holders.selectors import tables
from holders.services import holders
from holders.services import tables as deeds
from integrations.targets.base import Change, Field, Finding, Target, Values
from rights.selectors import uses as rights
from royalties.selectors import uses as royalties
from territories.geography.atlas import countries

CHECKS = {"ipi": check_ipi, "isni": check_isni}


def plain(values: Values) -> Values:
    """Return values as they are kept."""
    found = {name: " ".join(text.split()) for name, text in values.items()}
    for name in ("code", "country"):
        if name in found:
            found[name] = found[name].upper()
    if "kind" in found:
        found["kind"] = found["kind"].casefold()
    for name, check in CHECKS.items():
        if found.get(name):
            found[name] = check(found[name]).value
    return found


def check(values: Values) -> Iterator[Finding]:
    """Yield what is wrong with one row."""
    if (country := values.get("country")) and country not in countries():
        yield Finding("country", "country_unknown", f"{country[:40]!r} is no country, like DE.")
    for name, look in CHECKS.items():
        if values.get(name) and (problem := look(values[name]).problem):
            yield Finding(name, "identifier_odd", f"{problem} Kept as it is.", note=True)


def clashes(changes: Sequence[Change]) -> Iterator[tuple[int, Finding]]:
    """Yield codes that every organisation's own holders have; those keep theirs."""
    for each in changes:
        was = each.before["code"] if each.before else ""
        if each.after["code"].lower() in ("house", "unclaimed") and each.after["code"] != was:
            told = "This code belongs to every organisation."
            yield each.row, Finding("code", "code_reserved", told)


def take(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Register new holders and change known ones."""
    new = [each for each in changes if each.before is None]
    if new:
        told = [holders.NewHolder(id=each.key, **each.after) for each in new]
        holders.register_many(holders=told, actor=by, at=at, source=source)
    known = [(each.key, each.after) for each in changes if each.before is not None]
    if known:
        deeds.amend_many(rows=known, actor=by, at=at, source=source)


def give_back(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Deactivate what was made, and change back what was changed."""
    known = [(each.key, each.before) for each in changes if each.before is not None]
    made = [each.key for each in changes if each.before is None]
    if made:
        deeds.withdraw_many(ids=made, actor=by, at=at, source=source)
    if known:
        deeds.amend_many(rows=known, actor=by, at=at, source=source)


def used(rows: Mapping[UUID, Values]) -> set[UUID]:
    """Return those that claims, deals, statements or people's access name."""
    return rights.holders(rows) | royalties.holders(rows) | tables.with_portal(rows)


TARGET = Target(
    name="holders",
    label="Holders",
    noun=("holder", "holders"),
    permission=HOLDER_EDIT,
    fields=(
        Field("code", "Code", longest=64),
        Field("kind", "Kind", required=True, choices=tables.kinds()),
        Field("name", "Name", required=True),
        Field("ipi", "IPI", longest=20, also=("IPI number", "CAE/IPI")),
        Field("isni", "ISNI", longest=24),
        Field("country", "Country", longest=2),
    ),
    fixed=frozenset(),
    plain=plain,
    check=check,
    clashes=clashes,
    standing=tables.standing,
    every=tables.every,
    take=take,
    give_back=give_back,
    used=used,
    address="holders",
)
