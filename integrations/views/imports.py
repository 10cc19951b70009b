"""Imports: the list, one in full, its errors file, and taking one back."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.doors import Obstacle
from accounts.policies import can
from accounts.selectors import people
from accounts.views.base import Page, refuse
from foundation.pages import fragments
from foundation.pages.filters import money_text
from foundation.pages.tables import Choice, Column, Table
from integrations import permissions
from integrations.forms import TakeBackForm
from integrations.models import Import
from integrations.selectors import summaries
from integrations.services import errors_files, imports
from kernel.errors import DomainError
from royalties.selectors import sales

State = Import.State
STATES = {
    State.DETECTED: ("needs a profile", "warning"),
    State.MAPPED: ("to be checked", "info"),
    State.VALIDATED: ("to be taken", "warning"),
    State.COMMITTED: ("taken", "success"),
    State.REFUSED: ("refused", "error"),
    State.REVERSED: ("taken back", "plain"),
}
PROGRAM = "a command"
FIGURES = ("rows_read", "accepted", "quarantined", "rejected", "totals")


def _share(row: Any) -> Decimal | None:
    known, lines = row.known
    return Decimal(known * 1000 // lines) / 1000 if lines else None


def _sums(name: str) -> Any:
    """Return a function that writes one sum of a row's totals, currency by currency."""

    def written(row: Any) -> str:
        parts = [
            money_text((each[name], each["currency"]))
            for each in row.totals or []
            if each[name] is not None and each["currency"]
        ]
        return ", ".join(parts[:3]) + (" …" if len(parts) > 3 else "")

    return written


class Imports(Table):
    """Imports."""

    caption = "Imports"
    noun = ("import", "imports")
    start = "-begun"
    columns = (
        Column("file", "File", "file_name", sort="file_name", link="import"),
        Column("state", "State", lambda row: STATES[row.state], kind="badge", sort="state"),
        Column("period", "Period", "period", sort="period"),
        Column("profile", "Profile", "profile", sort="profile"),
        Column("rows", "Rows", "rows_read", kind="number"),
        Column(
            "open",
            "Not accepted",
            lambda row: (row.quarantined or 0) + (row.rejected or 0) if row.rows_read else None,
            kind="number",
        ),
        Column("matched", "Matched", _share, kind="percent"),
        Column("reported", "Reported", _sums("reported")),
        Column("accepted", "Accepted", _sums("accepted")),
        Column("by", "By", lambda row: row.by),
        Column("begun", "Begun", "begun_at", kind="moment", sort="begun_at"),
    )
    fields = (
        "file_name",
        "state",
        "period",
        "profile",
        "begun_at",
        "begun_by",
        "sales_file_id",
        *FIGURES,
    )
    search = ("file_name", "sha256", "period")
    search_label = "Search file or period"
    filters = (
        Choice(
            "state",
            "State",
            [("open", "To finish"), *((str(value), words) for value, (words, _) in STATES.items())],
            lambda value: Q(state__in=Import.UNDER_WAY) if value == "open" else Q(state=value),
        ),
    )
    nothing = (
        "No files yet",
        "A distributor's, platform's or society's statement comes in here: each row is checked; "
        "nothing counts before you take it.",
    )

    def complete(self, rows: Any) -> None:
        """Name people, and say how much of each file has its work."""
        names = people.names_of(row.begun_by for row in rows)
        known = sales.matched(row.sales_file_id for row in rows if row.sales_file_id)
        for row in rows:
            row.by = names.get(row.begun_by, PROGRAM)
            row.known = known.get(row.sales_file_id, (0, 0))


class List(Page):
    """All imports of the organisation."""

    permission = permissions.IMPORT_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        figures = {name: KeyTransform(name, "figures") for name in FIGURES}
        rows = self.rows(Import.objects.all()).annotate(**figures)
        context = {"table": Imports(rows, request)}
        return fragments.page(request, "integrations/imports.html", context, block="list")


class ImportPage(Page):
    """A page of one import. Who may see it but not act on it gets 403 for acting."""

    permission = permissions.IMPORT_SEE
    acting: ClassVar[str] = permissions.IMPORT_RUN
    step: ClassVar[str] = ""

    def found(self, pk: UUID) -> Import:
        """Return the import within reach, if what is asked for may be done with it."""
        row = self.one(Import.objects.select_related("file", "corrects"), pk)
        if self.request.method == "POST" and not can(self.person, self.acting):
            refuse(self.request, Obstacle.FORBIDDEN)
            raise PermissionDenied
        return row

    def show(
        self, row: Import, template: str, *, status: int = 200, block: str = "", **context: Any
    ) -> HttpResponse:
        """Render a page of the import."""
        words, tone = STATES[State(row.state)]
        context = {
            "row": row,
            "words": words,
            "tone": tone,
            "step": self.step,
            "steps": summaries.STEPS,
            "reachable": summaries.open_steps(row),
            "reached": summaries.reached(row),
            "counted": row.counted(),
            "sums": summaries.sums(row.figures),
            **context,
        }
        if block:
            return fragments.page(self.request, template, context, block=block, status=status)
        return render(self.request, template, context, status=status)


class One(ImportPage):
    """One import: what came, what became of it, what to do next."""

    step = "result"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        problems, notes = summaries.causes(row)
        file = row.sales_file_id
        known, lines = sales.matched([file]).get(file, (0, 0)) if file else (0, 0)
        return self.show(
            row,
            "integrations/import.html",
            by=people.name_of(row.begun_by) or PROGRAM,
            job=summaries.job_of(row),
            problems=problems[:50],
            notes=notes[:20],
            hidden=max(len(problems) - 50, 0),
            errors=summaries.first_errors(row),
            waiting=summaries.waiting(row) if row.validated else 0,
            corrections=list(row.corrections.order_by("begun_at")),
            known=known,
            lines=lines,
            states=STATES,
            **self.happened(row),
        )


class ErrorsFile(ImportPage):
    """The rows that are still not accepted, as a file to correct."""

    def get(self, request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
        """Write it."""
        row = self.found(pk)
        if kind not in ("csv", "xlsx") or not row.validated:
            raise Http404
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            path = Path(folder) / f"errors.{kind}"
            errors_files.write(row, path)
            file = path.open("rb")  # stays readable after its directory is gone
        stem = Path(row.file_name).stem[:100] or "import"
        return FileResponse(file, as_attachment=True, filename=f"errors of {stem}.{kind}")


class TakeBack(ImportPage):
    """Take an import back with all its lines, while none of its money is posted."""

    acting = permissions.IMPORT_REVERSE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what it would do."""
        return self.ask(self.found(pk), TakeBackForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it back."""
        row, form = self.found(pk), TakeBackForm(request.POST)
        if not form.is_valid():
            return self.ask(row, form, status=422)
        try:
            imports.reverse(
                import_id=row.pk,
                reason=form.cleaned_data["reason"],
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as refusal:
            return self.ask(row, form, problem=refusal.detail, status=refusal.status)
        messages.success(request, f"{row.file_name} is taken back. Its file may come again.")
        return redirect("import", pk=row.pk)

    def ask(
        self, row: Import, form: TakeBackForm, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        """Ask whether to go on."""
        parts = [row, *row.corrections.standing()]
        files = [part.sales_file_id for part in parts if part.sales_file_id]
        return self.show(
            row,
            "integrations/take_back.html",
            status=status,
            form=form,
            problem=problem,
            corrections=parts[1:],
            lines=sum(part.counted()["accepted"] for part in parts if part.sales_file_id),
            posted=any(sales.posted(file) for file in files),
            calculated=bool(files) and sales.calculated(row.period),
            gone=row.state in Import.GONE,
        )
