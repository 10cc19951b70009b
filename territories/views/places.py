"""Places in their tree, groups with the members of a day, what an expression means, rates."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import inputs
from kernel.errors import DomainError
from territories.geography.atlas import UnknownTerritory
from territories.permissions import PLACE_VIEW
from territories.selectors import atlas, browsing, places


def day_asked(request: HttpRequest) -> tuple[date, str, str]:
    """Return the day an address asks for (else today), as it was typed, and what is wrong."""
    today, asked = timezone.now().date(), request.GET.get("on", "").strip()[:40]
    try:
        return (inputs.day_of(asked) if asked else today), asked or today.isoformat(), ""
    except inputs.NotReadable as error:
        return today, asked, str(error)


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


class Groups(Page):
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
            "groups": [] if group else [(one, len(one.codes(on))) for one in browsing.groups()],
        }
        return render(request, "territories/groups.html", context, status=422 if wrong else 200)


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


class Rates(Page):
    """The rates that hold on a day."""

    permission = PLACE_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        on, asked, wrong = day_asked(request)
        context = {"on": on, "asked": asked, "wrong": wrong, "rates": browsing.rates(on)}
        return render(request, "territories/rates.html", context, status=422 if wrong else 200)
