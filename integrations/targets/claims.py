"""Claims and shares from tables: one row a share, several rows one claim."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from audit.actors import Actor
from catalog.selectors import works
from holders.selectors import holders
from integrations.targets.base import Change, Field, Finding, Row, Target, Values
from kernel.errors import DomainError
from rights.engine.shares import fraction
from rights.permissions import CLAIM_EDIT
from rights.selectors import tables
from rights.services import tables as deeds
from territories.geography import expressions
from territories.geography.rights import right_types
from territories.selectors import atlas as atlases

NUMBERS = ("isrc", "iswc", "upc", "isbn", "eidr", "isan", "own")
ASIDE = ("date_rule", "signed_on", "source")
SHARED = (
    "work",
    "right_type",
    "territory",
    "from",
    "to",
    "date_rule",
    "signed_on",
    "source",
    "source_ref",
)


def plain(values: Values) -> Values:
    """Return values as they are kept; an empty cell with a usual answer is not given."""
    found = {name: " ".join(text.split()) for name, text in values.items()}
    for name in ("right_type", "source", "date_rule"):
        if name in found:
            found[name] = found[name].casefold()
    for name in ("from", "to", "signed_on"):
        if found.get(name, "").endswith(" 00:00:00"):
            found[name] = found[name][:10]
    return {name: text for name, text in found.items() if text or name not in ASIDE}


def filled(values: Values) -> Values:
    """Return a new claim's values with the usual ones where nothing was given."""
    usual = {"date_rule": tables.SIGNATURE, "source": tables.IMPORT}
    found = {**values, **{name: values[name] or text for name, text in usual.items()}}
    if found["date_rule"] == tables.SIGNATURE and not found["signed_on"]:
        found["signed_on"] = timezone.now().date().isoformat()
    return found


def check(values: Values) -> Iterator[Finding]:
    """Yield what is wrong with one row."""
    days: dict[str, date] = {}
    for name in ("from", "to", "signed_on"):
        if text := values.get(name):
            try:
                days[name] = date.fromisoformat(text)
            except ValueError:
                yield Finding(name, "day_unreadable", "Write the day like 2026-01-31.")
    if "from" in days and "to" in days and days["to"] < days["from"]:
        yield Finding("to", "ends_before_start", "The last day comes before the first.")
    if (right := values.get("right_type")) and right not in right_types():
        yield Finding("right_type", "unknown_right_type", f"{right[:40]!r} is no right type.")


def resolve(rows: Mapping[int, Values]) -> Iterator[tuple[int, Finding]]:
    """Name works, holders, places and shares as they are kept; yield what nobody knows."""
    for name, look in (("work", _works), ("holder", _holders)):
        known = look({values[name] for values in rows.values() if values.get(name)})
        for row, values in rows.items():
            if values.get(name):
                yield from _named(row, values, name, known[values[name]])
    written = _places()
    for row, values in rows.items():
        for name, read in (("territory", written), ("share", _share)):
            if values.get(name):
                try:
                    values[name] = read(values[name])
                except DomainError as refusal:
                    yield row, Finding(name, refusal.code, refusal.detail)


def gather(rows: Sequence[Row]) -> Iterator[tuple[Row, list[tuple[int, Finding]]]]:
    """Yield each claim with what is wrong with it: its rows disagree, or aren't the whole."""
    groups: dict[object, list[Row]] = {}
    for one in rows:
        key = one.key or tuple(one.values.get(name, "") for name in SHARED)
        groups.setdefault(key, []).append(one)
    for listed in groups.values():
        yield _claim(listed)


def _claim(listed: Sequence[Row]) -> tuple[Row, list[tuple[int, Finding]]]:
    first, numbers = listed[0], tuple(one.number for one in listed)
    told, wrong = ", ".join(map(str, numbers[:20])), []
    values = dict(first.values)
    for one in listed[1:]:
        for name in (*SHARED, "reason"):
            if one.values.get(name, "") != values.get(name, ""):
                said = f"Rows {told} are one claim and must say the same here."
                wrong.append((one.number, Finding(name, "claim_differs", said)))
    parts = [one.values.get("share", "") for one in listed]
    people = [one.values.get("holder", "") for one in listed]
    twice = next((n for n, who in enumerate(people) if who and who in people[:n]), None)
    if twice is not None:
        said = f"Rows {told} name this holder twice. Add the two shares up."
        wrong.append((numbers[twice], Finding("holder", "holder_twice", said)))
    if "share" in values and _readable(parts):
        whole = sum(map(Fraction, parts), Fraction(0))
        if whole != 1:
            said = f"The shares of rows {told} sum to {whole}, not to the whole."
            wrong += [(n, Finding("share", "shares_not_whole", said)) for n in numbers]
    for name, texts in (("share", parts), ("holder", people)):
        if name in values:
            values[name] = "; ".join(texts)
    return Row(first.number, first.key, first.version, values, numbers), wrong


def _readable(parts: Sequence[str]) -> bool:
    try:
        return all(Fraction(part) > 0 for part in parts)
    except (ValueError, ZeroDivisionError):
        return False


def _named(
    row: int, values: Values, name: str, found: Sequence[str]
) -> Iterator[tuple[int, Finding]]:
    if len(found) == 1:
        values[name] = found[0]
        return
    many = f"{len(found)} {name}s are called so: {', '.join(found[:5])}. Give one's id or code."
    told = many if found else f"There is no {name} {values[name][:60]!r} here."
    yield row, Finding(name, f"{name}_{'ambiguous' if found else 'unknown'}", told)


def _works(texts: set[str]) -> dict[str, list[str]]:
    """Return how each named work is kept: by id or own code, else by any identifier."""
    known = {text: [key] for text, key in tables.identified(texts).items()}
    pairs = [(kind, text) for text in texts - known.keys() for kind in NUMBERS]
    for (_, text), keys in works.by_identifiers(pairs).items():
        known[text] = sorted({*known.get(text, []), *keys})
    codes = works.codes(key for keys in known.values() for key in keys)
    return {text: [codes[key] for key in known.get(text, [])] for text in texts}


def _holders(texts: set[str]) -> dict[str, list[str]]:
    """Return how each named holder is kept: by id, own code, IPI, else by exact name."""
    known = {text: [key] for text, key in tables.named_holders(texts).items()}
    for look in (holders.by_ipis, holders.by_names):
        if left := texts - known.keys():
            known |= {text: keys for text, keys in look(left).items() if keys}
    lines = holders.lines(key for keys in known.values() for key in keys)
    return {
        text: [lines[key].code or str(key) for key in known.get(text, []) if key in lines]
        for text in texts
    }


def _places() -> Callable[[str], str]:
    known = atlases.in_force()

    @lru_cache(maxsize=4096)
    def written(text: str) -> str:
        return str(expressions.parse(text, atlas=known))

    return written


@lru_cache(maxsize=4096)
def _share(text: str) -> str:
    return str(fraction(text))


def clashes(changes: Sequence[Change]) -> Iterator[tuple[int, Finding]]:
    """Yield claims that others stand in the way of, here or in the table itself."""
    rows = {each.key: each.row for each in changes}
    sound = []
    for each in changes:
        if each.before and each.before["share"] == tables.PARTED:
            told = "This claim's terms differ over time. Correct it on its own page."
            yield each.row, Finding("share", "claim_parted", told)
        else:
            sound.append(deeds.Wanted(each.key, each.after))
    for key, error in deeds.refused(sound, at=timezone.now()):
        name = "right_type" if error.code in ("bad_claim", "unknown_right_type") else "territory"
        yield rows[key], Finding(name, error.code, error.detail)


def take(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Make new claims and correct known ones."""
    wanted = [deeds.Wanted(each.key, each.after) for each in changes]
    deeds.put_many(wanted=wanted, actor=by, at=at, source=source)


def give_back(changes: Sequence[Change], by: Actor, at: datetime, source: str) -> None:
    """Withdraw what was made, and correct back what was changed."""
    made = [each.key for each in changes if each.before is None]
    if made:
        deeds.withdraw_many(ids=made, actor=by, at=at, source=source)
    known = [deeds.Wanted(each.key, each.before) for each in changes if each.before is not None]
    if known:
        deeds.put_many(wanted=known, actor=by, at=at, source=source)


def used(rows: Mapping[UUID, Values]) -> set[UUID]:
    """Return those that later claims lie on."""
    return tables.built_on(rows)


def listed(changes: Sequence[Change]) -> list[UUID]:
    """Return the works whose claims changes made or changed."""
    return sorted(set(tables.identified(each.after["work"] for each in changes).values()))


def lines(some: Sequence[tuple[UUID, Values]]) -> Iterator[tuple[UUID, Values, Values]]:
    """Yield a line for each share: the claim's id and values, and what the line says."""
    for (key, values), (title, people) in zip(
        some, tables.names([values for _, values in some]), strict=True
    ):
        each = zip(values["holder"].split("; "), values["share"].split("; "), people, strict=True)
        for holder, share, name in each:
            said = {"holder": holder, "share": share, "work_title": title, "holder_name": name}
            yield key, values, {**values, **said}


TARGET = Target(
    name="claims",
    label="Claims and shares",
    noun=("claim", "claims"),
    permission=CLAIM_EDIT,
    fields=(
        Field("work", "Work", required=True, also=("Work code", "ISRC", "ISWC")),
        Field("right_type", "Right type", required=True, longest=40, also=("Right",)),
        Field("territory", "Territory", required=True, longest=4000, also=("Territories",)),
        Field("from", "From", longest=30, also=("First day", "Start")),
        Field("to", "To", longest=30, also=("Last day", "End", "Until")),
        Field("date_rule", "Date rule", choices=tables.rules()),
        Field("signed_on", "Signed on", longest=30),
        Field("source", "Source", choices=tables.sources()),
        Field("source_ref", "Source name", longest=200, also=("Contract", "Document")),
        Field("reason", "Reason", longest=500, also=("Override reason",)),
        Field("holder", "Holder", required=True, longest=400, also=("IPI", "Holder code")),
        Field("share", "Share", required=True, longest=30, also=("Percent",)),
    ),
    fixed=frozenset({"work"}),
    plain=plain,
    check=check,
    clashes=clashes,
    standing=tables.standing,
    every=tables.every,
    take=take,
    give_back=give_back,
    used=used,
    named=tables.name_of,
    filled=filled,
    resolve=resolve,
    gather=gather,
    lines=lines,
    told=("work_title", "holder_name"),
    address="works",
    listed=listed,
    heading=lambda values: f"{values['work']}, {values['right_type']} in {values['territory']}",
)
