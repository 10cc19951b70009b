"""Statements and their files."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from foundation import storage
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Reply, operation
from foundation.storage import responses
from holders.selectors import holders
from kernel.errors import DomainError
from royalties import documents, policies
from royalties.models import Publication, Statement
from royalties.permissions import STATEMENT_PUBLISH, STATEMENT_SEE
from royalties.selectors import publishing
from royalties.services import documents as files
from royalties.services import publishing as deeds

STATE = schema.one_of(("draft", "held", "published"))
LINE = {
    "id": schema.UUID,
    "number": schema.text(40),
    "holder": schema.UUID,
    "name": {"type": "string"},
    "run": schema.UUID,
    "period": schema.text(10),
    "first_day": schema.DAY,
    "last_day": schema.DAY,
    "currency": schema.CURRENCY,
    "earned": schema.AMOUNT,
    "payable": schema.AMOUNT,
    "sha256": schema.SHA256,
    "issued_at": schema.MOMENT,
    "state": STATE,
    "published_at": schema.maybe(schema.MOMENT),
    "opened_at": schema.maybe({**schema.MOMENT, "description": "First read by its payee."}),
    "pay_on": schema.maybe(schema.DAY),
}
STATEMENT = schema.record(
    "Statement",
    LINE,
    example={
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a12",
        "number": "2026-Q1-00001",
        "holder": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b",
        "name": "Ana Kestrel",
        "run": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0d",
        "period": "2026-Q1",
        "first_day": "2026-01-01",
        "last_day": "2026-03-31",
        "currency": "USD",
        "earned": "18.00",
        "payable": "8.00",
        "sha256": "0" * 64,
        "issued_at": "2026-04-10T09:31:00Z",
        "state": "published",
        "published_at": "2026-05-01T00:04:00Z",
        "opened_at": None,
        "pay_on": "2026-05-15",
    },
)
WHOLE = schema.record(
    "StatementInFull",
    {**LINE, "content": {**schema.ANYTHING, "description": "The frozen figures, by deal."}},
)
HOLD = schema.record(
    "HoldBack", {"reason": schema.text(500, least=1)}, example={"reason": "A claim is disputed"}
)
ASKED = schema.record("AskedFile", {"job": schema.UUID})
MEDIA = tuple(each.media_type.partition(";")[0] for each in documents.FORMATS.values())
LISTING = Listing(
    sorts={"period": "end_day", "number": "number", "payable": "payable"},
    start="-period",
    page="statements",
    filters=(
        Filter("period", schema.PERIOD, lambda value: Q(period=value)),
        Filter("holder", schema.UUID, lambda value: Q(holder=value)),
        Filter("run", schema.UUID, lambda value: Q(run=value)),
        Filter("currency", schema.CURRENCY, lambda value: Q(currency=value)),
        Filter("state", STATE, publishing.standing),
        Filter("number", schema.text(40, least=1), lambda value: Q(number=value)),
    ),
)


class NotMadeYet(DomainError):
    """The file has to be asked for first, or is being made."""

    code = "file_not_made"


def _listed(rows: Sequence[Statement]) -> list[dict[str, Any]]:
    names = holders.lines({row.holder_id for row in rows})
    states = publishing.states(row.pk for row in rows)
    days = publishing.pay_days(rows)
    return [
        _shown(row, names[row.holder_id].name, states.get(row.pk), days.get(row.pk)) for row in rows
    ]


def _shown(
    row: Statement, name: str, stands: Publication | None, pay_on: date | None
) -> dict[str, Any]:
    sums = row.content["sums"]
    return {
        "id": str(row.pk),
        "number": row.number,
        "holder": str(row.holder_id),
        "name": name,
        "run": str(row.run_id),
        "period": row.period,
        "first_day": written.day(row.first_day),
        "last_day": written.last_day(row.end_day),
        "currency": row.currency,
        "earned": sums["earned"],
        "payable": sums["payable"],
        "sha256": row.sha256,
        "issued_at": written.moment(row.issued_at),
        "state": stands.state if stands else "draft",
        "published_at": written.moment(stands.published_at) if stands else None,
        "opened_at": written.moment(publishing.opened_at(stands)) if stands else None,
        "pay_on": written.day(pay_on) if pay_on else None,
    }


class StatementView(ApiView):
    """What is within reach: all statements by role, or those of one's own holders."""

    group = "Statements"
    permission = STATEMENT_SEE

    def statement(self, pk: UUID) -> Statement:
        """Return the one within reach."""
        return self.one(policies.visible(self.actor), pk, STATEMENT_SEE)


class Statements(StatementView):
    """The list of statements."""

    @operation("List statements", gives=schema.page_of(STATEMENT), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, policies.visible(self.actor), _listed)


class OneStatement(StatementView):
    """One statement."""

    @operation("Read a statement in full", gives=WHOLE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        row = self.statement(pk)
        return {**_listed([row])[0], "content": row.content}


class Publishing(StatementView):
    """What is done to publish one statement, or to hold it back."""

    needs = {"POST": STATEMENT_PUBLISH}

    def found(self, pk: UUID) -> UUID:
        """Return the statement within reach, for who publishes."""
        row = self.statement(pk)
        self.need(STATEMENT_PUBLISH)
        return row.pk

    def told(self, row: Statement) -> dict[str, Any]:
        """Return the statement as it stands now."""
        return _listed([Statement.objects.get(pk=row.pk)])[0]


class Publish(Publishing):
    """Publish one statement."""

    @operation(
        "Publish a statement, for good",
        gives=STATEMENT,
        description="Its payee sees it from then on; that can't be undone. Twice is once. One that "
        "is held back is refused (409 `statement_held`).",
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Publish it."""
        key = self.found(pk)
        return self.told(deeds.publish(statement_id=key, by=self.actor, at=timezone.now()))


class Hold(Publishing):
    """Hold one statement back."""

    @operation(
        "Hold a draft of a statement back",
        takes=HOLD,
        gives=STATEMENT,
        description="The calendar's day doesn't publish it until it is released. A published one "
        "is refused (409 `statement_published`).",
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Hold it back."""
        key, reason = self.found(pk), self.sent["reason"]
        told = deeds.hold(statement_id=key, reason=reason, by=self.actor, at=timezone.now())
        return self.told(told)


class Release(Publishing):
    """Release a statement that is held back."""

    @operation("Release a statement that is held back", gives=STATEMENT)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Make it a draft again."""
        key = self.found(pk)
        return self.told(deeds.release(statement_id=key, by=self.actor, at=timezone.now()))


class File(StatementView):
    """One of a statement's files: json, csv and xlsx, and pdf once it was asked for."""

    @operation(
        "Fetch a statement's file: pdf, csv, xlsx, json, or its proof",
        media=MEDIA,
        description="Large files, every PDF and every proof are made by a job: POST here first.",
    )
    def get(self, request: Request, pk: UUID, kind: str) -> HttpResponse:
        """Return the file."""
        statement = self.statement(pk)
        policies.check_file(self.actor, statement, kind)
        media_type, name = documents.media_type(kind), documents.file_name(statement, kind)
        if documents.made_at_once(statement, kind):
            out = io.BytesIO()
            documents.write(statement, kind, out, by=str(self.actor), at=timezone.now())
            return responses.attached(out.getvalue(), name=name, media_type=media_type)
        job = files.asked(statement_id=pk, kind=kind)
        stored = files.ready(job) if job else None
        if stored is None:
            raise NotMadeYet(
                f"The {kind} isn't there yet. Ask for it by POST here, and wait for its job."
            )
        content = storage.open_file(stored).read()
        return responses.attached(content, name=name, media_type=media_type)

    @operation("Ask for a statement's file", gives=ASKED, status=202)
    def post(self, request: Request, pk: UUID, kind: str) -> Reply:
        """Ask for it; one that is there, or being made, isn't made again."""
        statement = self.statement(pk)
        documents.media_type(kind)
        policies.check_file(self.actor, statement, kind)
        job = files.asked(statement_id=pk, kind=kind)
        if job is None or (job.ended and files.ready(job) is None):
            job = files.ask(statement_id=statement.pk, kind=kind, by=self.actor, at=timezone.now())
        return Reply({"job": str(job.pk)}, location=place("job", pk=job.pk))
