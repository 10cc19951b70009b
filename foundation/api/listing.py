"""Lists of the API: declared filters, sorts and search; pages by cursor.

A cursor is signed for one question (address, filters, order): with another it is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.core import signing
from django.db.models import Q, QuerySet

from foundation.api import bodies
from foundation.api.operations import Parameter
from foundation.api.schema import Schema, one_of, text, whole
from foundation.pages import keyset

SIZE, MOST = 50, 200
LOOKS = frozenset({"cols", "density", "size", "view", "after", "before"})


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter that narrows a list; ``where`` makes a condition of its value."""

    name: str
    schema: Schema
    where: Callable[[Any], Q]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list may be asked for. ``sorts`` are names and fields; ``start`` is the usual order.

    ``page`` names the page of the same list, whose saved views may be asked for.
    """

    sorts: Mapping[str, str]
    start: str
    filters: Sequence[Filter] = ()
    search: Callable[[str], Q] | None = None
    page: str = ""

    @property
    def query(self) -> tuple[Parameter, ...]:
        """The parameters it takes."""
        orders = [order for name in self.sorts for order in (name, f"-{name}")]
        found = [Parameter(each.name, each.schema, each.description) for each in self.filters]
        if self.search is not None:
            found.append(Parameter("q", text(200, least=1), "Words to be searched for."))
        if self.page:
            found.append(Parameter("view", text(60, least=1), "A saved view of the list's page."))
        return (
            *found,
            Parameter("sort", one_of(orders), f"The order; the usual one is {self.start}."),
            Parameter("limit", whole(1, MOST), f"Rows a page; {SIZE} where it isn't given."),
            Parameter("after", text(4000, least=1), "The cursor, as `next` has it."),
        )

    def rows_of(
        self,
        rows: QuerySet[Any],
        asked: Mapping[str, Any],
        *,
        path: str,
        told: Callable[[Sequence[Any]], list[dict[str, Any]]],
        viewed: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return one page of ``rows``, its items as ``told`` makes them, and the next address.

        ``viewed`` is what a saved view asks for; what is asked for expressly goes before it.
        """
        address, asked = asked, {**(viewed or {}), **asked}
        order = asked.get("sort", self.start)
        question = {name: value for name, value in asked.items() if name not in ("after", "limit")}
        return page_of(
            self.narrowed(rows, asked),
            address,
            by=self.sorts[order.removeprefix("-")],
            descending=order.startswith("-"),
            question=urlencode(sorted(question.items())),
            path=path,
            told=told,
        )

    def narrowed(self, rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
        """Return those of ``rows`` that the filters and the search ask for."""
        for each in self.filters:
            if each.name in asked:
                rows = rows.filter(each.where(asked[each.name]))
        if "q" in asked and self.search is not None:
            rows = rows.filter(self.search(asked["q"]))
        return rows

    def viewed(self, query: str) -> tuple[dict[str, Any], list[str]]:
        """Return what a saved view's query asks of this list, and what of it isn't known here.

        What says how a page looks (columns, density, rows a page) is passed over.
        """
        known = {each.name: each.schema for each in self.filters}
        if self.search is not None:
            known["q"] = text(200, least=1)
        found: dict[str, Any] = {}
        strange = []
        for name, (*_, value) in parse_qs(query).items():
            if name == "sort":
                if value.removeprefix("-") in self.sorts:
                    found["sort"] = value
            elif name in known:
                found[name] = _written(value, known[name])
                if not bodies.fits(found[name], known[name]):
                    strange.append(f"{name}={value}")
            elif name not in LOOKS:
                strange.append(name)
        return found, strange


def page_of(
    rows: QuerySet[Any],
    address: Mapping[str, Any],
    *,
    by: str,
    descending: bool = False,
    question: str,
    path: str,
    told: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return one page of ``rows`` and the address of the next.

    ``address`` has ``limit``, ``after`` and what else stands in the address; a cursor is good for
    ``question`` alone.
    """
    mark = signing.Signer(salt=f"{path}?{question}")
    found = keyset.page(
        rows,
        by=by,
        descending=descending,
        size=address.get("limit", SIZE),
        after=_opened(mark, address["after"]) if "after" in address else "",
    )
    following = None
    if found.after:
        again = {
            **{n: v for n, v in address.items() if n != "after"},
            "after": mark.sign(found.after),
        }
        following = f"{path}?{urlencode({n: _plain(v) for n, v in again.items()})}"
    return {"items": told(found.rows), "next": following}


def _written(value: str, schema: Schema) -> Any:
    """Return a page's value as the API writes it: yes and no are true and false."""
    if schema.get("type") == "boolean":
        return {"yes": True, "no": False}.get(value, value)
    return value


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _opened(mark: signing.Signer, cursor: str) -> str:
    try:
        return mark.unsign(cursor)
    except signing.BadSignature:
        told = "this cursor belongs to another question; take it from `next`, unchanged"
        raise bodies.faults([("?after", "wrong_form", told)]) from None
