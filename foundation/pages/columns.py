"""The columns of lists: what a cell shows, how it is written, where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from markupsafe import escape

from foundation.pages import filters

Kind = Literal["text", "money", "rounded", "number", "percent", "day", "moment", "badge", "verdict"]
WRITTEN: dict[str, Callable[[Any], str]] = {
    "money": filters.money,
    "rounded": filters.rounded,
    "number": filters.number,
    "percent": filters.percent,
    "day": filters.day,
    "moment": filters.moment,
    "verdict": lambda value: f'<span class="verdict {escape(value)}">{escape(value)}</span>',
    "badge": lambda value: f'<span class="badge {escape(value[1])}">{escape(value[0])}</span>',
}
FIGURES = ("money", "rounded", "number", "percent")
_SOME_KEY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``value`` is an attribute's path or a function of the row.

    ``money`` and ``rounded`` columns give Money or (Decimal, currency), ``badge`` columns (word,
    tone), ``verdict`` columns yes, no or depends. ``sort`` is the field or annotation to sort by;
    ``link`` the name of an address that takes the row's key, or a function from the row to an
    address. ``hidden`` columns show for who chooses them. ``totalled`` money and numbers are summed
    at the end of a workbook.
    """

    name: str
    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    link: str | Callable[[Any], str] = ""
    hidden: bool = False
    totalled: bool = False

    def of(self, row: Any) -> Any:
        """Return this column's value of a row."""
        return _getter(self.value)(row) if isinstance(self.value, str) else self.value(row)

    def writer(self) -> Callable[[Any], str]:
        """Return a function that writes the cell's content as HTML: all choices made once."""
        value = _getter(self.value) if isinstance(self.value, str) else self.value
        write = WRITTEN.get(self.kind, escape)
        link = self.link
        if not link:
            return lambda row: write(value(row))
        if isinstance(link, str):
            before, after = _around(link)
            return lambda row: f'<a href="{before}{row.pk}{after}">{write(value(row))}</a>'
        return lambda row: _linked(link(row), write(value(row)))

    def html(self, row: Any) -> str:
        """Return the cell's content as HTML."""
        return self.writer()(row)

    @property
    def figure(self) -> bool:
        """Whether the column is aligned as figures are."""
        return self.kind in FIGURES


@lru_cache(maxsize=256)
def _getter(path: str) -> Callable[[Any], Any]:
    return attrgetter(path)


@lru_cache(maxsize=256)
def _around(name: str) -> tuple[str, str]:
    """Return what stands before and after the key in an address: Django takes long to say it."""
    before, _, after = reverse(name, args=[_SOME_KEY]).partition(str(_SOME_KEY))
    return before, after


def _linked(address: str, words: str) -> str:
    """Return words that lead to an address, or the words alone where the reader can't go there."""
    return f'<a href="{escape(address)}">{words}</a>' if address else words
