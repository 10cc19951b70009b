"""Help: what the keys do, and where to find more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.base import Page

ALWAYS = (
    ("Ctrl + K (on a Mac \u2318 K)", "Opens the search over everything"),
    ("Tab, Shift + Tab", "Goes to the next or the previous link, field or button"),
    ("Enter", "Follows a link, presses a button, sends a form"),
    ("Space", "Ticks a box, presses a button, opens a panel"),
    ("Shift + Space, or Shift and a click", "Ticks all rows of a list from the last one to this"),
    ("Down, Up", "In the search: goes through what was found"),
    ("Escape", "Closes the search or an open menu"),
)
SINGLE = (
    ("/", "Opens the search over everything"),
    ("?", "Opens this page"),
)


class Help(Page):
    """The keys of every page; single keys as this person has them."""

    own_account = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return render(request, "accounts/help.html", {"always": ALWAYS, "single": SINGLE})
