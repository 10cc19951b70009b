"""The import wizard, step by step; each step can be left and come back to."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.base import Page
from foundation import jobs
from integrations import permissions
from integrations.files.contract import FIELDS
from integrations.files.reading import Choices
from integrations.forms import (
    CorrectionForm,
    DetectForm,
    MapForm,
    OwnMappingForm,
    TableForm,
    UploadForm,
)
from integrations.models import Import
from integrations.selectors import summaries
from integrations.services import imports, mappings, uploads
from integrations.views.imports import ImportPage, State
from kernel.errors import DomainError
from territories.geography.rights import right_types

CAUSES = 50

if TYPE_CHECKING:
    from accounts.models import User


def keep(file: UploadedFile, folder: str) -> Path:
    """Return an uploaded file's content as a file in ``folder``; its name is never used as one."""
    path = Path(folder) / "upload"
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path


@contextmanager
def received(form: "UploadForm | TableForm", person: "User") -> Iterator[tuple[Path, str]]:
    """Yield the file that a form brought, in one request or in pieces, and its name.

    Pieces are gone once what was done with them went well.
    """
    if upload := form.cleaned_data["upload"]:
        with uploads.whole(upload, person) as found:
            yield found
        uploads.drop(upload_id=upload, by=person)
        return
    file = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        yield keep(file, folder), file.name


class New(Page):
    """Begin an import: the file, and nothing that the file itself can tell."""

    permission = permissions.IMPORT_RUN

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(request, UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file and look at it."""
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            with received(form, self.person) as (source, name):
                begun = imports.begin(
                    source=source,
                    name=name,
                    by=self.person,
                    at=timezone.now(),
                    choices=Choices(encoding=form.cleaned_data["encoding"]),
                    period=form.cleaned_data["period"],
                )
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
            return self.show(request, form, status=refusal.status)
        return onwards(request, begun)

    def show(self, request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
        """Show the form."""
        return render(request, "integrations/upload.html", {"form": form}, status=status)


def onwards(request: HttpRequest, begun: imports.Begun) -> HttpResponse:
    """Lead to the step that an import waits at, or to the one that had this content before."""
    if begun.again:
        messages.warning(
            request,
            f"This content came before, as {begun.row.file_name}. Nothing is taken a second time: "
            "here is that import.",
        )
        return redirect("import", pk=begun.row.pk)
    return redirect("import_detect", pk=begun.row.pk)


class Step(ImportPage):
    """A step that changes how the file is read; what was checked before counts no more."""

    def mapped(self, row: Import, choices: dict[str, Any], period: str = "") -> Import:
        """Read the file's head under other choices; a check that is under way ends."""
        now = timezone.now()
        job = summaries.job_of(row)
        if job is not None and not job.ended:
            jobs.cancel(job_id=job.pk, at=now)
        return imports.map(
            import_id=row.pk,
            choices=Choices(**{**row.choices, **choices}),
            period=period,
            by=self.person,
            at=now,
        )


class Detect(Step):
    """What the file is: encoding, delimiter, sheet, header, decimals, and its first rows."""

    step = "detect"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        return self.look(row, None if row.detection["kind"] == "dsr" else DetectForm(row))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Look again under other choices, and go on if that is asked for."""
        row = self.found(pk)
        if row.detection["kind"] == "dsr":
            return redirect("import_map", pk=pk)
        form = DetectForm(row, request.POST)
        if not form.is_valid():
            return self.look(row, form, status=422)
        chosen = {name: form.cleaned_data[name] or "" for name in form.fields}
        chosen["header_row"] = form.cleaned_data["header_row"] or 0
        try:
            if any(row.choices.get(name, "") != value for name, value in chosen.items()):
                self.mapped(row, chosen)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.look(row, form, status=refusal.status)
        return redirect("import_map" if "on" in request.POST else "import_detect", pk=pk)

    def look(self, row: Import, form: DetectForm | None, *, status: int = 200) -> HttpResponse:
        """Show what the file is."""
        raw = row.detection["raw"]
        return self.show(
            row,
            "integrations/detect.html",
            status=status,
            form=form,
            found=row.detection,
            width=max((len(cells) for cells in raw), default=1) - 1,
            changeable=row.state in Import.UNDER_WAY,
        )


class Map(Step):
    """Which column feeds which field: raw rows and what becomes of them, side by side."""

    step = "map"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        return self.look(row, MapForm(row), self.own_form(row))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Choose a profile or keep an own mapping; then look again or go on to the check."""
        row = self.found(pk)
        if "own" in request.POST:
            return self.keep_own(row, request)
        form = MapForm(row, request.POST)
        if not form.is_valid():
            return self.look(row, form, self.own_form(row), status=422)
        given = dict(form.cleaned_data)
        period = given.pop("period")
        try:
            if period != row.period or any(row.choices.get(k) != v for k, v in given.items()):
                row = self.mapped(row, given, period)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.look(row, form, self.own_form(row), status=refusal.status)
        if "on" not in request.POST or row.state == State.DETECTED:
            return redirect("import_map", pk=pk)
        imports.validate(import_id=row.pk, by=self.person, at=timezone.now())
        return redirect("import_progress", pk=pk)

    def keep_own(self, row: Import, request: HttpRequest) -> HttpResponse:
        """Keep an own mapping as a profile and read the file under it."""
        own = OwnMappingForm(row, request.POST)
        if not own.is_valid():
            return self.look(row, MapForm(row), own, status=422)
        try:
            mappings.keep(
                import_id=row.pk,
                name=own.cleaned_data["name"],
                title=own.cleaned_data["title"],
                columns=own.columns(),
                constants=own.constants(),
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as refusal:
            own.add_error(None, refusal.detail)
            return self.look(row, MapForm(row), own, status=refusal.status)
        messages.success(self.request, "The mapping is kept as a profile and used for this file.")
        return redirect("import_map", pk=row.pk)

    def own_form(self, row: Import) -> OwnMappingForm | None:
        """Return the form of an own mapping; a DSR file names its cells itself."""
        return None if row.detection["kind"] == "dsr" else OwnMappingForm(row)

    def look(
        self, row: Import, form: MapForm, own: OwnMappingForm | None, *, status: int = 200
    ) -> HttpResponse:
        """Show the mapping and what it makes of the first rows."""
        preview = row.mapping.get("preview", [])
        fields = [name for name in FIELDS if any(name in line for line in preview)]
        return self.show(
            row,
            "integrations/map.html",
            status=status,
            form=form,
            own=own,
            found=row.detection,
            fields=fields,
            preview=preview,
            changeable=row.state in Import.UNDER_WAY,
        )


class Check(ImportPage):
    """Check every row, as a job."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for it."""
        row = self.found(pk)
        imports.validate(import_id=row.pk, by=self.person, at=timezone.now())
        return redirect("import_progress", pk=pk)


class Progress(ImportPage):
    """How far the job of an import is, with the first findings; it can be stopped."""

    step = "check"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        job = summaries.job_of(row)
        cursor = job.cursor if job and isinstance(job.cursor, dict) else {}
        return self.show(
            row,
            "integrations/progress.html",
            block="state",
            job=job,
            taking=job is not None and job.kind == imports.COMMIT,
            errors=cursor.get("errors", [])[:20],
            waiting=summaries.waiting(row) if row.validated else 0,
        )

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Stop it: the import stays as it was."""
        row = self.found(pk)
        job = summaries.job_of(row)
        if job is not None and not job.ended:
            jobs.cancel(job_id=job.pk, at=timezone.now())
            messages.info(request, "Stopped. Nothing was changed.")
        return redirect("import_progress", pk=pk)


class Fix(ImportPage):
    """What keeps rows out, cause by cause: one rule for a group, or the errors file."""

    step = "fix"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the causes."""
        return self.look(self.found(pk), CorrectionForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Make a rule for one cause and check again."""
        row, cause = self.found(pk), request.POST.get("cause", "")
        try:
            checked = mappings.settle(
                import_id=row.pk,
                cause=cause,
                meaning=request.POST.get("suggested") or request.POST.get("meaning", ""),
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as refusal:
            return self.look(
                row, CorrectionForm(), wrong=cause, problem=refusal.detail, status=refusal.status
            )
        return redirect("import_progress", pk=checked.pk)

    def look(
        self,
        row: Import,
        form: CorrectionForm,
        *,
        wrong: str = "",
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show the causes and the way to correct rows one by one."""
        problems, notes = summaries.causes(row)
        return self.show(
            row,
            "integrations/fix.html",
            status=status,
            problems=problems[:CAUSES],
            hidden=max(len(problems) - CAUSES, 0),
            notes=notes[:CAUSES],
            waiting=summaries.waiting(row) if row.validated else 0,
            rights=sorted(right_types()),
            form=form,
            wrong=wrong,
            problem=problem,
        )


class Correct(Fix):
    """The errors file, corrected, comes back."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Begin the import of the corrected rows and check them."""
        row, form = self.found(pk), CorrectionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.look(row, form, status=422)
        file, now = form.cleaned_data["file"], timezone.now()
        try:
            with tempfile.TemporaryDirectory(prefix="import-") as folder:
                begun = imports.replace_rows(
                    import_id=row.pk,
                    source=keep(file, folder),
                    name=file.name,
                    by=self.person,
                    at=now,
                )
            if begun.again:
                return onwards(request, begun)
            imports.validate(import_id=begun.row.pk, by=self.person, at=now)
        except DomainError as refusal:
            form.add_error("file", refusal.detail)
            return self.look(row, form, status=refusal.status)
        return redirect("import_progress", pk=begun.row.pk)
