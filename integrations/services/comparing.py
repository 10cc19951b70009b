"""Rows of a table held against what is there: new, changed, the same, or wrong and why."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from foundation.batched import batched
from foundation.exports.versions import version_of
from integrations.files.places import loose
from integrations.targets import Target
from integrations.targets.base import Change, Field, Finding, Row, Values

ID, VERSION = "id", "version"
_KEYS = (ID, VERSION)
LISTED, SHOWN, BATCH = 1_000, 120, 5_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass
class Compared:
    """What the rows of a table would do."""

    rows: int = 0
    same: int = 0
    changes: list[Change] = field(default_factory=list)
    seen: Counter[UUID] = field(default_factory=Counter)
    wrong: dict[int, list[str]] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    groups: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def find(self, row: int, column: str, value: str, found: Finding) -> None:
        """Note a finding; unless it is a note, its row is wrong."""
        outcome = "note" if found.note else "rejected"
        value = value[:SHOWN]
        if not found.note:
            self.wrong.setdefault(row, []).append(f"{column}: {found.message}")
        if len(self.errors) < LISTED:
            told = {"row": row, "column": column, "value": value, "code": found.code}
            self.errors.append(
                {**told, "message": found.message, "suggestion": "", "outcome": outcome}
            )
        key = (found.code, column, value)
        if key not in self.groups and len(self.groups) >= LISTED:
            return
        group = self.groups.setdefault(
            key,
            {
                "code": found.code,
                "column": column,
                "value": value,
                "outcome": outcome,
                "suggestion": "",
                "rows": 0,
                "first_row": row,
                "money": {},
                "message": found.message,
            },
        )
        group["rows"] += 1


def mapped(target: Target, headings: Iterable[str]) -> dict[str, str]:
    """Return which heading each field is read from, by name, label or another known heading."""
    by_name = {loose(heading.replace("_", " ")): heading for heading in reversed(list(headings))}
    found = {}
    for each in (*target.fields, Field(ID, "Id"), Field(VERSION, "Version")):
        names = (each.name.replace("_", " "), each.label, *each.also)
        heading = next((by_name[loose(n)] for n in names if loose(n) in by_name), "")
        if heading:
            found[each.name] = heading
    return found


class Rule(NamedTuple):
    """What a value of a column stands for, in all its rows; both as they are read."""

    column: str
    value: str
    meaning: str


def compared(
    target: Target,
    mapping: Mapping[str, str],
    rows: Iterable[tuple[int, Mapping[str, str]]],
    rules: Sequence[Rule] = (),
) -> Compared:
    """Return what rows (number, cells by heading) would do under a mapping of field to heading,
    and under ``rules``."""
    out = Compared()
    read = chain.from_iterable(
        _read(target, mapping, some, out, rules) for some in batched(rows, BATCH)
    )
    names: Counter[str] = Counter()
    things: Iterable[Row] = read if target.gather is None else _gathered(target, mapping, read, out)
    gathered: dict[int, tuple[int, ...]] = {}
    for some in batched(things, BATCH):
        _place_all(target, mapping, some, out)
        gathered |= {one.number: one.rows for one in some if one.rows}
    names.update(name for each in out.changes if (name := target.named(each.after)))
    _refuse_twins(target, mapping, out, names)
    sound = {each.row: each for each in out.changes if each.row not in out.wrong}
    for row, found in list(target.clashes(list(sound.values()))):
        value = sound[row].after[found.field]
        out.find(row, mapping.get(found.field, found.field), value, found)
    _all_of_it(gathered, out)
    out.changes = [each for each in out.changes if each.row not in out.wrong]
    return out


@dataclass(frozen=True, slots=True)
class Seen:
    """One row as it is read: what it would do, its values by field, and what is wrong with it."""

    row: int
    outcome: str
    values: dict[str, str]
    wrong: tuple[str, ...]


def previewed(
    target: Target,
    mapping: Mapping[str, str],
    rows: Sequence[tuple[int, Mapping[str, str]]],
    rules: Sequence[Rule] = (),
) -> list[Seen]:
    """Return the first rows of a table as they are read under a mapping; nothing is kept.

    The outcome is new, changed, same or wrong, as the check would say of these rows alone.
    """
    out = compared(target, mapping, rows, rules)
    does = {each.row: "new" if each.before is None else "changed" for each in out.changes}
    found = []
    for number, cells in rows:
        given = {name: cells.get(heading) or "" for name, heading in mapping.items()}
        plain = target.plain({name: text for name, text in given.items() if name not in _KEYS})
        plain = _ruled(target, mapping, plain, rules)
        wrong = tuple(out.wrong.get(number, ()))
        outcome = "wrong" if wrong else does.get(number, "same")
        found.append(Seen(number, outcome, dict(plain), wrong))
    return found


def _read(
    target: Target,
    mapping: Mapping[str, str],
    rows: Iterable[tuple[int, Mapping[str, str]]],
    out: Compared,
    rules: Sequence[Rule],
) -> list[Row]:
    """Return rows with their values as they are kept, each cell held to its field."""
    found = []
    for number, cells in rows:
        given = {name: cells.get(heading) or "" for name, heading in mapping.items()}
        key, version = _uuid(given.pop(ID, "")), given.pop(VERSION, "")
        values = _ruled(target, mapping, target.plain(given), rules)
        found.append(Row(number, key, version, values))
    out.rows += len(found)
    for one in found:
        _check_cells(target, mapping, one.number, one.values, out)
    if target.resolve is not None:
        sound = {one.number: one.values for one in found if one.number not in out.wrong}
        for number, wrong in target.resolve(sound):
            value = sound[number].get(wrong.field, "")
            out.find(number, mapping.get(wrong.field, wrong.field), value, wrong)
    return found


def _ruled(
    target: Target, mapping: Mapping[str, str], values: Values, rules: Sequence[Rule]
) -> Values:
    """Return values with what rules say of them in place of what the table has."""
    if not rules:
        return values
    told = {(each.column, each.value): each.meaning for each in rules}
    meant = {
        name: told[mapping[name], text]
        for name, text in values.items()
        if (mapping[name], text) in told
    }
    return {**values, **target.plain(meant)} if meant else values


def _gathered(
    target: Target, mapping: Mapping[str, str], rows: Iterable[Row], out: Compared
) -> Iterator[Row]:
    """Yield the things that rows make together; a wrong row makes its thing wrong."""
    assert target.gather is not None
    for one, problems in target.gather(list(rows)):
        if not any(number in out.wrong for number in one.numbers):
            for number, wrong in problems:
                value = one.values.get(wrong.field, "")
                out.find(number, mapping.get(wrong.field, wrong.field), value, wrong)
        if any(number in out.wrong for number in one.numbers):
            _all_of_it({one.number: one.rows}, out)
        else:
            yield one


def _all_of_it(gathered: Mapping[int, Sequence[int]], out: Compared) -> None:
    """Keep all rows of a wrong thing together, so that they come back together."""
    for numbers in gathered.values():
        first = next((number for number in numbers if number in out.wrong), None)
        if first is not None:
            for number in numbers:
                out.wrong.setdefault(number, [f"row {first} belongs to it and is wrong"])


def _place_all(
    target: Target, mapping: Mapping[str, str], rows: Sequence[Row], out: Compared
) -> None:
    wanted = [one.key for one in rows if isinstance(one.key, UUID)]
    named = {one.number: target.named(_whole(target, one.values)) for one in rows}
    there = target.standing(wanted, list(named.values()))
    by_name = {name: key for key, values in there.items() if (name := target.named(values))}
    for one in rows:
        key = one.key or by_name.get(named[one.number])
        _place(target, mapping, one._replace(key=key), there, by_name, out)


def _whole(target: Target, values: Values) -> Values:
    return target.filled({rule.name: values.get(rule.name, "") for rule in target.fields})


def _check_cells(
    target: Target, mapping: Mapping[str, str], row: int, values: Values, out: Compared
) -> None:
    """Hold each cell to its field, then the row to its target."""
    for name, text in values.items():
        found = _cell(target.field(name), text)
        if found:
            out.find(row, mapping[name], text, found)
    if row not in out.wrong:
        for found in target.check(values):
            column = mapping.get(found.field, found.field)
            out.find(row, column, values.get(found.field, ""), found)


def _cell(rule: Field, text: str) -> Finding | None:
    if rule.required and not text:
        return Finding(rule.name, "cell_missing", f"A row needs its {rule.label.lower()}.")
    if len(text) > rule.longest:
        told = f"The cell has {len(text)} signs; at most {rule.longest} are read."
        return Finding(rule.name, "text_too_long", told)
    if _CONTROL.search(text):
        told = "The cell has characters that can't be shown. Delete and retype it."
        return Finding(rule.name, "control_character", told)
    if text and rule.choices and text not in rule.choices:
        told = f"{text[:40]!r} is none of {', '.join(rule.choices)}."
        return Finding(rule.name, "choice_unknown", told)
    if text and rule.whole and not (text.isascii() and text.isdecimal() and len(text) < 10):
        return Finding(rule.name, "number_unreadable", f"{text[:40]!r} is no whole number.")
    return None


def _place(
    target: Target,
    mapping: Mapping[str, str],
    one: Row,
    there: Mapping[UUID, Values],
    by_name: Mapping[str, UUID],
    out: Compared,
) -> None:
    """Say whether a row is new, changes something, or leaves all as it is."""
    row, key, values = one.number, one.key, one.values
    if key is None:
        for rule in target.fields:
            if rule.required and rule.name not in mapping:
                told = f"A new row needs its {rule.label.lower()}; no column has it."
                out.find(row, rule.label, "", Finding(rule.name, "cell_missing", told))
        whole = _whole(target, values)
        out.changes.append(Change(row, target.new_key(whole), None, whole))
        return
    before = there.get(key) if isinstance(key, UUID) else None
    column = mapping.get(ID, mapping.get("code", ID))
    if not isinstance(key, UUID) or before is None:
        told = f"There is none with the id {str(key)[:40]} here."
        out.find(row, column, str(key), Finding(ID, "id_unknown", told))
        return
    out.seen[key] += 1
    after = {**before, **values}
    if by_name.get(target.named(after), key) != key:
        name = "code" if "code" in after else ID
        told = "This code is another one's." if name == "code" else "Another one is the same."
        out.find(row, mapping.get(name, name), after.get(name, ""), Finding(name, "taken", told))
    if one.version and one.version != version_of(before):
        told = "It was changed since this table was written. Download it again."
        out.find(row, mapping[VERSION], one.version, Finding(VERSION, "changed_meanwhile", told))
    for name in sorted(target.fixed):
        if name in values and after[name] != before[name]:
            told = f"It is {before[name] or 'empty'} here, and a table can't change that."
            out.find(row, mapping[name], values[name], Finding(name, "field_fixed", told))
    if after == before:
        out.same += row not in out.wrong
    else:
        out.changes.append(Change(row, key, before, after))


def _refuse_twins(
    target: Target, mapping: Mapping[str, str], out: Compared, names: Mapping[str, int]
) -> None:
    """Refuse rows of one table that are about the same thing."""
    for each in out.changes:
        name = target.named(each.after)
        if out.seen[each.key] > 1 or name and names[name] > 1:
            field = next(iter(target.fields)).name
            told = "The table has this one twice. Keep one."
            column = mapping.get("code", mapping.get(ID, mapping.get(field, field)))
            value = each.after.get(field, "")
            out.find(each.row, column, value, Finding(field, "row_twice", told))


def _uuid(text: str) -> UUID | str | None:
    """Return an id, None for an empty cell, and the text itself where it is none."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return text
