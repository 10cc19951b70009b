"""Conflicts between claims: the queue, and one with both sides and how it is decided."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.narrowing import Choice, Days
from foundation.pages.tables import Column, Table
from kernel.errors import DomainError
from rights.forms import MORE, DecisionForm
from rights.models import Conflict
from rights.permissions import CLAIM_VIEW, CONFLICT_ASK
from rights.selectors import conflicts as known
from rights.services import adjudications

State = Conflict.State
TONES = {State.OPEN: "error", State.ADJUDICATED: "success", State.OVER: "plain"}
LABELS = {State.OPEN: "Open", State.ADJUDICATED: "Decided", State.OVER: "Over"}
FIELDS = {"document_needed": "document", "bad_shares": None}


class Conflicts(Table):
    """Parts that two sources say differently."""

    caption = "Conflicts"
    noun = ("conflict", "conflicts")
    start = "flagged"
    columns = (
        Column("work", "Work", lambda row: row.found.title, link="conflict"),
        Column("right", "Right", lambda row: row.part.name),
        Column("where", "Where", lambda row: row.part.where),
        Column("first", "Holds meanwhile", lambda row: row.found.sides[0].words),
        Column("second", "Says otherwise", lambda row: row.found.sides[1].words),
        Column("days", "Open for", lambda row: row.age),
        Column("state", "State", lambda row: (LABELS[row.state], TONES[row.state]), kind="badge"),
        Column("flagged", "Since", "flagged_at", kind="moment", sort="flagged_at"),
    )
    fields = (
        "origin", "work_id", "holding", "contending", "rights", "territory", "window", "state",
        "flagged_at", "recorded_at",
    )  # fmt: skip
    search = ("work__title", "work__code", "territory")
    search_label = "Search work or place"
    filters = (
        Choice("state", "State", list(LABELS.items()), lambda value: Q(state=value)),
        Days("since", "Since", "flagged_at", moments=True),
    )
    nothing = (
        "No conflicts",
        "Where two sources say differently who holds a right, it shows here.",
    )

    def complete(self, rows: Any) -> None:
        """Say what each is about, between whom, and for how long."""
        found = {one.conflict: one for one in known.told(rows)}
        now = timezone.now()
        for row in rows:
            row.found, row.part = found[row.origin], known.part_of(row)
            ended = now if row.state == State.OPEN else row.recorded_at
            days = (ended - row.flagged_at).days
            row.age = "today" if not days else f"{days} day{'' if days == 1 else 's'}"


class List(Page):
    """The queue."""

    permission = CLAIM_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Conflicts(self.rows(Conflict.objects.known_at()), request)
        return fragments.page(request, "rights/conflicts.html", {"table": table}, block="list")


class One(Page):
    """One conflict: both sides, the part, the decision."""

    permission: ClassVar = {"GET": CLAIM_VIEW, "POST": CONFLICT_ASK}

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.ask(request, self.found(pk), DecisionForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for a decision."""
        found = self.found(pk)
        form = DecisionForm(request.POST, request.FILES)
        if request.POST.get("deed") == "more":
            wider = DecisionForm(initial=request.POST.dict(), rows=form.rows + MORE)
            return self.ask(request, found, wider)
        if not form.is_valid():
            return self.ask(request, found, form, 422)
        parts, total = form.parts
        file = form.cleaned_data["document"]
        try:
            asked = adjudications.ask(
                conflict_id=found.conflict,
                shares=parts,
                parts_total=total,
                document=adjudications.Paper(
                    form.cleaned_data["label"], file, file.name, file.content_type or ""
                ),
                reason=form.cleaned_data["reason"],
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, error.detail)
            return self.ask(request, found, form, 422)
        messages.success(request, "The decision waits for an administrator's approval.")
        return redirect("change", pk=asked.pk)

    def found(self, pk: UUID) -> known.Found:
        """Return the conflict, by its own id or that of one of its rows; 404."""
        row = self.rows(Conflict.objects.filter(Q(pk=pk) | Q(origin=pk)), CLAIM_VIEW).first()
        found = known.find(row.origin) if row else None
        if found is None:
            raise Http404
        return found

    def ask(
        self, request: HttpRequest, found: known.Found, form: DecisionForm, status: int = 200
    ) -> HttpResponse:
        """Show the page."""
        context = {
            **self.happened(("catalog.work", found.work)),
            "found": found,
            "form": form,
            "state": (LABELS[State(found.state)], TONES[State(found.state)]),
        }
        return render(request, "rights/conflict.html", context, status=status)
