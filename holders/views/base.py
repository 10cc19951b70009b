"""What all pages about one holder share: name, what is said about it, tabs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.views.base import Page
from foundation.pages import surroundings
from holders import tabs
from holders.models import Holder
from holders.permissions import HOLDER_VIEW
from holders.selectors import shown


class HolderPage(Page):
    """A page about one holder. ``tab`` is the name of the tab it belongs to."""

    permission = HOLDER_VIEW
    tab = "holder"

    def holder(self, pk: UUID) -> Holder:
        """Return the holder, within reach of who asks."""
        return self.one(shown.holders(), pk, HOLDER_VIEW)

    def show(
        self,
        request: HttpRequest,
        template: str,
        holder: Holder,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        """Return the page with the holder's head."""
        offered = tabs.open_to(surroundings.of(request).codes)
        head = {
            "holder": holder,
            "kind": shown.kind_name(holder.kind),
            "said": [saying for tab in offered if tab.says for saying in tab.says(holder.pk)],
            "tabs": [
                {
                    "label": tab.label,
                    "url": reverse(tab.name, args=[holder.pk]),
                    "current": tab.name == self.tab,
                    "count": None,
                }
                for tab in offered
            ],
        }
        return render(request, template, {**head, **context}, status=status)
