"""What all pages about one work share: its title, the line of what is said about it, its tabs."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.views.base import Page
from catalog import tabs
from catalog.models import Work
from catalog.permissions import WORK_VIEW
from catalog.selectors import shown, works
from foundation.pages import surroundings


class WorkPage(Page):
    """A page about one work. ``tab`` is the name of the tab it belongs to."""

    permission: ClassVar[str | Mapping[str, str]] = WORK_VIEW
    tab = "work"

    def work(self, pk: UUID) -> Work:
        """Return the work, within reach of who asks."""
        return self.one(shown.works(), pk, WORK_VIEW)

    def head(self, request: HttpRequest, work: Work) -> dict[str, Any]:
        """Return what the head of the page needs."""
        offered = tabs.open_to(surroundings.of(request).codes)
        said = [saying for tab in offered if tab.says for saying in tab.says(work.pk)]
        return {
            "work": work,
            "title": f"{work.title} ({work.version})" if work.version else work.title,
            "kind": shown.kind_name(work.kind),
            "artists": works.artists([work.pk]).get(work.pk, ""),
            "said": said,
            "tabs": [
                {
                    "label": tab.label,
                    "url": reverse(tab.name, args=[work.pk]),
                    "current": tab.name == self.tab,
                    "count": None,
                }
                for tab in offered
            ],
        }

    def show(
        self,
        request: HttpRequest,
        template: str,
        work: Work,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        """Return the page with the work's head."""
        return render(request, template, {**self.head(request, work), **context}, status=status)
