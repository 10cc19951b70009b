"""Lists: columns, sort, search, filters, pages. The address holds all of it.

A list is a class of columns and filters; an instance is one request's view of a queryset. It
costs two queries whatever it shows, and one when ``counted`` is off.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from markupsafe import Markup, escape

from foundation.pages import filters, keyset

Kind = Literal["text", "money", "rounded", "number", "percent", "day", "moment", "badge"]
WRITTEN: dict[str, Callable[[Any], str]] = {
    "money": filters.money,
    "rounded": filters.rounded,
    "number": filters.number,
    "percent": filters.percent,
    "day": filters.day,
    "moment": filters.moment,
    "badge": lambda value: f'<span class="badge {escape(value[1])}">{escape(value[0])}</span>',
}
FIGURES = ("money", "rounded", "number", "percent")
COUNTED_TO = 10_000
_SOME_KEY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``value`` is an attribute's path or a function of the row.

    ``money`` and ``rounded`` columns give Money or (Decimal, currency), ``badge`` columns (word,
    tone). ``sort`` is the field or annotation to sort by; ``link`` the name of an address that
    takes the row's key, or a function from the row to an address.
    """

    name: str
    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    link: str | Callable[[Any], str] = ""

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
        return lambda row: f'<a href="{escape(link(row))}">{write(value(row))}</a>'

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


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: options as (value, label); ``where`` makes a condition of a chosen value."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    where: Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: its link sorts; ``aria`` is none, ascending or descending."""

    column: Column
    url: str
    aria: str


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, with the address of the list without it."""

    label: str
    url: str


class Table:
    """One list as one request asks for it. Subclasses say what it is.

    ``fields``, where a list names them, are all that its columns and ``complete`` read of a row.
    """

    id: ClassVar[str] = "list"
    caption: ClassVar[str]
    noun: ClassVar[tuple[str, str]] = ("row", "rows")
    columns: ClassVar[tuple[Column, ...]]
    fields: ClassVar[tuple[str, ...]] = ()
    start: ClassVar[str]
    search: ClassVar[tuple[str, ...]] = ()
    search_label: ClassVar[str] = "Search"
    filters: ClassVar[tuple[Choice, ...]] = ()
    sizes: ClassVar[tuple[int, ...]] = (50, 25, 100)
    counted: ClassVar[bool] = True
    nothing: ClassVar[tuple[str, str]] = ("Nothing here yet", "")

    def __init__(self, rows: QuerySet[Any], request: HttpRequest) -> None:
        """View ``rows`` (already scoped to what the person may see) as the address asks."""
        self.path = request.path
        self.asked: Mapping[str, str] = request.GET.dict()
        self._all = rows

    @property
    def query(self) -> str:
        """The words searched for."""
        return self.asked.get("q", "").strip()[:200] if self.search else ""

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The active filters that the list knows, by name."""
        return {
            each.name: value
            for each in self.filters
            if (value := self.asked.get(each.name, "")) in dict(each.options)
        }

    @cached_property
    def sort(self) -> tuple[Column, bool]:
        """The column sorted by, and whether downwards; the list's own where none is asked for."""
        for asked in (self.asked.get("sort", ""), self.start):
            for column in self.columns:
                if column.sort and column.name == asked.removeprefix("-"):
                    return column, asked.startswith("-")
        raise LookupError(f"{type(self).__name__} starts sorted by no column it has.")

    @property
    def size(self) -> int:
        """How many rows a page has."""
        asked = self.asked.get("size", "")
        return int(asked) if asked in map(str, self.sizes) else self.sizes[0]

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """All rows that fit search and filters, in no order."""
        rows = self._all
        if self.query:
            rows = rows.filter(self.finds(self.query))
        for each in self.filters:
            if each.name in self.chosen:
                rows = rows.filter(each.where(self.chosen[each.name]))
        return rows

    def finds(self, query: str) -> Q:
        """Return what holds for the rows that are searched for: each word, in any field."""
        found = Q()
        for word in query.split()[:8]:
            fits = Q()
            for field in self.search:
                fits |= Q(**{f"{field}__icontains": word})
            found &= fits
        return found

    @cached_property
    def page(self) -> keyset.Page:
        """The page's rows and its neighbours' cursors: one query."""
        column, descending = self.sort
        found = keyset.page(
            self.matching,
            by=column.sort,
            descending=descending,
            size=self.size,
            after=self.asked.get("after", ""),
            before=self.asked.get("before", ""),
            fields=self.fields,
        )
        self.complete(found.rows)
        return found

    def complete(self, rows: Sequence[Any]) -> None:
        """Give a page's rows what the query couldn't: names from other apps, asked for at once."""

    @property
    def rows(self) -> Sequence[Any]:
        """The page's rows."""
        return self.page.rows

    @cached_property
    def count(self) -> int | None:
        """How many rows match, or None beyond ten thousand; one query, none for a short list."""
        alone = not (self.page.after or self.page.before)
        if alone:
            return len(self.rows)
        found = self.matching.order_by()[: COUNTED_TO + 1].count()
        return found if found <= COUNTED_TO else None

    @property
    def counted_words(self) -> str:
        """How many rows match, in words; nothing where the list doesn't count."""
        if not self.counted:
            return ""
        if self.count is None:
            return f"{COUNTED_TO:,}+ {self.noun[1]}"
        return f"{self.count:,} {self.noun[self.count != 1]}"

    @property
    def announcement(self) -> str:
        """What a screen reader says after the list has changed."""
        column, descending = self.sort
        way = "descending" if descending else "ascending"
        words = [self.counted_words, f"sorted by {column.label.lower()}, {way}"]
        return ", ".join(word for word in words if word)

    @property
    def headings(self) -> Iterator[Heading]:
        """The columns' heads."""
        sorted_by, descending = self.sort
        for column in self.columns:
            here = column is sorted_by
            to = f"-{column.name}" if here and not descending else column.name
            aria = ("descending" if descending else "ascending") if here else ""
            yield Heading(column, self.url(sort=to) if column.sort else "", aria)

    @property
    def chips(self) -> Iterator[Chip]:
        """What narrows the list now, each with the way to take it away."""
        if self.query:
            yield Chip(f"“{self.query}”", self.url(q=""))
        for each in self.filters:
            if each.name in self.chosen:
                label = dict(each.options)[self.chosen[each.name]]
                yield Chip(f"{each.label}: {label}", self.url(**{each.name: ""}))

    @property
    def narrowed(self) -> bool:
        """Whether search or filters hide rows."""
        return bool(self.query or self.chosen)

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What the search form posts along: sort and size, where they aren't the list's own."""
        yield from ((name, self.asked[name]) for name in ("sort", "size") if name in self.asked)

    @property
    def next_url(self) -> str:
        """The address of the next page, or nothing."""
        return self.url(after=self.page.after) if self.page.after else ""

    @property
    def previous_url(self) -> str:
        """The address of the page before, or nothing."""
        return self.url(before=self.page.before) if self.page.before else ""

    @property
    def clear_url(self) -> str:
        """The address of the list without search and filters."""
        return self.url(q="", **{each.name: "" for each in self.filters})

    def cells(self, row: Any) -> Markup:
        """Return a row's cells as HTML, the first one as its heading.

        Written here, not in the template: of all that a list costs, this is most.
        """
        first, *others = self._writers
        parts = [f'<th scope="row">{first[1](row)}</th>']
        parts += [f"{begin}{write(row)}</td>" for begin, write in others]
        return Markup("".join(parts))

    @cached_property
    def _writers(self) -> list[tuple[str, Callable[[Any], str]]]:
        """For each column, how its cells begin and who writes them."""
        return [
            ('<td class="figure">' if column.figure else "<td>", column.writer())
            for column in self.columns
        ]

    def url(self, **changed: str) -> str:
        """Return the list's address with something changed; it begins at the first page again."""
        known = {"q", "sort", "size", *(each.name for each in self.filters)}
        kept = {name: value for name, value in self.asked.items() if name in known}
        asked = {name: value for name, value in {**kept, **changed}.items() if value}
        return f"{self.path}?{urlencode(asked)}" if asked else self.path
