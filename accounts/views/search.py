"""Search over everything that a person may open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import finders
from accounts.finders import Hit, Section
from accounts.views.base import Page
from foundation.pages import fragments, navigation, surroundings


class Search(Page):
    """What was found, by kind; an identifier that is the only one goes to its page at once."""

    signed_in = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Search."""
        text = request.GET.get("q", "").strip()
        sections = finders.search(self.person, text)
        alone = finders.one(sections)
        if alone is not None and not fragments.wanted(request):
            return redirect(alone.url)
        sections = [*_pages(request, text), *sections]
        count = sum(len(section.hits) for section in sections)
        context = {"text": text, "sections": sections, "count": count}
        return fragments.page(request, "accounts/search.html", context, block="found")


def _pages(request: HttpRequest, text: str) -> list[Section]:
    """Return the pages of the menus whose names hold what was typed."""
    if not text:
        return []
    codes = surroundings.of(request).codes
    links = [*navigation.links("main", codes, ""), *navigation.links("person", codes, "")]
    hits = [Hit(link.label, link.url) for link in links if text.lower() in link.label.lower()]
    return [Section("Pages", tuple(hits))] if hits else []
