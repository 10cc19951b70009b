"""Lists of the API: declared filters, sorts and search; pages by cursor.

A cursor is signed for one question (address, filters, order): with another it is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q, QuerySet

from foundation.api import bodies
from foundation.api.operations import Parameter
from foundation.api.schema import Schema, one_of, text, whole
from foundation.pages import keyset

SIZE, MOST = 50, 200


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter that narrows a list; ``where`` makes a condition of its value."""

    name: str
    schema: Schema
    where: Callable[[Any], Q]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list may be asked for. ``sorts`` are names and fields; ``start`` is the usual order."""

    sorts: Mapping[str, str]
    start: str
    filters: Sequence[Filter] = ()
    search: Callable[[str], Q] | None = None

    @property
    def query(self) -> tuple[Parameter, ...]:
        """The parameters it takes."""
        orders = [order for name in self.sorts for order in (name, f"-{name}")]
        found = [Parameter(each.name, each.schema, each.description) for each in self.filters]
        if self.search is not None:
            found.append(Parameter("q", text(200, least=1), "Words to be searched for."))
        return (
            *found,
            Parameter("sort", one_of(orders), f"The order; the usual one is {self.start}."),
            Parameter("limit", whole(1, MOST), f"Rows a page; {SIZE} where it isn't given."),
            Parameter("after", text(4000, least=1), "The cursor, as `next` has it."),
        )

    def page(
        self,
        rows: QuerySet[Any],
        asked: Mapping[str, Any],
        *,
        path: str,
        told: Callable[[Sequence[Any]], list[dict[str, Any]]],
    ) -> dict[str, Any]:
        """Return one page of ``rows``, its items as ``told`` makes them, and the next address."""
        for each in self.filters:
            if each.name in asked:
                rows = rows.filter(each.where(asked[each.name]))
        if "q" in asked and self.search is not None:
            rows = rows.filter(self.search(asked["q"]))
        order = asked.get("sort", self.start)
        question = {name: value for name, value in asked.items() if name not in ("after", "limit")}
        mark = signing.Signer(salt=f"{path}?{urlencode(sorted(question.items()))}")
        found = keyset.page(
            rows,
            by=self.sorts[order.removeprefix("-")],
            descending=order.startswith("-"),
            size=asked.get("limit", SIZE),
            after=_opened(mark, asked["after"]) if "after" in asked else "",
        )
        following = None
        if found.after:
            again = {
                **{n: v for n, v in asked.items() if n != "after"},
                "after": mark.sign(found.after),
            }
            following = f"{path}?{urlencode({n: _plain(v) for n, v in again.items()})}"
        return {"items": told(found.rows), "next": following}


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _opened(mark: signing.Signer, cursor: str) -> str:
    try:
        return mark.unsign(cursor)
    except signing.BadSignature:
        told = "this cursor belongs to another question; take it from `next`, unchanged"
        raise bodies.faults([("?after", "wrong_form", told)]) from None
