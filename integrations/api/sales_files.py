"""Sales files: send one, look at it, map, check, commit, take back, fetch its errors file."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import FORM, Parameter, Reply, operation
from foundation.storage import responses
from integrations.files.reading import Choices
from integrations.models import Import
from integrations.permissions import IMPORT_REVERSE, IMPORT_RUN, IMPORT_SEE
from integrations.selectors import imports as questions
from integrations.services import errors_files, imports

FILE_BYTES = 64 << 20
STATE = schema.one_of(Import.State.values)
LINE = {
    "id": schema.UUID,
    "file_name": schema.text(255),
    "sha256": schema.SHA256,
    "size": schema.COUNT,
    "state": STATE,
    "period": schema.text(10),
    "profile": schema.text(50),
    "rows_read": schema.COUNT,
    "accepted": schema.COUNT,
    "quarantined": schema.COUNT,
    "rejected": schema.COUNT,
    "totals": schema.many(schema.ANYTHING),
    "corrects": schema.maybe(schema.UUID),
    "job": schema.maybe(schema.UUID),
    "begun_at": schema.MOMENT,
    "committed_at": schema.maybe(schema.MOMENT),
    "reversed_at": schema.maybe(schema.MOMENT),
}
_EXAMPLE = {
    "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a13",
    "file_name": "partner-2026-Q1.csv",
    "sha256": "0" * 64,
    "size": 1024,
    "state": "validated",
    "period": "2026-Q1",
    "profile": "mediatrack",
    "rows_read": 3,
    "accepted": 3,
    "quarantined": 0,
    "rejected": 0,
    "totals": [{"currency": "USD", "reported": "175.01", "accepted": "175.01"}],
    "corrects": None,
    "job": None,
    "begun_at": "2026-04-10T09:30:00Z",
    "committed_at": None,
    "reversed_at": None,
}
SALES_FILE = schema.record("SalesFile", LINE, example=_EXAMPLE)
WHOLE = schema.record(
    "SalesFileInFull",
    {
        **LINE,
        "errors": schema.many(schema.ANYTHING),
        "causes": {
            **schema.many(schema.ANYTHING),
            "description": "The findings by cause, with the rows and the money they hold.",
        },
    },
    example={**_EXAMPLE, "errors": [], "causes": []},
)
READ_AS = {
    "profile": schema.text(50, description="The import profile; detected where it isn't given."),
    "currency": {"type": "string", "pattern": "^([A-Z]{3})?$"},
    "decimal": {"type": "string", "pattern": "^[.,]?$"},
    "delimiter": schema.text(1),
    "sheet": schema.text(200),
    "period": schema.PERIOD,
}
SENT = schema.record(
    "NewSalesFile",
    {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        **READ_AS,
    },
    optional=READ_AS,
)
MAP = schema.record("SalesFileMapping", READ_AS, optional=READ_AS, example={"profile": "kdp"})
REASON = schema.record(
    "TakeBack", {"reason": schema.text(500, least=1)}, example={"reason": "The partner resent it"}
)
JOB = schema.record("AskedJob", {"job": schema.UUID})
LISTING = Listing(
    sorts={"begun_at": "begun_at", "file_name": "file_name"},
    start="-begun_at",
    page="imports",
    search=lambda query: Q(file_name__icontains=query),
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("period", schema.PERIOD, lambda value: Q(period=value)),
        Filter("profile", schema.text(50, least=1), lambda value: Q(profile=value)),
        Filter("sha256", schema.SHA256, lambda value: Q(sha256=value)),
    ),
)


def shown(row: Import) -> dict[str, Any]:
    """Return a sales file as a list tells it."""
    answer = questions.answer(row)
    return {
        "id": str(row.pk),
        "file_name": row.file_name,
        "sha256": row.sha256,
        "size": row.size,
        "state": row.state,
        "period": row.period,
        "profile": row.profile,
        **{n: answer[n] for n in ("rows_read", "accepted", "quarantined", "rejected", "totals")},
        "corrects": row.corrects_id and str(row.corrects_id),
        "job": row.job_id and str(row.job_id),
        "begun_at": written.moment(row.begun_at),
        "committed_at": written.moment(row.committed_at),
        "reversed_at": written.moment(row.reversed_at),
    }


def whole(row: Import) -> dict[str, Any]:
    """Return a sales file with its findings."""
    return {
        **shown(row),
        "errors": questions.answer(row)["errors"],
        "causes": row.findings.get("groups", []),
    }


def begun(*, path: Path, name: str, sent: dict[str, Any], by: Any) -> Reply:
    """Begin the import of a file; content that came before is its first import."""
    found = imports.begin(
        source=path,
        name=name,
        choices=_choices(sent),
        period=sent.get("period", ""),
        by=by,
        at=timezone.now(),
    )
    told, status = whole(found.row), 200 if found.again else 201
    return Reply(told, status=status, location=place("sales_file", pk=found.row.pk))


def _choices(sent: dict[str, Any]) -> Choices:
    names = ("profile", "currency", "decimal", "delimiter", "sheet")
    return Choices(**{name: sent[name] for name in names if name in sent})


def _listed(rows: Sequence[Import]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


class SalesFiles(ApiView):
    """The list of sales files, and the way in for small ones."""

    group = "Sales files"
    permission = {"GET": IMPORT_SEE, "POST": IMPORT_RUN}

    @operation("List sales files", gives=schema.page_of(SALES_FILE), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(Import.objects.all()), _listed)

    @operation(
        "Send a sales file of up to 64 MiB",
        takes=SENT,
        body=FORM,
        most=FILE_BYTES,
        gives=WHOLE,
        status=201,
        tagged=True,
        also={200: "Its content came before: the first import is the answer."},
        description="Larger files go up in parts, by `uploads`. Ask for its check next.",
    )
    def post(self, request: Request) -> Reply:
        """Keep it, and say what it was found to be."""
        file = self.sent["file"]
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            path = Path(folder) / "upload"
            with path.open("wb") as target:
                shutil.copyfileobj(file, target, 1 << 20)
            return begun(path=path, name=file.name, sent=self.sent, by=self.actor)


class FileView(ApiView):
    """One sales file."""

    group = "Sales files"
    permission = IMPORT_SEE

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it in full as it is now, locked."""
        return whole(self.one(Import.objects.select_for_update(), pk))

    def row(self, pk: UUID, code: str = "") -> Import:
        """Return it within reach; a deed needs its own code, too."""
        found = self.one(Import.objects.all(), pk)
        if code:
            self.need(code)
        return found


class OneFile(FileView):
    """One sales file in full."""

    @operation("Read a sales file with its findings", gives=WHOLE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return whole(self.row(pk))


class Map(FileView):
    """Read it under other choices."""

    needs = {"POST": IMPORT_RUN}

    @operation(
        "Read a sales file under another profile", takes=MAP, gives=WHOLE, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Map it anew; what was checked counts no more."""
        row = imports.map(
            import_id=self.row(pk, IMPORT_RUN).pk,
            choices=_choices(self.sent),
            period=self.sent.get("period", ""),
            by=self.actor,
            at=timezone.now(),
        )
        return whole(row)


class Validate(FileView):
    """Check every row."""

    needs = {"POST": IMPORT_RUN}

    @operation("Check every row of a sales file", gives=JOB, status=202)
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask for the job."""
        row = self.row(pk, IMPORT_RUN)
        job = imports.validate(import_id=row.pk, by=self.actor, at=timezone.now())
        return Reply({"job": str(job.pk)}, location=place("job", pk=job.pk))


class Commit(FileView):
    """Take the accepted rows."""

    needs = {"POST": IMPORT_RUN}

    @operation(
        "Take the accepted rows of a checked sales file", gives=JOB, status=202, changes=True
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask for the job."""
        row = self.row(pk, IMPORT_RUN)
        job = imports.commit(import_id=row.pk, by=self.actor, at=timezone.now())
        return Reply({"job": str(job.pk)}, location=place("job", pk=job.pk))


class Reverse(FileView):
    """Take it back."""

    needs = {"POST": IMPORT_REVERSE}

    @operation(
        "Take a sales file back, while none of it is posted",
        takes=REASON,
        gives=WHOLE,
        tagged=True,
        changes=True,
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Reverse it with its corrections."""
        row = self.row(pk, IMPORT_REVERSE)
        at = timezone.now()
        return whole(imports.reverse(import_id=row.pk, by=self.actor, at=at, **self.sent))


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Errors(FileView):
    """The rows that still wait for a correction, as a file to be corrected and sent again."""

    @operation(
        "Fetch the errors file of a sales file",
        media=("text/csv", XLSX),
        query=(Parameter("format", schema.one_of(["csv", "xlsx"]), "csv where it isn't given."),),
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Return it."""
        row, kind = self.row(pk), self.asked.get("format", "csv")
        with tempfile.TemporaryDirectory(prefix="errors-") as folder:
            path = Path(folder) / f"errors.{kind}"
            errors_files.write(row, path)
            content = path.read_bytes()
        media_type = XLSX if kind == "xlsx" else "text/csv"
        return responses.attached(content, name=f"errors.{kind}", media_type=media_type)
