"""Works from tables."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from audit.actors import Actor
from catalog import identifiers
from catalog.selectors import hierarchy, tables
from catalog.selectors import works as known
from catalog.services import tables as deeds
from catalog.services import works
from catalog.services.tables import listed
from integrations.targets.base import Change, Field, Finding, Target, Values
from rights.permissions import CLAIM_EDIT
from rights.selectors import uses as rights
from rights.services.registration import Registration, register_works
from royalties.selectors import uses as royalties

NUMBERS = tables.NUMBERS


def plain(values: Values) -> Values:
    """Return values as they are kept; lists of numbers in order."""
    found = {name: " ".join(text.split()) for name, text in values.items()}
    for name in ("code", "parent"):
        if name in found:
            found[name] = found[name].upper()
    if "kind" in found:
        found["kind"] = found["kind"].casefold()
    for name in ("number", "duration_seconds"):
        if found.get(name, "").isdecimal():
            found[name] = str(int(found[name]))
    if "artists" in found:
        found["artists"] = "; ".join(filter(None, map(str.strip, found["artists"].split(";"))))
    for kind in NUMBERS:
        if found.get(kind):
            plain_ones = {identifiers.normalise(kind, value) for value in listed(found[kind])}
            found[kind] = "; ".join(sorted(plain_ones))
    return found


def check(values: Values) -> Iterator[Finding]:
    """Yield what is wrong with one row."""
    for kind in NUMBERS:
        for value in listed(values.get(kind, "")):
            found = identifiers.check(kind, value)
            if not found.value:
                yield Finding(kind, "identifier_unreadable", found.problem or "No such number.")
            elif found.problem:
                yield Finding(kind, "identifier_odd", f"{found.problem} Kept as it is.", note=True)
    if values.get("parent") and values.get("parent") == values.get("code"):
        yield Finding("parent", "parent_itself", "A work can't stand below itself.")


def clashes(changes: Sequence[Change]) -> Iterator[tuple[int, Finding]]:
    """Yield numbers that name another work, and parents that nobody knows."""
    pairs = {
        (kind, value): None
        for each in changes
        for kind in NUMBERS
        for value in listed(each.after[kind])
    }
    owners = known.by_identifiers(pairs)
    times = Counter(
        (kind, value) for each in changes for kind in NUMBERS for value in listed(each.after[kind])
    )
    codes = {each.after["code"] for each in changes if each.before is None}
    parents = {each.after["parent"] for each in changes if _moves(each)} - {""}
    there = set(known.by_codes(parents)) | codes
    below = _circles(changes, parents)
    for each in changes:
        for kind in NUMBERS:
            for value in sorted(listed(each.after[kind])):
                others = [owner for owner in owners.get((kind, value), []) if owner != each.key]
                if others or times[kind, value] > 1:
                    where = "another work" if others else "another row, too"
                    told = f"{identifiers.KINDS[kind]} {value} names {where}."
                    yield each.row, Finding(kind, "identifier_taken", told)
        parent = each.after["parent"]
        if each.key in below:
            told = "A work can't stand below itself. Choose another parent."
            yield each.row, Finding("parent", "parent_circle", told)
        if _moves(each) and parent and parent not in there:
            told = f"There is no work with the code {parent[:40]}."
            yield each.row, Finding("parent", "parent_unknown", told)


def _moves(change: Change) -> bool:
    return change.before is None or change.before["parent"] != change.after["parent"]


def _circles(changes: Sequence[Change], parents: set[str]) -> set[UUID]:
    """Return the works that would stand below themselves."""
    ids = {each.after["code"]: each.key for each in changes if each.after["code"]}
    ids = known.by_codes(parents) | ids
    over = hierarchy.parents_of({*ids.values(), *(each.key for each in changes)})
    moved = [each for each in changes if _moves(each)]
    over |= {each.key: ids.get(each.after["parent"]) for each in moved}
    found = set()
    for each in moved:
        at, passed = over.get(each.key), set()
        while at is not None and at != each.key and at not in passed:
            passed.add(at)
            at = over.get(at)
        if at is not None:
            found.add(each.key)
    return found


def take(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Register new works with their default claims, and change known ones."""
    new = [each for each in changes if each.before is None]
    ids = {each.after["code"]: each.key for each in new if each.after["code"]}
    ids |= known.by_codes({each.after["parent"] for each in new} - {""} - ids.keys())
    if new:
        rows = [Registration(_new(each, ids)) for each in new]
        register_works(rows=rows, actor=by, at=at, lenient=True)
    amended = [(each.key, each.before, each.after) for each in changes if each.before is not None]
    if amended:
        deeds.amend_many(rows=amended, actor=by, at=at, source=source)


def _new(change: Change, ids: Mapping[str, UUID]) -> works.NewWork:
    values = change.after
    return works.NewWork(
        id=change.key,
        kind=values["kind"],
        title=values["title"],
        subtitle=values["subtitle"],
        version=values["version_name"],
        parent_id=ids[values["parent"]] if values["parent"] else None,
        number=int(values["number"]) if values["number"] else None,
        duration_seconds=int(values["duration_seconds"]) if values["duration_seconds"] else None,
        code=values["code"],
        identifiers=tuple(
            (kind, value) for kind in NUMBERS for value in sorted(listed(values[kind]))
        ),
        credits=tuple((name, "main") for name in filter(None, values["artists"].split("; "))),
    )


def give_back(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Retire what was made, and change back what was changed."""
    made = [each.key for each in changes if each.before is None]
    if made:
        deeds.withdraw_many(ids=made, actor=by, at=at, source=source)
    amended = [(each.key, each.after, each.before) for each in changes if each.before is not None]
    if amended:
        deeds.amend_many(rows=amended, actor=by, at=at, source=source)


def used(rows: Mapping[UUID, Values]) -> set[UUID]:
    """Return those that sales, deals, claims or other works depend on."""
    names = {values["code"] or str(key): key for key, values in rows.items()}
    in_deals = {names[name] for name in royalties.works_in_deals(names)}
    children = tables.with_children(rows) - set(rows)
    return rights.works(rows) | royalties.works(rows) | in_deals | children


TARGET = Target(
    name="works",
    label="Works",
    noun=("work", "works"),
    permission=CLAIM_EDIT,
    fields=(
        Field("code", "Code", longest=64),
        Field("kind", "Kind", required=True, choices=tables.kinds()),
        Field("title", "Title", required=True, longest=500),
        Field("subtitle", "Subtitle", longest=500),
        Field("version_name", "Version name", longest=200, also=("Mix", "Track version")),
        Field("parent", "Parent", longest=64, also=("Parent code",)),
        Field("number", "Number", whole=True, also=("Episode number", "Track number")),
        Field("duration_seconds", "Duration in seconds", whole=True),
        Field("artists", "Artists", longest=1000, also=("Artist", "Performer")),
        *(
            Field(kind, label, longest=500)
            for kind, label in identifiers.KINDS.items()
            if kind in NUMBERS
        ),
    ),
    fixed=frozenset({"kind"}),
    plain=plain,
    check=check,
    clashes=clashes,
    standing=tables.standing,
    every=tables.every,
    take=take,
    give_back=give_back,
    used=used,
    address="works",
)
