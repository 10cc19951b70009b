"""Lists: columns, sort, search, filters, pages. The address holds all of it (docs/pages.md).

A list is a class of columns and filters; an instance is one request's view of a queryset: two
queries whatever it shows, one when ``counted`` is off.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.middleware.csrf import get_token
from markupsafe import Markup, escape

from foundation.models.keysets import among
from foundation.pages import inputs, keyset, saved, surroundings
from foundation.pages.columns import Column
from foundation.pages.listparts import EXPORT, Chip, Deed, Heading
from foundation.pages.narrowing import Choice, Days, Meant, Narrowing, Numbers, Reference, Text

__all__ = ["Choice", "Column", "Days", "Deed", "Numbers", "Reference", "Table", "Text"]
COUNTED_TO, ASKED, DENSITIES = 10_000, 8, ("compact", "roomy")
LOOK = ("sort", "size", "cols", "density")


class Table:
    """One list as one request asks for it. Subclasses say what it is.

    ``fields``, where a list names them, are all that its columns and ``complete`` read of a row.
    ``brought`` names the values that a file of the list brings back; ``standing`` gives them.
    """

    id: ClassVar[str] = "list"
    caption: ClassVar[str]
    noun: ClassVar[tuple[str, str]] = ("row", "rows")
    columns: ClassVar[tuple[Column, ...]]
    fields: ClassVar[tuple[str, ...]] = ()
    start: ClassVar[str]
    search: ClassVar[tuple[str, ...]] = ()
    search_label: ClassVar[str] = "Search"
    filters: ClassVar[Sequence[Narrowing]] = ()
    sizes: ClassVar[tuple[int, ...]] = (50, 25, 100)
    counted: ClassVar[bool] = True
    bulk: ClassVar[tuple[Deed, ...]] = ()
    nothing: ClassVar[tuple[str, str]] = ("Nothing here yet", "")
    brought: ClassVar[tuple[str, ...]] = ()

    def __init__(self, rows: QuerySet[Any], request: HttpRequest) -> None:
        """View ``rows`` (already scoped to what the person may see) as the address asks."""
        self.request, self.path = request, request.path
        self.asked = self._read(request)
        self._all = rows

    @property
    def query(self) -> str:
        """The words searched for."""
        return self.asked.get("q", "").strip()[:200] if self.search else ""

    def _read(self, request: HttpRequest) -> dict[str, str]:
        """Return what the address asks for, with what its view asks for where it says nothing.

        Columns may come one by one, as a form sends them.
        """
        asked = {name: value.replace("\0", "") for name, value in request.GET.dict().items()}
        if "cols" in asked:
            wanted = ",".join(request.GET.getlist("cols")).split(",")
            known = [column.name for column in self.columns[1:]]
            asked["cols"] = ",".join(name for name in known if name in wanted)
        named = asked.pop("view", None)
        for view in self.views:
            if view.name == named or (view.start and not request.GET):
                return {**dict(parse_qsl(view.query)), **asked}
        return asked

    @property
    def saves(self) -> bool:
        """Whether its views can be saved: a page's first list alone has such an address."""
        return self.id == Table.id

    @cached_property
    def deeds(self) -> list[Deed]:
        """What this reader can do to rows they choose; a visitor nothing."""
        reader = surroundings.of(self.request)
        if not reader.person:
            return []
        may = [deed for deed in self.bulk if not deed.permission or deed.permission in reader.codes]
        return [EXPORT, *may]

    @property
    def csrf(self) -> Markup:
        """The proof that a form of the list is ours."""
        token = get_token(self.request)
        return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(token)

    @property
    def expected(self) -> str:
        """How many rows match, for who chooses all of them."""
        return str(self.count) if self.count is not None else f"{COUNTED_TO}+"

    @cached_property
    def views(self) -> list[saved.Saved]:
        """The reader's saved views of this list."""
        if not self.saves:
            return []
        return saved.of(surroundings.of(self.request), self.path)

    @property
    def view_chips(self) -> list[tuple[str, str, bool]]:
        """The list as it is by itself, and its views: (label, address, whether it is shown)."""
        if not self.views:
            return []
        chips = [("All", f"{self.path}?view=", not self.state)]
        for view in self.views:
            current = dict(parse_qsl(view.query)) == self.state
            chips.append((view.label, f"{self.path}?{urlencode({'view': view.name})}", current))
        return chips

    @property
    def save_query(self) -> str:
        """What the page that saves this view is asked with; nothing where there is no need."""
        if not self.saves or not self.state or not surroundings.of(self.request).person:
            return ""
        if any(current for _, _, current in self.view_chips):
            return ""
        return urlencode({"list": self.path, "query": self.query_string})

    @cached_property
    def _values(self) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The filters' values by name, and what couldn't be read, as (label, why)."""
        values, wrong = {}, []
        for each in self.filters:
            if not any(self.asked.get(param) for param in each.params):
                continue
            try:
                value = each.read(self.asked, surroundings.of(self.request))
            except inputs.NotReadable as error:
                wrong.append((each.label, str(error)))
                continue
            if value is not None:
                values[each.name] = value
        return values, wrong

    @property
    def chosen(self) -> dict[str, Any]:
        """The values of the active filters, by name."""
        return self._values[0]

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """The filters that couldn't be read, and why."""
        return self._values[1]

    @cached_property
    def sort(self) -> tuple[Column, bool]:
        """The column sorted by, and whether downwards; the list's own where none is asked for."""
        for asked in (self.asked.get("sort", ""), self.start):
            for column in self.columns:
                if column.sort and column.name == asked.removeprefix("-"):
                    return column, asked.startswith("-")
        raise LookupError(f"{type(self).__name__} starts sorted by no column it has.")

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        """The columns chosen, the first one always; the list's own choice where none is made."""
        if "cols" not in self.asked:
            return tuple(column for column in self.columns if not column.hidden)
        wanted = self.asked["cols"].split(",")
        first, *others = self.columns
        return (first, *(column for column in others if column.name in wanted))

    @property
    def density(self) -> str:
        """How close the rows stand."""
        asked = self.asked.get("density", "")
        return asked if asked in DENSITIES else DENSITIES[0]

    @property
    def size(self) -> int:
        """How many rows a page has."""
        asked = self.asked.get("size", "")
        return int(asked) if asked in map(str, self.sizes) else self.sizes[0]

    def pick(self, keys: Sequence[UUID]) -> None:
        """Narrow the list to single rows of those that match: they were chosen one by one."""
        self.__dict__.pop("page", None)
        self.matching = self.matching.filter(pk__in=among(keys))

    @cached_property
    def matching(self) -> QuerySet[Any]:
        """All rows that fit search and filters, in no order."""
        rows = self._all
        if self.query:
            rows = rows.filter(self.finds(self.query))
        for each in self.filters:
            if each.name in self.chosen:
                reader = surroundings.of(self.request)
                rows = rows.filter(each.condition(self.chosen[each.name], reader))
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

    def standing(self, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
        """Return the values named by ``brought`` by row, ``id`` too where it isn't the row's."""
        return {}

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
        for column in self.shown:
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
                label = f"{each.label}: {each.words(self.chosen[each.name])}"
                yield Chip(label, self.url(**dict.fromkeys(each.params, "")))

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """What a file of the list says of itself besides its filters."""
        return ()

    @property
    def doubts(self) -> Iterator[tuple[str, list[Chip]]]:
        """The names that may mean several: (the filter's label, each of them as a chip)."""
        for each in self.filters:
            value = self.chosen.get(each.name)
            if isinstance(value, Meant) and value.told and len(value.rows) > 1:
                rows = value.rows[:ASKED]
                yield (
                    each.label,
                    [Chip(row.label, self.url(**{each.name: str(row.id)})) for row in rows],
                )

    def offers(self, each: Narrowing) -> str:
        """Return the kind of names that a filter offers to this reader, or nothing."""
        source = each.source if isinstance(each, Reference) else None
        may = source and source.permission in surroundings.of(self.request).codes
        return source.kind if source and may else ""

    @property
    def narrowed(self) -> bool:
        """Whether search or filters hide rows."""
        return bool(self.query or self.chosen)

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What the form of search and filters sends along: how the list is to look."""
        yield from ((name, self.asked[name]) for name in LOOK if self.asked.get(name))

    @property
    def narrowing(self) -> Iterator[tuple[str, str]]:
        """What the form of columns and density sends along: search, filters and order."""
        look = {"size", "cols", "density"}
        yield from ((name, value) for name, value in self.state.items() if name not in look)

    @property
    def exports(self) -> list[tuple[str, str]]:
        """The list as files: (label, address) of each."""
        name = {} if self.id == Table.id else {"list": self.id}
        return [
            (label, self.url(**{"as": kind}, **name))
            for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
        ]

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
        return self.url(q="", **{param: "" for each in self.filters for param in each.params})

    def cells(self, row: Any) -> Markup:
        """Return a row's cells as HTML, the first one as its heading, a box to choose it before.

        Written here, not in the template: of all that a list costs, this is most.
        """
        return Markup(self._box(row) + self._cells(row)) if self.deeds else self.plain_cells(row)

    def plain_cells(self, row: Any) -> Markup:
        """Return the same without the box."""
        return Markup(self._cells(row))

    def _box(self, row: Any) -> str:
        column = self.shown[0]
        about = escape(column.of(row)) if column.kind == "text" else f"row {row.pk}"
        return (
            f'<td class="pick"><input type="checkbox" name="row" value="{row.pk}" '
            f'form="{self.id}-bulk" id="{self.id}-pick-{row.pk}" aria-label="Choose {about}"></td>'
        )

    def _cells(self, row: Any) -> str:
        first, *others = self._writers
        parts = [f'<th scope="row">{first[1](row)}</th>']
        parts += [f"{begin}{write(row)}</td>" for begin, write in others]
        return "".join(parts)

    @cached_property
    def _writers(self) -> list[tuple[str, Callable[[Any], str]]]:
        """For each column, how its cells begin and who writes them."""
        return [
            ('<td class="figure">' if column.figure else "<td>", column.writer())
            for column in self.shown
        ]

    @cached_property
    def state(self) -> dict[str, str]:
        """All that the address says of this list, page apart; what it doesn't know is left out."""
        params = {"q", *LOOK, *(param for each in self.filters for param in each.params)}
        return {name: value for name, value in self.asked.items() if name in params and value}

    @property
    def query_string(self) -> str:
        """The same as the query of an address; it names the list where a page has several."""
        return urlencode(self.state if self.id == Table.id else {**self.state, "list": self.id})

    def url(self, **changed: str) -> str:
        """Return the list's address with something changed; it begins at the first page again."""
        asked = {name: value for name, value in {**self.state, **changed}.items() if value}
        if asked:
            return f"{self.path}?{urlencode(asked)}"
        # Bare, the list would open with the reader's own view of it.
        return f"{self.path}?view=" if any(view.start for view in self.views) else self.path
