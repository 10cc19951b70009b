"""Programs that use the API: make one, end one. The secret is shown once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import permissions
from accounts.forms.people import ClientForm, WhyForm
from accounts.models import ApiClient
from accounts.selectors import people
from accounts.services import clients
from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.narrowing import Choice
from foundation.pages.tables import Column, Table
from kernel.errors import DomainError

_ENDED = Q(ends__lte=Now())


class Clients(Table):
    """API clients."""

    caption = "API clients"
    noun = ("client", "clients")
    start = "-made"
    columns = (
        Column("name", "Name", "name", sort="name", link="client"),
        Column("id", "Client id", "client_id"),
        Column("may", "May", lambda row: len(row.codes), kind="number"),
        Column("by", "Made by", lambda row: row.maker),
        Column("made", "Made", "made_at", kind="moment", sort="made_at"),
        Column("ended", "Ended", "ends", kind="moment", sort="ends"),
    )
    search = ("name", "client_id")
    search_label = "Search name or id"
    filters = (
        Choice(
            "state",
            "State",
            [("open", "Works"), ("ended", "Ended")],
            lambda value: _ENDED if value == "ended" else ~_ENDED | Q(ends=None),
        ),
    )
    nothing = (
        "No programs use the API yet",
        "A client has an id and a secret, and may do what you choose; docs/api.md says how.",
    )

    def complete(self, rows: Any) -> None:
        """Name who made them."""
        names = people.names_of(row.made_by for row in rows)
        for row in rows:
            row.maker = names.get(row.made_by, "a command")


class List(Page):
    """The API clients of the organisation."""

    permission = permissions.PEOPLE_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Clients(self.rows(ApiClient.objects.all()), request)
        return fragments.page(request, "accounts/clients.html", {"table": table}, block="list")


class New(Page):
    """Make a client."""

    permission = permissions.PEOPLE_MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return render(request, "accounts/client_new.html", {"form": ClientForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it, and show the secret this once: it is kept nowhere."""
        form = ClientForm(request.POST)
        if form.is_valid():
            try:
                made = clients.make(
                    name=form.cleaned_data["name"],
                    codes=form.cleaned_data["codes"],
                    by=self.person,
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                answer = render(request, "accounts/client_made.html", {"made": made})
                answer["Cache-Control"] = "no-store"
                return answer
        return render(request, "accounts/client_new.html", {"form": form}, status=422)


class One(Page):
    """One client: what it may do; end it."""

    permission = {"GET": permissions.PEOPLE_SEE, "POST": permissions.PEOPLE_MANAGE}

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, pk, WhyForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """End it."""
        client = self.one(ApiClient.objects.all(), pk)
        form = WhyForm(request.POST)
        if form.is_valid():
            try:
                clients.end(
                    client_id=client.pk,
                    by=self.person,
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, f"{client.name} is refused from now on.")
                return redirect("clients")
        return self.show(request, pk, form, status=422)

    def show(
        self, request: HttpRequest, pk: UUID, form: WhyForm, status: int = 200
    ) -> HttpResponse:
        """Show the client with its permissions."""
        client = self.one(ApiClient.objects.all(), pk)
        context = {
            "client": client,
            "may": [permissions.find(code).label for code in client.codes],
            "maker": people.name_of(client.made_by) or "a command",
            "form": form,
        }
        return render(request, "accounts/client.html", context, status=status)
