"""Programs that use the API: make one, change its secret, say where from, end it.

A secret is shown once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import permissions
from accounts.forms.people import ClientForm, NetworksForm, RotateForm, WhyForm
from accounts.models import ApiClient
from accounts.selectors import changelog, people
from accounts.selectors import clients as questions
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
        Column("from", "From", lambda row: ", ".join(row.networks) or "any network"),
        Column("used", "Last used", "last_used_at", kind="moment"),
        Column("by", "Made by", lambda row: row.maker),
        Column("made", "Made", "made_at", kind="moment", sort="made_at"),
        Column("rotated", "Secret changed", "rotated_at", kind="moment", hidden=True),
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
                return secret_shown(request, made)
        return render(request, "accounts/client_new.html", {"form": form}, status=422)


def secret_shown(
    request: HttpRequest, made: clients.NewClient, until: datetime | None = None
) -> HttpResponse:
    """Show a client's new secret this once; ``until`` the former one works beside it."""
    context = {"made": made, "until": until, "changed": made.client.rotated_at is not None}
    answer = render(request, "accounts/client_made.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


class OfOne(Page):
    """A page of one client."""

    permission: ClassVar[Mapping[str, str]] = {
        "GET": permissions.PEOPLE_SEE,
        "POST": permissions.PEOPLE_MANAGE,
    }

    def show(self, request: HttpRequest, client: ApiClient, **sent: forms.Form) -> HttpResponse:
        """Show the client: what it may do, where from, since when; with a form sent wrong: 422."""
        context = {
            "client": client,
            "may": [permissions.find(code).label for code in client.codes],
            "maker": people.name_of(client.made_by) or "a command",
            "until": questions.former_works_until(client, at=timezone.now()),
            "changes": changelog.of(client),
            "rotate": RotateForm(),
            "networks": NetworksForm(initial={"networks": "\n".join(client.networks)}),
            "end": WhyForm(),
            **sent,
            "wrong": bool(sent),
        }
        status = 422 if sent else 200
        return render(request, "accounts/client.html", context, status=status)


class One(OfOne):
    """One client; end it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, self.one(ApiClient.objects.all(), pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """End it."""
        client, form = self.one(ApiClient.objects.all(), pk), WhyForm(request.POST)
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
        return self.show(request, client, end=form)


class Rotate(OfOne):
    """Give a client a new secret."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give it, and show it this once."""
        client, form = self.one(ApiClient.objects.all(), pk), RotateForm(request.POST)
        if form.is_valid():
            now = timezone.now()
            try:
                made = clients.rotate(
                    client_id=client.pk, by=self.person, at=now, overlap=form.lasts
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                return secret_shown(request, made, now + form.lasts if form.lasts else None)
        return self.show(request, client, rotate=form)


class Networks(OfOne):
    """Say from which networks a client may be used."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep them."""
        client, form = self.one(ApiClient.objects.all(), pk), NetworksForm(request.POST)
        if form.is_valid():
            try:
                now = clients.allow_from(
                    client_id=client.pk,
                    networks=form.each,
                    seen=request.POST.getlist("seen"),
                    by=self.person,
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error("networks", error.detail)
            else:
                where = ", ".join(now.networks) or "any network"
                messages.success(request, f"{client.name} may be used from {where}.")
                return redirect("client", pk=pk)
        return self.show(request, client, networks=form)
