"""One's own settings: numbers, time zone, shortcuts."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.forms.settings import SettingsForm
from accounts.services import settings
from accounts.views.base import Page


class Settings(Page):
    """How this person wants what they read, in every organisation."""

    own_account = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, with an example of each."""
        user = self.person
        said = {"locale": user.locale, "zone": user.zone, "single_keys": user.single_keys}
        return self.show(request, SettingsForm(initial=said))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep them."""
        form = SettingsForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        settings.choose(user=self.person, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("settings")

    def show(self, request: HttpRequest, form: SettingsForm, *, status: int = 200) -> HttpResponse:
        """Show the form."""
        # Not written in the template: a constant there is formatted once for everybody.
        samples = {"number": Decimal("-1234567.5"), "amount": (Decimal("1234.5"), "EUR")}
        context = {"form": form, "now": timezone.now(), **samples}
        return render(request, "accounts/settings.html", context, status=status)
