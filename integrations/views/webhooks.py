"""Webhooks in the browser: the list, one with what it was told, and what is done to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import changelog, people
from accounts.views.base import Page
from foundation.pages import conflicts, fragments
from foundation.pages.tables import Choice, Column, Table
from integrations import permissions
from integrations.forms import DeleteForm, WebhookForm
from integrations.models import WebhookEndpoint
from integrations.selectors.webhooks import Standing, standing
from integrations.services import webhooks
from integrations.services.webhooks import KINDS
from integrations.views.webhook_attempts import Attempts, of
from kernel.errors import DomainError

STATES = {
    "active": ("Active", "success", Q(active=True)),
    "paused": ("Paused", "plain", Q(active=False, disabled_at=None)),
    "disabled": ("Disabled: it failed", "error", Q(disabled_at__isnull=False)),
}
PROGRAM = "a command"


def state_of(row: WebhookEndpoint) -> tuple[str, str]:
    """Return how a webhook stands, as a badge."""
    name = "active" if row.active else "disabled" if row.disabled_at else "paused"
    return STATES[name][:2]


class Webhooks(Table):
    """Webhooks."""

    caption = "Webhooks"
    noun = ("webhook", "webhooks")
    start = "-made"
    columns = (
        Column("url", "Address", "url", sort="url", link="webhook"),
        Column("state", "State", state_of, kind="badge"),
        Column("events", "Is told of", lambda row: ", ".join(row.events)),
        Column("waiting", "Waits", lambda row: row.standing.waiting, kind="number"),
        Column("given_up", "Given up", lambda row: row.standing.given_up, kind="number"),
        Column("taken", "Last delivered", lambda row: row.standing.taken_at, kind="moment"),
        Column("failures", "Failures in a row", "failures", kind="number", sort="failures"),
        Column("by", "Made by", lambda row: row.maker, hidden=True),
        Column("made", "Made", "made_at", kind="moment", sort="made_at"),
    )
    fields = ("url", "events", "active", "failures", "disabled_at", "made_at", "made_by")
    search = ("url",)
    search_label = "Search address"
    filters = (
        Choice(
            "state",
            "State",
            [(name, label) for name, (label, _, _) in STATES.items()],
            lambda value: STATES[value][2],
        ),
        Choice(
            "event",
            "Is told of",
            [(kind, kind) for kind in KINDS.values()],
            lambda value: Q(events__contains=[value]),
        ),
    )
    nothing = (
        "No other system is told yet",
        "A webhook is an address of another system: a signed request goes there whenever "
        "something happens that it asked for.",
    )

    def complete(self, rows: Any) -> None:
        """Say how each stands, and who made it."""
        found = standing(row.pk for row in rows)
        names = people.names_of(row.made_by for row in rows)
        for row in rows:
            row.standing = found.get(row.pk, Standing())
            row.maker = names.get(row.made_by, PROGRAM)


class WebhookPage(Page):
    """A page about webhooks."""

    permission = permissions.WEBHOOK_MANAGE

    def webhook(self, pk: UUID) -> WebhookEndpoint:
        """Return one within reach."""
        return self.one(WebhookEndpoint.objects.all(), pk)

    def shown_once(self, made: webhooks.NewSecret) -> HttpResponse:
        """Show a secret that has just come to be, this once."""
        answer = render(self.request, "integrations/webhook_secret.html", {"made": made})
        answer["Cache-Control"] = "no-store"
        return answer


class List(WebhookPage):
    """The organisation's webhooks."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Webhooks(self.rows(WebhookEndpoint.objects.all()), request)
        return fragments.page(request, "integrations/webhooks.html", {"table": table}, block="list")


class New(WebhookPage):
    """Make a webhook."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(WebhookForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it, and show its secret."""
        form = WebhookForm(request.POST)
        if form.is_valid():
            try:
                made = webhooks.make_and_show(
                    url=form.cleaned_data["url"],
                    kinds=form.cleaned_data["events"],
                    by=self.person,
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error("url", error.detail)
            else:
                return self.shown_once(made)
        return self.show(form, status=422)

    def show(self, form: WebhookForm, status: int = 200) -> HttpResponse:
        """Show the form."""
        context = {"form": form, "row": None}
        return render(self.request, "integrations/webhook_edit.html", context, status=status)


class One(WebhookPage):
    """One webhook: how it stands, what it was told, what can be done."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.webhook(pk)
        context: dict[str, Any] = {"row": row, "table": Attempts(self.rows(of(row)), request)}
        if not fragments.wanted(request):
            now = timezone.now()
            context |= {
                "state": state_of(row),
                "standing": standing([row.pk]).get(row.pk, Standing()),
                "maker": people.name_of(row.made_by) or PROGRAM,
                "both": row.former_until if row.former_until and row.former_until > now else None,
                "changes": changelog.of(row),
            }
        return fragments.page(request, "integrations/webhook.html", context, block="list")


class Change(WebhookPage):
    """Change where a webhook lies and what it is told of."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the form as the webhook is."""
        row = self.webhook(pk)
        form = WebhookForm(initial={**_values(row), "seen": webhooks.fingerprint(row)})
        return self.show(row, form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change it, unless somebody else did meanwhile."""
        row, form = self.webhook(pk), WebhookForm(request.POST)
        if not form.is_valid():
            return self.show(row, form, status=422)
        try:
            webhooks.change(
                endpoint_id=pk,
                url=form.cleaned_data["url"],
                kinds=form.cleaned_data["events"],
                seen=form.cleaned_data["seen"],
                by=self.person,
                at=timezone.now(),
            )
        except webhooks.WebhookChanged:
            return self.met(self.webhook(pk), form)
        except DomainError as error:
            form.add_error("url", error.detail)
            return self.show(row, form, status=422)
        messages.success(request, "The webhook is changed.")
        return redirect("webhook", pk=pk)

    def met(self, row: WebhookEndpoint, typed: WebhookForm) -> HttpResponse:
        """Show what both did, with what was typed ready to be sent over what is there now."""
        sent = {"url": typed.cleaned_data["url"], "events": typed.cleaned_data["events"]}
        return conflicts.page(
            self.request,
            WebhookForm({**sent, "seen": webhooks.fingerprint(row)}),
            theirs=_values(row),
            version=0,
            title="Change the webhook",
            back=reverse("webhook", args=[row.pk]),
        )

    def show(self, row: WebhookEndpoint, form: WebhookForm, status: int = 200) -> HttpResponse:
        """Show the form."""
        opened = conflicts.opened(self.request, _values(row), 0)
        context = {"form": form, "row": row, **opened}
        return render(self.request, "integrations/webhook_edit.html", context, status=status)


def _values(row: WebhookEndpoint) -> dict[str, Any]:
    """Return what the form of a webhook is filled with."""
    return {"url": row.url, "events": row.events}


class Switch(WebhookPage):
    """Switch a webhook on or off."""

    http_method_names = ("post",)
    active = False
    said = "Paused: nothing is sent there, and nothing new is noted for it, until you resume it."

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Switch it."""
        found = self.webhook(pk).pk
        webhooks.change(endpoint_id=found, active=self.active, by=self.person, at=timezone.now())
        messages.success(request, self.said)
        return redirect("webhook", pk=pk)


class Pause(Switch):
    """Stop sending to a webhook."""


class Resume(Switch):
    """Send to a webhook again."""

    active = True
    said = "Active: what waits is sent within seconds."


class Rotate(WebhookPage):
    """Give a webhook a new secret."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Rotate it, and show the new one this once."""
        found = self.webhook(pk).pk
        return self.shown_once(
            webhooks.rotate_and_show(endpoint_id=found, by=self.person, at=timezone.now())
        )


class Delete(WebhookPage):
    """Delete a webhook: first what goes with it, then the deed."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say what goes."""
        return self.show(self.webhook(pk), DeleteForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete it."""
        row, form = self.webhook(pk), DeleteForm(request.POST)
        if not form.is_valid():
            return self.show(row, form, status=422)
        webhooks.delete(
            endpoint_id=pk,
            reason=form.cleaned_data["reason"],
            by=self.person,
            at=timezone.now(),
        )
        messages.success(request, f"{row.url} is deleted and told nothing any more.")
        return redirect("webhooks")

    def show(self, row: WebhookEndpoint, form: DeleteForm, status: int = 200) -> HttpResponse:
        """Show what goes with it, and ask why."""
        context = {"row": row, "form": form, "standing": standing([row.pk]).get(row.pk, Standing())}
        return render(self.request, "integrations/webhook_delete.html", context, status=status)
