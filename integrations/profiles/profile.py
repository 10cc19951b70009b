"""An import profile in memory."""

import re
from dataclasses import dataclass, field
from typing import Any

from integrations.files.places import loose

_PARENTHESES = re.compile(r"\s*\([^()]*\)\s*")


def heading(text: str) -> str:
    """Return a heading without letter case, accents, blanks and punctuation."""
    return loose(text.replace("#", " number ")).replace("_", " ").replace(" ", "")


def bare_heading(text: str) -> str:
    """Return a heading also without what stands in parentheses: ``Earnings (USD)``."""
    return heading(_PARENTHESES.sub(" ", text))


@dataclass(frozen=True)
class Column:
    """Where a field comes from: alternatives of headings, or a constant, or something built."""

    header: tuple[str, ...] = ()
    required: bool = False
    constant: str = ""
    default: str = ""
    concat: tuple[tuple[str, ...], ...] = ()
    separator: str = " "
    preamble: tuple[str, ...] = ()
    currency_of: str = ""


@dataclass(frozen=True)
class Skip:
    """A named rule for rows that are no sales lines."""

    name: str
    header: tuple[str, ...]
    equals: frozenset[str] = frozenset()
    empty: bool = False


@dataclass(frozen=True)
class Profile:
    """One checked profile; ``document`` is what it was read from."""

    name: str
    version: int
    title: str
    columns: dict[str, Column]
    sheet: str = ""
    decimal: str = "auto"
    day_order: str = ""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    skip: tuple[Skip, ...] = ()
    totals: bool = True
    known: frozenset[str] = frozenset()
    document: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Profile":
        """Return the profile of a document that has been checked."""
        columns = {name: _column(given) for name, given in document["columns"].items()}
        named = [*document.get("ignore", [])]
        for column in columns.values():
            named += [*column.header, *(name for part in column.concat for name in part)]
        return cls(
            name=document["name"],
            version=document["version"],
            title=document["title"],
            columns=columns,
            sheet=document.get("sheet", ""),
            decimal=document.get("decimal", "auto"),
            day_order=document.get("day_order", ""),
            values={
                name: {text if text == "*" else loose(text): value for text, value in table.items()}
                for name, table in document.get("values", {}).items()
            },
            skip=tuple(
                Skip(
                    rule["name"],
                    tuple(rule["header"]),
                    frozenset(loose(text) for text in rule.get("equals", [])),
                    rule.get("empty", False),
                )
                for rule in document.get("skip", [])
            ),
            totals=document.get("totals", True),
            known=frozenset(heading(name) for name in named),
            document=document,
        )


def _column(given: dict[str, Any]) -> Column:
    known = dict(given)
    for name in ("header", "preamble"):
        if name in known:
            known[name] = tuple(known[name])
    if "concat" in known:
        known["concat"] = tuple(tuple(part) for part in known["concat"])
    return Column(**known)
