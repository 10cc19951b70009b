"""A list as others need it: the page that shows it gives it, behind its own door."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from foundation.pages.tables import Table


class Found(HttpResponse):
    """The answer of a list's page to who wants its list, not its HTML. It never leaves us."""

    def __init__(self, table: Table) -> None:
        super().__init__(status=204)
        self.table = table


def want(request: HttpRequest) -> None:
    """Ask the page for its list."""
    request.list_wanted = True  # type: ignore[attr-defined]


def wanted(request: HttpRequest) -> bool:
    """Return whether the list itself is asked for."""
    return getattr(request, "list_wanted", False)


def of(context: dict[str, Any], name: str = "") -> Table | None:
    """Return the list among what a page shows; of several, the one of that id, else the first."""
    tables = [value for value in context.values() if isinstance(value, Table)]
    named = [table for table in tables if table.id == name]
    return next(iter(named or tables), None)
