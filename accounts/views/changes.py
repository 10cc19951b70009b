"""Changes that need four eyes: the list, one in full, and what can be done with it."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import changes as kinds
from accounts import permissions
from accounts.doors import Obstacle
from accounts.forms.changes import RejectForm
from accounts.models import ChangeRequest
from accounts.policies import can
from accounts.selectors import changes as questions
from accounts.services import changes
from accounts.views.base import Page, refuse
from audit.services import events
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Table

State = ChangeRequest.State
TONES = {
    State.PENDING: "warning",
    State.APPLIED: "success",
    State.REJECTED: "error",
    State.WITHDRAWN: "plain",
    State.EXPIRED: "plain",
}


def state_of(change: ChangeRequest) -> tuple[str, str]:
    """Return a request's state in words, and its tone."""
    words = State(change.state).label
    return words[0].upper() + words[1:], TONES[State(change.state)]


class Requests(Table):
    """Change requests."""

    caption = "Change requests"
    noun = ("change request", "change requests")
    start = "-asked"
    columns = (
        Column(
            "what",
            "What",
            lambda row: f"{kinds.kind(row.kind).label}: {row.about}".rstrip(": "),
            link="change",
        ),
        Column("reason", "Reason", "reason"),
        Column("maker", "Asked by", "maker", sort="maker__name"),
        Column("asked", "Asked", "asked_at", kind="moment", sort="asked_at"),
        Column("state", "State", state_of, kind="badge", sort="state"),
    )
    search = ("reason", "maker__name", "maker__email")
    search_label = "Search reason or person"
    filters = (
        Choice("state", "State", State.choices, lambda value: Q(state=value)),
        Choice("for", "Waits for", [("me", "Me")], lambda value: Q(for_me=True)),
    )
    nothing = (
        "No change requests yet",
        "What needs a second person's approval, such as signing a deal, shows here.",
    )

    def complete(self, rows: Any) -> None:
        """Name what each request is about."""
        names = questions.names_of(rows)
        for row in rows:
            row.about = names[row.pk]


class Changes(Page):
    """All change requests of the organisation."""

    permission = permissions.CHANGES_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        shown = questions.shown_to(self.person, at=timezone.now())
        table = Requests(self.rows(shown), request)
        return fragments.page(request, "accounts/changes.html", {"table": table}, block="list")


class Change(Page):
    """One change request: what changes, who asked, who approved, and what this person may do."""

    permission = permissions.CHANGES_SEE
    form: ClassVar[type[RejectForm]] = RejectForm

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, pk)

    def show(
        self,
        request: HttpRequest,
        pk: UUID,
        *,
        form: RejectForm | None = None,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show the request, with a refusal or a form's errors where there are any."""
        change = self.one(questions.shown(), pk)
        kind = kinds.kind(change.kind)
        approvals = questions.approvals_of(change)
        word, tone = state_of(change)
        context = {
            **self.happened(change),
            "change": change,
            "kind": kind,
            "about": questions.names_of([change])[change.pk],
            "rows": kind.describe(change.payload),
            "sections": kind.explain(change.target_id, change.payload),
            "approvals": approvals,
            "word": word,
            "tone": tone,
            "open": change.state == State.PENDING and change.expires_at > timezone.now(),
            "mine": change.maker_id == self.person.pk,
            "approved": self.person.pk in {each.approver_id for each in approvals},
            "able": can(self.person, kind.approve),
            "high": permissions.find(kind.approve).high,
            "form": form or self.form(),
            "problem": problem,
        }
        return render(request, "accounts/change.html", context, status=status)

    def refused(self, request: HttpRequest, pk: UUID, error: changes.ChangeRefused) -> HttpResponse:
        """Record the refusal and show the request as it is now, with why."""
        events.refuse(
            "accounts.change.refused",
            subject=("accounts.changerequest", pk),
            actor=self.person,
            at=timezone.now(),
            reason=error.detail,
        )
        return self.show(request, pk, problem=error.detail, status=error.status)


class Approve(Change):
    """Approve what was seen, with a second factor given within five minutes."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Approve."""
        change = self.one(questions.shown(), pk)
        if permissions.find(kinds.kind(change.kind).approve).high and not self.fresh:
            return refuse(request, Obstacle.STEP_UP)
        try:
            ended = changes.approve(
                request_id=pk,
                payload_hash=request.POST.get("payload_hash", ""),
                by=self.person,
                at=timezone.now(),
                fresh=self.fresh,
            )
        except changes.ChangeRefused as error:
            return self.refused(request, pk, error)
        done = ended.state == State.APPLIED
        said = "Approved and done." if done else "Approved. It waits for somebody else, too."
        messages.success(request, said)
        return redirect("change", pk=pk)


class Reject(Change):
    """Reject, with the reason."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Reject."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(request, pk, form=form, status=422)
        try:
            changes.reject(
                request_id=self.one(questions.shown(), pk).pk,
                reason=form.cleaned_data["reason"],
                by=self.person,
                at=timezone.now(),
            )
        except changes.ChangeRefused as error:
            return self.refused(request, pk, error)
        messages.success(request, "Rejected. Its maker can read the reason.")
        return redirect("change", pk=pk)


class Withdraw(Change):
    """Take back one's own request."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Withdraw."""
        try:
            changes.withdraw(
                request_id=self.one(questions.shown(), pk).pk, by=self.person, at=timezone.now()
            )
        except changes.ChangeRefused as error:
            return self.refused(request, pk, error)
        messages.success(request, "Withdrawn.")
        return redirect("change", pk=pk)
