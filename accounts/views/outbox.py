"""The outbox: what each subscriber of an event is told, and what was given up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import permissions
from accounts.selectors import events
from accounts.views.base import Page
from audit.selectors import explorer
from audit.services import deliveries
from foundation.pages import fragments
from foundation.pages.narrowing import Choice
from foundation.pages.tables import Column, Table
from kernel.errors import DomainError

STATES = {
    "open": ("Waits", "info", Q(delivered_at=None, failed_at=None)),
    "failed": ("Given up", "error", Q(failed_at__isnull=False)),
    "delivered": ("Delivered", "success", Q(delivered_at__isnull=False)),
}


def _state(row: object) -> tuple[str, str]:
    name = (
        "delivered"
        if getattr(row, "delivered_at", None)
        else "failed"
        if getattr(row, "failed_at", None)
        else "open"
    )
    return STATES[name][:2]


class Outbox(Table):
    """Deliveries, the newest first."""

    caption = "Outbox"
    noun = ("delivery", "deliveries")
    start = "-next"
    columns = (
        Column("what", "What", lambda row: events.in_words(row.code)),
        Column("to", "To", lambda row: row.task.rpartition(".")[2].replace("_", " ")),
        Column("state", "State", _state, kind="badge"),
        Column("tries", "Tries", "attempts", kind="number", sort="attempts"),
        Column("next", "Next try", "next_at", kind="moment", sort="next_at"),
        Column("error", "Last trouble", "error"),
        Column("made", "Id", "pk", sort="id", hidden=True),
    )
    search = ("code", "task", "error")
    search_label = "Search event, subscriber or trouble"
    filters = (
        Choice(
            "state",
            "State",
            [(name, label) for name, (label, _, _) in STATES.items()],
            lambda value: STATES[value][2],
        ),
    )
    nothing = ("Nothing was ever to be sent", "Each subscriber of an event has a row here.")


class List(Page):
    """All deliveries of the organisation."""

    permission = permissions.OUTBOX_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them; those that were given up can be tried again."""
        rows = self.rows(explorer.outbox())
        context: dict[str, Any] = {"table": Outbox(rows, request)}
        if not fragments.wanted(request):
            failed = rows.filter(failed_at__isnull=False).order_by("failed_at")
            context["failed"] = [(row, events.in_words(row.code)) for row in failed[:20]]
        return fragments.page(request, "accounts/outbox.html", context, block="list")


class Retry(Page):
    """Try a delivery again that was given up."""

    permission = permissions.OUTBOX_SEE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Try it again."""
        found = self.rows(explorer.outbox()).filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            deliveries.retry(delivery_id=pk, by=self.person, at=timezone.now())
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, "It is tried again within seconds.")
        return redirect("outbox")
