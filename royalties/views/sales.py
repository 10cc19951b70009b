"""One accepted sales file: each name in it, with its lines, its money and its work."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.views.base import Page
from catalog.selectors import works
from foundation.pages import fragments, surroundings
from foundation.pages.filters import money_text
from foundation.pages.tables import Choice, Column, Table
from royalties import permissions
from royalties.models import MatchKey, SalesFile
from royalties.selectors import sales

HOW = {
    "identifier": ("by number", "success"),
    "title": ("by title and artist", "success"),
    "rule": ("by a rule", "info"),
    "": ("waits", "warning"),
}


def _money(row: Any) -> str:
    return ", ".join(money_text((value, code)) for code, value in row.amounts.items() if code)


def _decision(row: Any) -> str:
    """Return where a line's exception is decided, for who may."""
    if permissions.EXCEPTION_DECIDE not in surroundings.current().codes:
        return ""
    return reverse("exception", args=[row.fingerprint])


class Names(Table):
    """The names of works in one file."""

    caption = "Names in this file"
    noun = ("name", "names")
    start = "number"
    columns = (
        Column(
            "title",
            "Title",
            lambda row: row.title or row.isrc or row.own or "no title",
            sort="title",
            link=_decision,
        ),
        Column("artist", "Artist", "artist"),
        Column("numbers", "Numbers", lambda row: ", ".join(filter(None, _numbers(row)))),
        Column("lines", "Lines", "lines", kind="number", sort="lines"),
        Column("money", "Money", _money),
        Column("work", "Work", lambda row: row.named),
        Column("how", "Found", lambda row: HOW[row.how], kind="badge", sort="how"),
        Column("number", "Place", "number", kind="number", sort="number", hidden=True),
    )
    fields = (
        "number", "title", "artist", "isrc", "iswc", "upc", "own", "lines", "amounts", "work_id",
        "how", "fingerprint",
    )  # fmt: skip
    search = ("title", "artist", "isrc", "own")
    search_label = "Search title, artist or number"
    filters = (
        Choice(
            "found",
            "Found",
            [("waits", "Waits for a decision"), ("known", "Has its work")],
            lambda value: Q(work__isnull=value == "waits"),
        ),
    )

    def complete(self, rows: Any) -> None:
        """Name the works."""
        titles = works.titles([row.work_id for row in rows if row.work_id])
        for row in rows:
            row.named = titles.get(row.work_id, "")


def _numbers(row: Any) -> tuple[str, ...]:
    return row.isrc, row.iswc, row.upc, row.own


class One(Page):
    """A sales file as it was accepted."""

    permission = permissions.SALES_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show its names."""
        file = self.rows(SalesFile.objects.all()).filter(pk=pk).first()
        if file is None:
            raise Http404
        known, lines = sales.matched([pk]).get(pk, (0, file.lines))
        context = {
            **({} if fragments.wanted(request) else self.happened(file)),
            "file": file,
            "known": known,
            "lines": lines,
            "table": Names(MatchKey.objects.filter(file=file), request),
        }
        return fragments.page(request, "royalties/sales_file.html", context, block="list")
