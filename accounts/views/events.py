"""The audit trail: what was done, by whom, to what, why; and whether anybody tampered with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import permissions
from accounts.selectors import events
from accounts.views.base import Page
from audit.selectors import explorer
from audit.services import checks
from foundation.pages import fragments
from foundation.pages.narrowing import Choice, Days
from foundation.pages.tables import Column, Table


class Events(Table):
    """Events, the newest first."""

    caption = "Audit trail"
    noun = ("event", "events")
    start = "-when"
    columns = (
        Column("what", "What", lambda row: events.in_words(row.code), link="event"),
        Column("when", "When", "at", kind="moment", sort="id"),
        Column("who", "Who", lambda row: row.who),
        Column("kind", "About", lambda row: row.subject_kind.partition(".")[2]),
        Column("subject", "Its id", lambda row: row.subject_id, hidden=True),
        Column("request", "Request", lambda row: row.request_id, hidden=True),
        Column(
            "outcome",
            "Outcome",
            lambda row: ("Refused", "error") if row.refused else ("Done", "plain"),
            kind="badge",
        ),
        Column("number", "Number", lambda row: row.seq, kind="number"),
    )
    fields = (
        "code",
        "at",
        "actor_id",
        "actor_kind",
        "actor_name",
        "subject_kind",
        "subject_id",
        "refused",
        "request_id",
        "seq",
    )
    search = ("code",)
    search_label = "Search person, deed or id"
    filters = (
        Choice(
            "area",
            "Area",
            list(events.AREAS.items()),
            lambda value: Q(code__startswith=f"{value}."),
        ),
        Days("when", "When", "at", moments=True),
        Choice(
            "outcome",
            "Outcome",
            [("refused", "Refused"), ("done", "Done")],
            lambda value: Q(refused=value == "refused"),
        ),
    )

    def finds(self, query: str) -> Q:
        """Find by id, by person or by deed."""
        return events.finds(query)

    def complete(self, rows: Any) -> None:
        """Name who acted."""
        names = events.actors(rows)
        for row in rows:
            row.who = names[row.actor_id]


class List(Page):
    """The trail, and how far it is sealed, signed and checked."""

    permission = permissions.AUDIT_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the events."""
        table = Events(self.rows(explorer.shown()), request)
        context: dict[str, Any] = {"table": table}
        if not fragments.wanted(request):
            context |= {"sealed": explorer.sealed(), "checked": _checked()}
        return fragments.page(request, "accounts/events.html", context, block="list")


def _checked() -> dict[str, Any] | None:
    """Return the newest check and how it went, or None where there was none."""
    job = checks.latest()
    if job is None:
        return None
    report = job.result or {}
    at = report.get("checked_at")
    return {
        "state": job.state,
        "asked": job.created_at,
        "at": datetime.fromisoformat(at) if at else None,
        "ok": report.get("ok"),
        "events": report.get("events"),
        "findings": report.get("findings", []),
        "warnings": report.get("warnings", []),
        "error": (job.error or {}).get("detail", ""),
    }


class Verify(Page):
    """Have the whole chain checked against what was signed."""

    permission = permissions.AUDIT_SEE
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask for the check."""
        checks.ask(by=self.person, at=timezone.now())
        messages.info(request, "The check has begun. Load this page again to see what it found.")
        return redirect("events")


class One(Page):
    """One event in full, with what is sealed in it."""

    permission = permissions.AUDIT_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        event = self.rows(explorer.shown()).filter(pk=pk).first()
        if event is None:
            raise Http404
        told, others = events.opened(event)
        context = {
            "event": event,
            "title": events.in_words(event.code),
            "who": events.actors([event])[event.actor_id],
            "told": told,
            "changes": events.changes(told),
            "others": others,
            "facts": explorer.facts_of(event),
            "hash": bytes(event.hash).hex() if event.hash else "",
        }
        return render(request, "accounts/event.html", context)
