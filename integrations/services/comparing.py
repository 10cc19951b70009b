"""Rows of a table held against what is there: new, changed, the same, or wrong and why."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from integrations.files.places import loose
from integrations.targets import Target
from integrations.targets.base import Change, Field, Finding, Values, version_of
from kernel.ids import uuid7

ID, VERSION = "id", "version"
LISTED, SHOWN = 1_000, 120
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


def compared(
    target: Target, mapping: Mapping[str, str], rows: Iterable[tuple[int, Mapping[str, str]]]
) -> Compared:
    """Return what rows (number, cells by heading) would do under a mapping of field to heading."""
    out = Compared()
    given = [
        (number, {name: cells.get(heading) or "" for name, heading in mapping.items()})
        for number, cells in rows
    ]
    out.rows = len(given)
    ids = {row: _uuid(values.pop(ID, "")) for row, values in given}
    versions = {row: values.pop(VERSION, "") for row, values in given}
    plain = {row: target.plain(values) for row, values in given}
    wanted = [key for key in ids.values() if isinstance(key, UUID)]
    there = target.standing(wanted, [values.get("code", "") for values in plain.values()])
    by_code = {values["code"]: key for key, values in there.items() if values["code"]}
    for row, values in plain.items():
        _check_cells(target, mapping, row, values, out)
        key = ids[row] or by_code.get(values.get("code", ""))
        _place(target, mapping, row, values, key, versions[row], there, by_code, out)
    _refuse_twins(mapping, out)
    for row, found in list(target.clashes([c for c in out.changes if c.row not in out.wrong])):
        value = next(c.after[found.field] for c in out.changes if c.row == row)
        out.find(row, mapping.get(found.field, found.field), value, found)
    out.changes = [each for each in out.changes if each.row not in out.wrong]
    return out


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
            out.find(row, mapping[found.field], values[found.field], found)


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
    row: int,
    values: Values,
    key: UUID | str | None,
    version: str,
    there: Mapping[UUID, Values],
    by_code: Mapping[str, UUID],
    out: Compared,
) -> None:
    """Say whether a row is new, changes something, or leaves all as it is."""
    if key is None:
        for rule in target.fields:
            if rule.required and rule.name not in mapping:
                told = f"A new row needs its {rule.label.lower()}; no column has it."
                out.find(row, rule.label, "", Finding(rule.name, "cell_missing", told))
        whole = {rule.name: values.get(rule.name, "") for rule in target.fields}
        out.changes.append(Change(row, uuid7(), None, whole))
        return
    before = there.get(key) if isinstance(key, UUID) else None
    column = mapping.get(ID, mapping.get("code", ID))
    if not isinstance(key, UUID) or before is None:
        told = f"There is none with the id {str(key)[:40]} here."
        out.find(row, column, str(key), Finding(ID, "id_unknown", told))
        return
    out.seen[key] += 1
    if by_code.get(values.get("code", ""), key) != key:
        told = "This code is another one's."
        out.find(row, mapping["code"], values["code"], Finding("code", "code_taken", told))
    if version and version != version_of(before):
        told = "It was changed since this table was written. Download it again."
        out.find(row, mapping[VERSION], version, Finding(VERSION, "changed_meanwhile", told))
    after = {**before, **values}
    for name in sorted(target.fixed):
        if name in values and after[name] != before[name]:
            told = f"It is {before[name] or 'empty'} here, and a table can't change that."
            out.find(row, mapping[name], values[name], Finding(name, "field_fixed", told))
    if after == before:
        out.same += row not in out.wrong
    else:
        out.changes.append(Change(row, key, before, after))


def _refuse_twins(mapping: Mapping[str, str], out: Compared) -> None:
    """Refuse rows of one table that are about the same thing."""
    codes = Counter(each.after["code"] for each in out.changes if each.after["code"])
    for each in out.changes:
        code = each.after["code"]
        if out.seen[each.key] > 1 or codes[code] > 1:
            told = "The table has this one twice. Keep one."
            column = mapping.get("code", mapping.get(ID, ID))
            out.find(each.row, column, code, Finding("code", "row_twice", told))


def _uuid(text: str) -> UUID | str | None:
    """Return an id, None for an empty cell, and the text itself where it is none."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return text
