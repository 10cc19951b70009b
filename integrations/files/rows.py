"""One row of a table into one line: the profile's columns bound to a file's header."""

import re
from collections.abc import Callable
from datetime import date

from integrations.files import limits
from integrations.files.contract import NUMBER_FIELDS, CellError, Line
from integrations.files.days import span
from integrations.files.headers import Headings, places
from integrations.files.identifiers import identifier, public_kind
from integrations.files.numerals import POINT, plain_number
from integrations.files.outcomes import ACCEPTED, NOTE, QUARANTINED, REJECTED
from integrations.files.places import Gazetteer, loose
from integrations.files.workbooks import Native
from integrations.profiles.profile import Profile
from kernel.currencies import MINOR_UNITS
from territories.geography.rights import right_types

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CODE = re.compile(r"\(([A-Za-z]{3})\)")
_SLUG = re.compile(r"[^\w]+")
_WORDS = ("channel", "format")
_IDENTIFIERS = ("isrc", "upc", "iswc", "own")
_RANK = {ACCEPTED: 0, NOTE: 0, QUARANTINED: 1, REJECTED: 2}

Getter = Callable[[list[str]], str]


class RowReader:
    """Reads rows of one table under one profile. ``columns`` names the heading of each field."""

    def __init__(
        self,
        profile: Profile,
        headings: Headings,
        names: list[str],
        *,
        style: str,
        preamble: dict[str, str],
        currency: str = "",
    ) -> None:
        self.profile, self.headings, self.names, self.style = profile, headings, names, style
        self.assumed = currency
        self.columns: dict[str, str] = {}
        self.getters: dict[str, Getter] = {}
        self.used: set[int] = set()
        self.places: dict[str, list[int]] = {}
        self._numbers: set[int] = set()
        self.gazetteer = Gazetteer()
        self._preamble = preamble
        for name in profile.columns:
            self._bind(name)

    def _bind(self, name: str) -> None:
        column = self.profile.columns[name]
        if column.constant or column.preamble or column.currency_of:
            value = column.constant or self._preamble.get(name, "")
            if column.currency_of:
                value = self._heading_currency()
            if value:
                self.getters[name] = lambda cells: value
                self.columns[name] = f"= {value}"
            return
        found = places(column, self.headings)
        if not found:
            if column.default:
                self.getters[name] = lambda cells: column.default
                self.columns[name] = f"= {column.default}"
            return
        self.used.update(found)
        self.places[name] = found
        if name in NUMBER_FIELDS:
            self._numbers.update(found)
        self.columns[name] = column.separator.join(self.names[at] for at in found)
        self.getters[name] = _getter(found, column.default, column.separator)

    def _heading_currency(self) -> str:
        found = places(self.profile.columns["amount"], self.headings)
        match = _CODE.search(self.headings.cells[found[0]]) if found else None
        return match[1].upper() if match else ""

    def dropped(self) -> list[str]:
        """Return the headings no field reads, in the file's order."""
        count = len(self.headings.cells)
        return [name for at, name in enumerate(self.names[:count]) if at not in self.used]

    def missing(self) -> list[str]:
        """Return the fields of the profile the file has no column for."""
        return [name for name in self.profile.columns if name not in self.getters]

    def line(self, row: int, cells: list[str]) -> Line:
        """Return what ``cells`` say. The worst finding decides where the row goes."""
        line = Line()
        raw = {name: get(cells) for name, get in self.getters.items()}
        self._amounts(row, raw, line)
        self.read_currency(row, raw.get("currency", ""), line)
        for name, cell in raw.items():
            if cell and name not in ("amount", "units", "list_price", "currency"):
                self.read_field(row, name, cell, line)
        self._days(row, raw, line)
        if len(cells) > len(self.headings.cells) and any(
            cell.strip() for cell in cells[len(self.headings.cells) :]
        ):
            self._find(
                line, row, f"column {len(self.headings.cells) + 1}", "", "cells_beyond_header",
                "The row has more cells than the header. A delimiter may stand in unquoted text.",
            )  # fmt: skip
        return line

    def in_style(self, cells: list[str]) -> list[str]:
        """Return the cells with a workbook's numbers in the file's style, to be read again."""
        if self.style == POINT:
            return cells
        return [
            cell.replace(".", ",") if type(cell) is Native and at in self._numbers else cell
            for at, cell in enumerate(cells)
        ]

    def _amounts(self, row: int, raw: dict[str, str], line: Line) -> None:
        for name in ("amount", "units", "list_price"):
            cell = raw.get(name, "")
            if not cell.strip():
                if name == "amount":
                    self._find(
                        line, row, self.columns.get(name, name), "", "amount_missing",
                        "The row has no amount. Write one, 0 if nothing was earned.",
                    )  # fmt: skip
                continue
            style = POINT if type(cell) is Native else self.style
            plain = plain_number(cell, style)
            if plain is None:
                self._find(
                    line, row, self.columns[name], cell, "number_unreadable",
                    f"{cell[:40]!r} is not a number written with a decimal {self.style}, with at "
                    "most 15 digits before and 15 after it.",
                )  # fmt: skip
            else:
                line.fields[name] = plain
        line.amount = line.fields.get("amount")

    def read_currency(self, row: int, cell: str, line: Line) -> None:
        """Put the currency a cell names into ``line``, with what is wrong about it."""
        code = self._value("currency", cell).strip().upper()
        line.currency = code if code in MINOR_UNITS else self.assumed
        line.fields["currency"] = line.currency or None
        column = self.columns.get("currency", "currency")
        if code in MINOR_UNITS or (not code and self.assumed):
            return
        what = f"{cell[:40]!r} is not a currency of ISO 4217" if code else "The row has no currency"
        name = "currency_unknown" if code else "currency_missing"
        if self.assumed:
            self._find(line, row, column, cell, name, f"{what}; read as {self.assumed}.", NOTE)
        else:
            told = f"{what}. Correct the cell, or say the file's currency when importing."
            self._find(line, row, column, cell, name, told, QUARANTINED)

    def read_field(self, row: int, name: str, cell: str, line: Line) -> None:
        """Put what a cell says of one text field into ``line``, with what is wrong about it."""
        text = cell.strip()
        if not text:
            return
        if len(text) > limits.TEXT_CHARACTERS:
            self._find(
                line, row, self.columns[name], text, "text_too_long",
                f"The cell has {len(text)} characters; at most {limits.TEXT_CHARACTERS} are read.",
            )  # fmt: skip
        elif _CONTROL.search(text):
            self._find(
                line, row, self.columns[name], text, "control_character",
                "The cell has characters that can't be shown. Delete and retype it.",
            )  # fmt: skip
        elif name in _IDENTIFIERS:
            self._identifier(row, name, text, line)
        elif name == "territory":
            self._territory(row, text, line)
        elif name == "right_type":
            self._right_type(row, text, line)
        elif name not in ("sold_on", "usage_end"):
            value = self._value(name, text)
            if name in _WORDS and value == text:
                value = _SLUG.sub("_", text.casefold()).strip("_")
            line.fields[name] = value or None

    def _value(self, name: str, text: str) -> str:
        table = self.profile.values.get(name)
        if not table:
            return text
        return table.get(loose(text), table.get("*", text))

    def _identifier(self, row: int, name: str, text: str, line: Line) -> None:
        value, odd = identifier(name, text)
        line.fields[name] = value or None
        if name == "own" and (kind := public_kind(text)) and not line.fields.get(kind):
            line.fields[kind] = identifier(kind, text)[0]
        if odd == "lost":
            alone = not any(line.fields.get(other) for other in _IDENTIFIERS)
            self._find(
                line, row, self.columns[name], text, "identifier_lost_digits",
                "A spreadsheet has shortened the number. Take it from the original file.",
                QUARANTINED if alone else NOTE,
            )  # fmt: skip
        elif odd:
            self._find(
                line, row, self.columns[name], text, "identifier_odd",
                f"{text[:40]!r} doesn't look like an {name.upper()}; kept as it is.", NOTE,
            )  # fmt: skip

    def _territory(self, row: int, text: str, line: Line) -> None:
        code = self.gazetteer.code(self._value("territory", text))
        line.fields["territory"] = code
        if code is None:
            self._find(
                line, row, self.columns["territory"], text, "territory_unknown",
                f"{text[:40]!r} is not a known territory. Write an ISO code or the country's name.",
                QUARANTINED, self.gazetteer.suggestion(text),
            )  # fmt: skip

    def _right_type(self, row: int, text: str, line: Line) -> None:
        value = self._value("right_type", text)
        code = value if value in right_types() else _SLUG.sub("_", value.casefold()).strip("_")
        if code in right_types():
            line.fields["right_type"] = code
            return
        self._find(
            line, row, self.columns["right_type"], text, "right_type_unknown",
            f"{text[:40]!r} is not a known right type. Map it in the import profile.", QUARANTINED,
        )  # fmt: skip

    def _days(self, row: int, raw: dict[str, str], line: Line) -> None:
        found: dict[str, tuple[date, date]] = {}
        for name in ("sold_on", "usage_end"):
            cell = raw.get(name, "").strip()
            if not cell:
                continue
            days = span(cell, self.profile.day_order)
            if days is None:
                self._find(
                    line, row, self.columns[name], cell, "date_unreadable",
                    f"{cell[:40]!r} is not a day or period that can be read for certain. Write it "
                    "like 2026-07-31 or 2026-07, or set day_order in the import profile.",
                )  # fmt: skip
            else:
                found[name] = days
        if "sold_on" in found:
            line.fields["sold_on"], last = found["sold_on"]
            line.fields["usage_end"] = last
        if "usage_end" in found:
            line.fields["usage_end"] = found["usage_end"][1]

    def _find(
        self, line: Line, row: int, column: str, value: str, code: str, message: str,
        outcome: str = REJECTED, suggestion: str = "",
    ) -> None:  # fmt: skip
        value = value if len(value) <= limits.SHOWN else value[: limits.SHOWN] + "…"
        line.errors.append(CellError(row, column, value, code, message, suggestion, outcome))
        if _RANK[outcome] > _RANK[line.outcome]:
            line.outcome = outcome


def _getter(found: list[int], default: str, separator: str) -> Getter:
    if len(found) == 1:
        (at,) = found

        def one(cells: list[str]) -> str:
            return (cells[at] if at < len(cells) else "") or default

        return one

    def joined(cells: list[str]) -> str:
        parts = [cells[at].strip() for at in found if at < len(cells)]
        return separator.join(part for part in parts if part) or default

    return joined
