"""Tables of works, holders, claims and rates: send one, map, check, take, take back; and what is
there as a table to bring back."""

import io
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from accounts.policies import can
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import FORM, Parameter, Reply, operation
from foundation.storage import responses
from integrations.api.sales_files import FILE_BYTES, JOB, REASON, XLSX
from integrations.models import TableImport
from integrations.permissions import TABLE_IMPORT
from integrations.services import tables
from integrations.targets import TARGETS, Target

MEDIA = {"csv": "text/csv", "xlsx": XLSX}
STATE = schema.one_of(TableImport.State.values)
KIND = schema.one_of(list(TARGETS))
FIGURES = ("rows", "new", "changed", "same", "wrong")
MAPPING = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "The heading that each field is read from, by the field's name.",
}
LINE = {
    "id": schema.UUID,
    "of": KIND,
    "file_name": schema.text(255),
    "sha256": schema.SHA256,
    "state": STATE,
    **dict.fromkeys(FIGURES, schema.COUNT),
    "job": schema.maybe(schema.UUID),
    "begun_at": schema.MOMENT,
    "taken_at": schema.maybe(schema.MOMENT),
    "reversed_at": schema.maybe(schema.MOMENT),
}
_EXAMPLE = {
    "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a21",
    "of": "works",
    "file_name": "works.csv",
    "sha256": "0" * 64,
    "state": "checked",
    "rows": 3,
    "new": 2,
    "changed": 1,
    "same": 0,
    "wrong": 0,
    "job": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a22",
    "begun_at": "2026-04-10T09:30:00Z",
    "taken_at": None,
    "reversed_at": None,
}
TABLE = schema.record("Table", LINE, example=_EXAMPLE)
WHOLE = schema.record(
    "TableInFull",
    {
        **LINE,
        "headings": schema.many({"type": "string"}),
        "mapping": MAPPING,
        "errors": schema.many(schema.ANYTHING),
        "causes": {
            **schema.many(schema.ANYTHING),
            "description": "The findings by cause, with their rows.",
        },
    },
    example={
        **_EXAMPLE,
        "headings": ["Code", "Kind", "Title"],
        "mapping": {"code": "Code", "kind": "Kind", "title": "Title"},
        "errors": [],
        "causes": [],
    },
)
SENT = schema.record(
    "NewTable",
    {
        "of": KIND,
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "encoding": schema.text(20),
    },
    optional=["encoding"],
)
MAP = schema.record(
    "TableMapping",
    {"mapping": MAPPING},
    optional=["mapping"],
    example={"mapping": {"code": "Code", "kind": "Kind", "title": "Title"}},
)
LISTING = Listing(
    sorts={"begun_at": "begun_at", "file_name": "file_name"},
    start="-begun_at",
    page="tables",
    search=lambda query: Q(file_name__icontains=query),
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("of", KIND, lambda value: Q(target=value)),
        Filter("sha256", schema.SHA256, lambda value: Q(sha256=value)),
    ),
)


def shown(row: TableImport) -> dict[str, Any]:
    """Return a table as a list tells it."""
    counted = row.counted()
    return {
        "id": str(row.pk),
        "of": row.target,
        "file_name": row.file_name,
        "sha256": row.sha256,
        "state": row.state,
        **{name: counted[name] for name in FIGURES},
        "job": row.job_id and str(row.job_id),
        "begun_at": written.moment(row.begun_at),
        "taken_at": written.moment(row.taken_at),
        "reversed_at": written.moment(row.reversed_at),
    }


def whole(row: TableImport) -> dict[str, Any]:
    """Return a table with its mapping and findings."""
    return {
        **shown(row),
        "headings": list(row.detection.get("headings", [])),
        "mapping": row.mapping,
        "errors": row.findings.get("errors", []),
        "causes": row.findings.get("groups", []),
    }


def _listed(rows: Sequence[TableImport]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


class TableView(ApiView):
    """A view of tables: of those alone whose things the caller may edit."""

    group = "Tables"
    permission = TABLE_IMPORT

    @property
    def mine(self) -> QuerySet[TableImport]:
        """The tables within reach."""
        allowed = [each.name for each in TARGETS.values() if can(self.actor, each.permission)]
        return TableImport.objects.filter(target__in=allowed)

    def row(self, pk: UUID) -> TableImport:
        """Return one of them; 404."""
        return self.one(self.mine.select_related("plan_file"), pk)

    def target(self, name: str) -> Target:
        """Return what a table is of, where the caller may edit that; 403."""
        found = TARGETS[name]
        self.need(found.permission)
        return found

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it in full as it is now, locked."""
        return whole(self.one(self.mine.select_for_update(), pk))

    def asked_of(self, job: Any) -> Reply:
        """Answer with the job that was asked for."""
        return Reply({"job": str(job.pk)}, location=place("job", pk=job.pk))


class Tables(TableView):
    """The list of tables, and the way in."""

    @operation("List tables", gives=schema.page_of(TABLE), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.mine.defer("keys", "findings"), _listed)

    @operation(
        "Send a table of works, holders, claims or rates, of up to 64 MiB",
        takes=SENT,
        body=FORM,
        most=FILE_BYTES,
        gives=WHOLE,
        status=201,
        tagged=True,
        description="CSV or XLSX with a row of headings (docs/imports.md). Look at `mapping`, then "
        "ask for its check by `map`.",
    )
    def post(self, request: Request) -> Reply:
        """Keep it, and say how its columns were understood."""
        target, file = self.target(self.sent["of"]), self.sent["file"]
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            path = Path(folder) / "upload"
            with path.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
            row = tables.begin(
                target=target.name,
                source=path,
                name=file.name,
                by=self.actor,
                at=timezone.now(),
                encoding=self.sent.get("encoding", ""),
            )
        return Reply(whole(row), location=place("table", pk=row.pk))


class Standing(TableView):
    """What is there as a table."""

    @operation(
        "Fetch what is there as a table with id and version, to change and send back",
        media=tuple(MEDIA.values()),
        query=(
            Parameter("of", KIND, "What: works where it isn't given."),
            Parameter("format", schema.one_of(list(MEDIA)), "csv where it isn't given."),
        ),
    )
    def get(self, request: Request) -> HttpResponse:
        """Write it."""
        target, kind = self.target(self.asked.get("of", "works")), self.asked.get("format", "csv")
        out = io.BytesIO()
        tables.standing(target, out, kind)
        name = f"{target.name}.{kind}"
        return responses.attached(out.getvalue(), name=name, media_type=MEDIA[kind])


class OneTable(TableView):
    """One table in full."""

    @operation("Read a table with its findings", gives=WHOLE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return whole(self.row(pk))


class Map(TableView):
    """Say which column feeds which field, and check every row."""

    @operation(
        "Check every row of a table, as its columns are mapped",
        takes=MAP,
        gives=JOB,
        status=202,
        description="Without `mapping` the one that was found holds. Fields that it leaves out are "
        "not read.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask for the job."""
        row = self.row(pk)
        mapping = self.sent.get("mapping", row.mapping)
        job = tables.map(table_id=row.pk, mapping=mapping, by=self.actor, at=timezone.now())
        return self.asked_of(job)


class Take(TableView):
    """Make and change what the check found."""

    @operation(
        "Take a checked table: all that is new or changes, or nothing",
        gives=JOB,
        status=202,
        changes=True,
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask for the job."""
        row = self.row(pk)
        return self.asked_of(tables.take(table_id=row.pk, by=self.actor, at=timezone.now()))


class Reverse(TableView):
    """Take it back."""

    @operation(
        "Take a table back, while nothing depends on what it made",
        takes=REASON,
        gives=WHOLE,
        tagged=True,
        changes=True,
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Take away what it made, change back what it changed."""
        row, at = self.row(pk), timezone.now()
        return whole(tables.give_back(table_id=row.pk, by=self.actor, at=at, **self.sent))


class Errors(TableView):
    """The wrong rows, led by what is wrong: to correct and send again."""

    @operation("Fetch the wrong rows of a checked table", media=("text/csv",))
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Write them."""
        content = tables.errors_csv(self.row(pk))
        return responses.attached(content, name="errors.csv", media_type="text/csv")
