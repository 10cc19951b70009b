"""Societies, and which one acts for a right in a place."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.listparts import Deed
from foundation.pages.tables import Column, Table
from holders.permissions import HOLDER_VIEW
from holders.selectors import shown, societies
from kernel.errors import DomainError
from territories.geography.rights import right_types


class Societies(Table):
    """All societies: a page holds them all."""

    caption = "Societies"
    noun = ("society", "societies")
    start = "name"
    columns = (
        Column("name", "Name", "short_name", sort="short_name"),
        Column("full", "Full name", "name", sort="name"),
        Column("number", "CISAC number", "cisac_number", kind="number", sort="cisac_number"),
        Column("where", "Acts in", "territories", sort="territories"),
        Column(
            "rights",
            "For",
            lambda row: ", ".join(right_types()[code].name for code in row.families),
        ),
    )
    search = ("short_name", "name", "code", "territories")
    search_label = "Search name or country code"
    sizes = (250,)

    @property
    def deeds(self) -> list[Deed]:
        """None: a society has no key to be chosen by."""
        return []


class List(Page):
    """All societies, and the answer to who acts where."""

    permission = HOLDER_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, and answer."""
        where, right = request.GET.get("where", "").strip()[:60], request.GET.get("right", "")
        right = right if right in shown.RIGHTS else "performance"
        context: dict[str, Any] = {
            "table": Societies(self.rows(shown.all_societies()), request),
            "where": where,
            "right": right,
            "rights": list(shown.RIGHTS.items()),
            "found": None,
            "wrong": "",
        }
        if where and not fragments.wanted(request):
            try:
                place = where.upper()
                on = timezone.now().date()
                context["found"] = societies.society_for(place, right, on=on)
            except DomainError as error:
                context["wrong"] = error.detail
        return fragments.page(request, "holders/societies.html", context, block="list")
