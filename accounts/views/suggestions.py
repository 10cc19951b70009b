"""What a field offers while somebody types a name; every field works without it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import can
from accounts.views.base import Page
from foundation.pages import suggestions


class Suggestions(Page):
    """The first few rows of a kind that the words may mean, for who may see that kind."""

    signed_in = True

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Offer them; ``of`` names the parameter that holds the words (``q`` by itself)."""
        source = suggestions.of(kind)
        if source is None:
            raise Http404
        if not can(self.person, source.permission):
            raise PermissionDenied("Your roles don't include this. An administrator can give them.")
        text = request.GET.get(request.GET.get("of", "q"), "").replace("\0", "").strip()[:200]
        found = source.find(text, suggestions.OFFERED) if text else []
        return render(request, "kit/suggestions.html", {"found": found})
