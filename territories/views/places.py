"""Places in their tree, groups with the members of a day, what an expression means, rates."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.base import Page
from foundation.pages import fragments
from foundation.tenancy import current_org
from kernel.errors import DomainError
from territories.geography.atlas import UnknownTerritory
from territories.models import OrgRate, TerritoryGroup, TerritoryRate
from territories.permissions import PLACE_VIEW
from territories.selectors import atlas, browsing, places
from territories.views.lists import Groups, OwnRates, Rates, day_asked


class Tree(Page):
    """One place with those below it; or what a search finds."""

    permission = PLACE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        query = request.GET.get("q", "").replace("\0", "").strip()[:100]
        code = request.GET.get("in", "WORLD").strip().upper()[:12] or "WORLD"
        here = browsing.place(code)
        if here is None:
            raise Http404
        context = {
            "query": query,
            "found": places.search(query, limit=100) if query else [],
            "here": here,
            "above": browsing.above(here.code),
            "below": [] if query else browsing.below(here.code),
        }
        return render(request, "territories/places.html", context)


class GroupList(Page):
    """The public groups, or one of them with its members of a day."""

    permission = PLACE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        on, asked, wrong = day_asked(request)
        code = request.GET.get("group", "").strip().upper()[:40]
        group = atlas.public().groups.get(code)
        if code and group is None:
            raise Http404
        context = {
            "on": on,
            "asked": asked,
            "wrong": wrong,
            "group": group,
            "members": browsing.members(group, on) if group else [],
            "table": None,
        }
        if group is None:
            context["table"] = Groups(TerritoryGroup.objects.all(), request)
        status = 422 if wrong else 200
        return fragments.page(
            request, "territories/groups.html", context, block="list", status=status
        )


class Tester(Page):
    """What an expression means on a day; what is wrong with it, by name and character."""

    permission = PLACE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        on, asked, wrong = day_asked(request)
        text = request.GET.get("text", "").replace("\0", "").strip()
        context: dict[str, Any] = {"text": text, "asked": asked, "on": on, "wrong": wrong}
        context |= {"problem": "", "nearest": [], "meant": None}
        if text and not wrong:
            try:
                context["meant"] = browsing.meant(text, on)
            except DomainError as error:
                context["problem"] = error.detail
                if isinstance(error, UnknownTerritory):
                    at, token = error.extra["position"], error.extra["token"]
                    context["nearest"] = [
                        text[:at] + one + text[at + len(token) :]
                        for one in error.extra["suggestions"]
                    ]
        status = 422 if wrong or context["problem"] else 200
        return render(request, "territories/tester.html", context, status=status)


class RateList(Page):
    """The public rates that are known."""

    permission = PLACE_VIEW
    table: ClassVar[type[Rates]] = Rates
    rate: ClassVar[type[TerritoryRate] | type[OrgRate]] = TerritoryRate

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        context = {
            "table": self.table(self.rate.objects.known_at(), request),
            "own": self.rate is OrgRate,
            **self.deeds(),
        }
        return fragments.page(request, "territories/rates.html", context, block="list")

    def deeds(self) -> dict[str, Any]:
        """Return what happened to these rates; to public ones nothing does in an organisation."""
        return {}


class OwnRateList(RateList):
    """The organisation's own rates."""

    table = OwnRates
    rate = OrgRate

    def deeds(self) -> dict[str, Any]:
        """Return how many rates were loaded and withdrawn, by whom, and no other deed."""
        org = current_org()
        assert org is not None
        return self.happened(("accounts.organisation", org), about="territories.rates.")
