"""Choose the organisation to work for, where somebody belongs to several."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import sessions
from accounts.selectors import organisations, standing
from accounts.views.base import Page


class Choice(Page):
    """The person's organisations; the chosen one holds for this session."""

    own_account = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them; with none, say so."""
        theirs = organisations.named(standing.organisations_of(self.person.pk))
        status = 200 if theirs else 403
        chosen = request.session.get(sessions.ORGANISATION, "")
        context = {"organisations": theirs, "chosen": chosen}
        return render(request, "accounts/organisations.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Choose one of them; anything else is answered with the list."""
        wanted = request.POST.get("organisation", "")
        theirs = {str(org) for org in standing.organisations_of(self.person.pk)}
        if wanted not in theirs:
            return self.get(request)
        request.session[sessions.ORGANISATION] = str(UUID(wanted))
        return redirect("/")
