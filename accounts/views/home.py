"""The first page: what needs this person."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import needs
from accounts.policies import can
from accounts.views.base import Page


@dataclass(frozen=True, slots=True)
class Card:
    """One queue as this person sees it."""

    label: str
    url: str
    waiting: needs.Waiting


class Home(Page):
    """The queues that this person's roles look after, fullest attention first."""

    signed_in = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        at = timezone.now()
        cards = [
            Card(queue.label, reverse(queue.name) + queue.query, queue.count(self.person, at))
            for queue in needs.every()
            if can(self.person, queue.permission)
        ]
        cards.sort(key=lambda card: card.waiting.count == 0)
        return render(request, "home.html", {"cards": cards})
