"""An organisation's own words and venues."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.base import Page
from kernel.errors import DomainError
from territories.forms import CloseForm, GroupForm, VenueForm
from territories.permissions import OWN_EDIT, PLACE_VIEW
from territories.selectors import browsing
from territories.services import groups, venues

FORMS: dict[str, type[forms.Form]] = {"group": GroupForm, "venue": VenueForm, "close": CloseForm}
FIELDS = {
    "unknown_territory": {"group": "expression", "venue": "territory"},
    "bad_territory_expression": {"group": "expression"},
    "bad_group": {"group": "code"},
    "venue_exists": {"venue": "code"},
    "bad_venue": {"close": "code"},
}


class Own(Page):
    """Own words with what they mean, and venues; define, add and close."""

    permission = {"GET": PLACE_VIEW, "POST": OWN_EDIT}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self.show(request, {})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Do one deed."""
        deed = request.POST.get("deed", "group")
        if deed not in FORMS:
            raise Http404
        form = FORMS[deed](request.POST, prefix=deed)
        done: dict[str, Callable[[forms.Form], str]] = {
            "group": self.define,
            "venue": self.add,
            "close": self.close,
        }
        if form.is_valid():
            try:
                said = done[deed](form)
            except DomainError as error:
                form.add_error(FIELDS.get(error.code, {}).get(deed), error.detail)
            else:
                messages.success(request, said)
                return redirect("own_places")
        return self.show(request, {deed: form}, 422)

    def define(self, form: forms.Form) -> str:
        """Say what a word means."""
        assert isinstance(form, GroupForm)
        told = form.cleaned_data
        made = groups.define(
            code=told["code"],
            name=told["name"],
            expression=told["expression"],
            period=form.period,
            actor=self.person,
            at=timezone.now(),
            reason=told["reason"],
        )
        return f"{made.code} means {made.expression}."

    def add(self, form: forms.Form) -> str:
        """Add a venue."""
        made = venues.add(actor=self.person, at=timezone.now(), **form.cleaned_data)
        return f"{made.code} is there; expressions can name it."

    def close(self, form: forms.Form) -> str:
        """Close a venue."""
        made = venues.close(actor=self.person, at=timezone.now(), **form.cleaned_data)
        return f"{made.code} is closed. Old clauses still name it."

    def show(
        self, request: HttpRequest, sent: dict[str, forms.Form], status: int = 200
    ) -> HttpResponse:
        """Show all, with the errors of the form that was sent."""
        fresh = {name: kind(prefix=name) for name, kind in FORMS.items()}
        words, halls = browsing.own_groups(), browsing.venues()
        context = {
            **self.happened(*words, *halls),
            "forms_of": {**fresh, **sent},
            "wrong": next(iter(sent.values()), None),
            "groups": words,
            "venues": halls,
        }
        return render(request, "territories/own.html", context, status=status)
