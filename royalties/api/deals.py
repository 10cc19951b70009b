"""Deals: their versions, entering one, asking for its signature."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from accounts.api.changes import ASKED, asked
from foundation.api import bodies, schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import MATCH, Parameter, Reply, hold, operation
from royalties.engine import bounds
from royalties.engine.errors import DealInvalid
from royalties.engine.examples import ExampleResult
from royalties.models import Deal, DealVersion
from royalties.permissions import DEAL_ENTER, DEAL_SEE
from royalties.selectors import deal_checks, example_runs
from royalties.services import deals

DIRECTION = schema.one_of(Deal.Direction.values)
DEAL = schema.record(
    "Deal",
    {
        "id": schema.UUID,
        "code": schema.text(64),
        "title": schema.text(200),
        "direction": DIRECTION,
        "currency": schema.CURRENCY,
        "versions": schema.many(
            schema.record(
                "DealVersionLine",
                {
                    "number": schema.COUNT,
                    "starts": schema.maybe(schema.DAY),
                    "sha256": schema.SHA256,
                    "entered_at": schema.MOMENT,
                    "signed_at": schema.maybe(schema.MOMENT),
                },
            )
        ),
    },
    example={
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a11",
        "code": "ART-1",
        "title": "Kestrel, recordings",
        "direction": "out",
        "currency": "USD",
        "versions": [
            {
                "number": 1,
                "starts": None,
                "sha256": "0" * 64,
                "entered_at": "2026-04-10T09:30:00Z",
                "signed_at": None,
            }
        ],
    },
)
VERSION = schema.record(
    "DealVersion",
    {
        "deal": schema.UUID,
        "number": schema.COUNT,
        "starts": schema.maybe(schema.DAY),
        "sha256": schema.SHA256,
        "document": schema.ANYTHING,
        "opening": schema.ANYTHING,
        "entered_at": schema.MOMENT,
        "signed_at": schema.maybe(schema.MOMENT),
    },
)
NEW = schema.record(
    "NewDeal",
    {
        "document": {**schema.ANYTHING, "description": "A mediatrack.deal/1 document (deals.md)."},
        "starts": schema.maybe(schema.DAY),
        "opening": schema.maybe(schema.ANYTHING),
    },
    optional=["starts", "opening"],
    example={"document": {"schema": "mediatrack.deal/1", "deal": "ART-1"}, "starts": "2026-01-01"},
)
EXAMPLE = schema.record(
    "WorkedExample",
    {
        "name": {"type": "string"},
        "passed": schema.FLAG,
        "differences": schema.many({"type": "string"}),
    },
)
ENTERED = schema.record(
    "EnteredDeal",
    {
        "deal": schema.UUID,
        "code": schema.text(64),
        "number": schema.COUNT,
        "sha256": schema.SHA256,
        "examples": schema.many(EXAMPLE),
    },
)
CHECK = schema.record(
    "DealToCheck",
    {"document": NEW["properties"]["document"]},
    example={"document": {"schema": "mediatrack.deal/1", "deal": "ART-1"}},
)
CHECKED = schema.record(
    "CheckedDeal",
    {
        "signable": {
            **schema.FLAG,
            "description": "Whether it could be signed so.",
        },
        "problems": schema.many(
            schema.record(
                "DealProblem",
                {
                    "path": {"type": "string", "description": "Its place in the document."},
                    "message": {"type": "string"},
                    "expected": {"type": "string"},
                },
            )
        ),
        "examples": schema.many(EXAMPLE),
    },
    example={
        "signable": False,
        "problems": [{"path": "currency", "message": "is missing", "expected": "EUR"}],
        "examples": [],
    },
)
ASK = schema.record(
    "SignatureRequest",
    {"reason": schema.text(500, least=1), "needs": schema.whole(1, 2)},
    optional=["needs"],
    example={"reason": "The contract of March"},
)
LISTING = Listing(
    sorts={"code": "code", "title": "title"},
    start="code",
    page="deals",
    search=lambda query: Q(code__icontains=query) | Q(title__icontains=query),
    filters=(
        Filter("direction", DIRECTION, lambda value: Q(direction=value)),
        Filter("currency", schema.CURRENCY, lambda value: Q(currency=value)),
        Filter("code", schema.text(64, least=1), lambda value: Q(code=value)),
    ),
)


def shown(deal: Deal) -> dict[str, Any]:
    """Return a deal as the API tells it."""
    return _listed([deal])[0]


def _listed(rows: Sequence[Deal]) -> list[dict[str, Any]]:
    versions: dict[UUID, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    known = DealVersion.objects.filter(deal__in=list(versions)).order_by("number")
    for each in known.defer("document", "opening"):
        versions[each.deal_id].append(
            {
                "number": each.number,
                "starts": written.day(each.starts),
                "sha256": each.sha256,
                "entered_at": written.moment(each.entered_at),
                "signed_at": written.moment(each.signed_at),
            }
        )
    return [
        {
            "id": str(row.pk),
            "code": row.code,
            "title": row.title,
            "direction": row.direction,
            "currency": row.currency,
            "versions": versions[row.pk],
        }
        for row in rows
    ]


class Deals(ApiView):
    """The list of deals."""

    group = "Deals"
    permission = {"GET": DEAL_SEE, "POST": DEAL_ENTER}

    @operation("List deals", gives=schema.page_of(DEAL), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List and search them."""
        return self.page(LISTING, self.rows(Deal.objects.all()), _listed)

    @operation(
        "Enter a deal, or the next version of one, as a draft",
        takes=NEW,
        gives=ENTERED,
        status=201,
        headers=(
            Parameter(
                MATCH,
                schema.text(1000, least=1, pattern="^[!-~]+$"),
                "The deal's ETag, where its code is there already; or `*`. Without it 428.",
            ),
        ),
        description="The document's own code says which deal it is. A draft takes the place of an "
        "older draft; signed versions never change. What is too large to be checked while the "
        "caller waits is refused (422 `deal_too_large`, `examples_too_slow`).",
    )
    def post(self, request: Request) -> Reply:
        """Keep the draft; tell how its worked examples came out."""
        code = self.sent["document"].get("deal")
        there = Deal.objects.select_for_update().filter(code=str(code)).first()
        if there is not None:
            hold(request, shown(there))
        starts = self.sent.get("starts")
        try:
            entered = deals.enter(
                document=self.sent["document"],
                starts=date.fromisoformat(starts) if starts else None,
                opening=self.sent.get("opening"),
                by=self.actor,
                at=timezone.now(),
            )
        except DealInvalid as refusal:
            raise bodies.faults(
                ("/document/" + fault["path"], "deal_invalid", fault["message"])
                for fault in refusal.extra["problems"]
            ) from refusal
        version = entered.version
        told = {
            "deal": str(version.deal_id),
            "code": version.deal.code,
            "number": version.number,
            "sha256": version.sha256,
            "examples": _examples(entered.examples),
        }
        return Reply(told, location=place("deal", pk=version.deal_id))


def _examples(found: Sequence[ExampleResult]) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "passed": each.passed, "differences": list(each.differences)}
        for each in found
    ]


class Check(ApiView):
    """A document held against everything a deal must be."""

    group = "Deals"
    permission = {"POST": DEAL_ENTER}

    @operation(
        "Check a deal's document and run its worked examples; nothing is kept",
        takes=CHECK,
        gives=CHECKED,
        asks=True,
        description=f"At most {bounds.LONGEST:,} signs, and {bounds.PERIODS} periods with "
        f"{bounds.ROWS:,} lines and costs in its examples (422 `deal_too_large`); at most "
        f"{example_runs.SECONDS:g} seconds of calculation (422 `examples_too_slow`).",
    )
    def post(self, request: Request) -> dict[str, Any]:
        """Say what is wrong, or how the examples come out."""
        problems, examples = deal_checks.of_document(self.sent["document"])
        passed = all(each.passed for each in examples)
        return {
            "signable": not problems and bool(examples) and passed,
            "problems": [
                {name: str(each[name]) for name in ("path", "message", "expected")}
                for each in problems
            ],
            "examples": _examples(examples),
        }


class OneDeal(ApiView):
    """One deal."""

    group = "Deals"
    permission = DEAL_SEE
    by_grant = True

    @operation("Read a deal", gives=DEAL, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return shown(self.one(Deal.objects.all(), pk))


class Version(ApiView):
    """One version of a deal."""

    group = "Deals"
    permission = DEAL_SEE
    by_grant = True

    @operation("Read one version of a deal with its document", gives=VERSION, tagged=True)
    def get(self, request: Request, pk: UUID, number: str) -> dict[str, Any]:
        """Show it."""
        deal = self.one(Deal.objects.all(), pk)
        if not (number.isascii() and number.isdigit() and len(number) < 9):
            raise Http404
        known = DealVersion.objects.filter(deal=deal, number=int(number)).first()
        if known is None:
            raise Http404
        return {
            "deal": str(deal.pk),
            "number": known.number,
            "starts": written.day(known.starts),
            "sha256": known.sha256,
            "document": known.document,
            "opening": known.opening,
            "entered_at": written.moment(known.entered_at),
            "signed_at": written.moment(known.signed_at),
        }


class Signature(ApiView):
    """Ask for a draft's signature."""

    group = "Deals"
    permission = DEAL_SEE
    needs = {"POST": DEAL_ENTER}

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return the deal as it is now, locked."""
        return shown(self.one(Deal.objects.select_for_update(), pk))

    @operation(
        "Ask for the signature of a deal's draft",
        takes=ASK,
        gives=ASKED,
        status=201,
        changes=True,
        description="Somebody who may sign approves it, after a fresh second factor.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask; every worked example must pass."""
        deal = self.one(Deal.objects.all(), pk)
        self.need(DEAL_ENTER)
        change = deals.ask_for_signature(deal=deal, by=self.actor, at=timezone.now(), **self.sent)
        return Reply(asked(change))
