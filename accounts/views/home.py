"""The first page: what needs this person, and what they can begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import needs, starts
from accounts.policies import can
from accounts.views.base import Page


@dataclass(frozen=True, slots=True)
class Card:
    """One queue as this person sees it."""

    label: str
    url: str
    waiting: needs.Waiting


@dataclass(frozen=True, slots=True)
class Beginning:
    """One task as this person sees it: what it is, and what stands there now."""

    label: str
    url: str
    about: str
    told: Sequence[str]


class Home(Page):
    """The queues that this person's roles look after, and the tasks that they may begin."""

    signed_in = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them: queues in which something waits as cards, the others by name alone."""
        at = timezone.now()
        queues = [
            Card(queue.label, reverse(queue.name) + queue.query, queue.count(self.person, at))
            for queue in needs.every()
            if can(self.person, queue.permission)
        ]
        tasks = [
            Beginning(
                start.label,
                reverse(start.name) + start.query,
                start.about,
                start.says(self.person, at) if start.says else (),
            )
            for start in starts.every()
            if can(self.person, start.permission)
        ]
        context = {
            "waiting": [card for card in queues if card.waiting.count],
            "empty": [card for card in queues if not card.waiting.count],
            "tasks": tasks,
        }
        return render(request, "home.html", context)
