"""Licences as the API takes and tells them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from foundation.api import schema, written
from licenses.models import Instalment, License, LicenseVersion
from licenses.models.licenses import Status
from licenses.selectors import pages, receipts
from rights.selectors.obstacles import Obstacle

STATUS = schema.one_of(Status.values)
DOCUMENT = {**schema.ANYTHING, "description": "A mediatrack.license/1 document (licenses.md)."}
VERSION_LINE = {
    "number": schema.COUNT,
    "sha256": schema.SHA256,
    "entered_at": schema.MOMENT,
    "signed_at": schema.maybe(schema.MOMENT),
    "breach": schema.text(
        500, description="Why it was signed although clauses stood in its way; else empty."
    ),
}
INSTALMENT = schema.record(
    "Instalment",
    {
        "id": schema.UUID,
        "label": schema.text(120),
        "due": schema.maybe(schema.DAY),
        "amount": schema.AMOUNT,
        "currency": schema.CURRENCY,
        "left": {**schema.AMOUNT, "description": "What hasn't come in yet."},
        "state": schema.one_of(("waits", "later", "due", "part_paid", "overdue", "paid")),
        "paid_on": schema.maybe(
            {**schema.DAY, "description": "The day on which the last of it came in."}
        ),
        "payments": schema.many(
            schema.record(
                "Receipt",
                {
                    "id": schema.UUID,
                    "amount": schema.AMOUNT,
                    "paid_on": schema.DAY,
                    "reference": schema.text(120),
                    "taken_back": schema.maybe(
                        {"type": "string", "description": "Why it was taken back: it counts not."}
                    ),
                },
            )
        ),
    },
)
_ID = "019adb1e-8c00-7a11-9c5e-2f6d1c0b7b01"
_EXAMPLE = {
    "format": "mediatrack.license/1",
    "license": "L-014",
    "title": "Streaming, northern Europe",
    "licensee": "NORD",
    "signed_on": "2026-01-05",
    "term": {"start": "2026-01-01", "end": "2027-12-31"},
    "currency": "EUR",
    "fee": "100.00",
    "instalments": [{"label": "Signature", "due": "2026-01-31", "amount": "100.00"}],
    "grants": [
        {
            "clause": "2.1",
            "works": ["F-1"],
            "rights": ["svod"],
            "territory": "NORDICS",
            "exclusive": True,
        }
    ],
}
LICENSE = schema.record(
    "License",
    {
        "id": schema.UUID,
        "code": schema.text(64),
        "title": schema.text(200),
        "licensee": schema.UUID,
        "licensee_name": {"type": "string"},
        "status": {**STATUS, "description": "As of today: it follows from the facts."},
        "in_force": {**schema.COUNT, "description": "The version signed last; 0: none."},
        "begins": schema.maybe(schema.DAY),
        "last_day": schema.maybe(schema.DAY),
        "renews": schema.FLAG,
        "work_count": schema.COUNT,
        "versions": schema.many(schema.record("LicenseVersionLine", VERSION_LINE)),
        "instalments": schema.many(INSTALMENT),
    },
    example={
        "id": _ID,
        "code": "L-014",
        "title": "Streaming, northern Europe",
        "licensee": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b",
        "licensee_name": "Nord",
        "status": "pending",
        "in_force": 0,
        "begins": "2026-01-01",
        "last_day": "2027-12-31",
        "renews": False,
        "work_count": 1,
        "versions": [
            {
                "number": 1,
                "sha256": "0" * 64,
                "entered_at": "2026-01-05T09:30:00Z",
                "signed_at": None,
                "breach": "",
            }
        ],
        "instalments": [],
    },
)
VERSION = schema.record(
    "LicenseVersion",
    {
        "license": schema.UUID,
        **VERSION_LINE,
        "document": DOCUMENT,
        "works": schema.many(schema.UUID),
        "terms": schema.many({"type": "string", "description": "A clause in plain language."}),
    },
)
NEW = schema.record(
    "NewLicense",
    {"id": schema.UUID, "document": DOCUMENT},
    optional=["id"],
    example={"id": _ID, "document": _EXAMPLE},
)
DRAFT = schema.record("LicenseDraft", {"document": DOCUMENT}, example={"document": _EXAMPLE})
OBSTACLE = schema.record(
    "LicenseObstacle",
    {
        "code": schema.text(60),
        "clause": {"type": "string", "description": "The clause of this licence that it stops."},
        "detail": {"type": "string"},
        "license": schema.maybe(schema.UUID),
        "in_the_way": {"type": "string", "description": "The clause in the way, with its paper."},
    },
)
CHECKED = schema.record(
    "CheckedLicense",
    {
        "problems": schema.many(
            schema.record(
                "LicenseProblem", {"path": {"type": "string"}, "message": {"type": "string"}}
            )
        ),
        "terms": schema.many({"type": "string", "description": "A clause in plain language."}),
        "obstacles": schema.many(OBSTACLE),
    },
    example={"problems": [], "terms": ["Term: from 2026-01-01 to 2027-12-31"], "obstacles": []},
)
SIGNATURE = schema.record(
    "LicenseSignature",
    {"reason": schema.text(1000, least=1), "breach": schema.text(500)},
    optional=["breach"],
    example={"reason": "The long form of 5 January"},
)
TERMINATION = schema.record(
    "LicenseTermination",
    {"last_day": schema.DAY, "reason": schema.text(500, least=1)},
    example={"last_day": "2026-06-30", "reason": "The second instalment stayed out"},
)
DECLINE = schema.record(
    "RenewalDeclined",
    {"reason": schema.text(500, least=1)},
    example={"reason": "The next term is sold to others"},
)
PAYMENT = schema.record(
    "InstalmentPayment",
    {
        "paid_on": schema.DAY,
        "amount": {**schema.AMOUNT, "description": "All that is left where it isn't given."},
        "reference": schema.text(120),
    },
    optional=["amount", "reference"],
    example={"paid_on": "2026-01-30", "amount": "20.00", "reference": "Bank statement 14"},
)


TAKE_BACK = schema.record(
    "PaymentTakenBack",
    {"reason": schema.text(500, least=1)},
    example={"reason": "It was for licence L-015"},
)
STATES = {"waits for its event": "waits", "part paid": "part_paid"}


def listed(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return licences, each with ``status``, as the API tells them. Four queries for all."""
    found, today = list(rows), timezone.now().date()
    pages.name_parties(found)
    ids = [row.pk for row in found]
    versions: dict[UUID, list[dict[str, Any]]] = {key: [] for key in ids}
    known = LicenseVersion.objects.filter(license__in=ids).order_by("number")
    for each in known.defer("document", "resolved"):
        versions[each.license_id].append(_version(each))
    instalments: dict[UUID, list[dict[str, Any]]] = {key: [] for key in ids}
    standing = Instalment.objects.filter(license__in=ids, superseded_at=None)
    for owed in pages.owed(standing.order_by("position"), today):
        instalments[owed.row.license_id].append(_instalment(owed))
    return [
        {
            "id": str(row.pk),
            "code": row.code,
            "title": row.title,
            "licensee": str(row.licensee_id),
            "licensee_name": row.party,
            "status": row.status,
            "in_force": row.in_force,
            "begins": written.day(row.begins),
            "last_day": written.day(pages.last_day(row)),
            "renews": row.renews,
            "work_count": len(row.works),
            "versions": versions[row.pk],
            "instalments": instalments[row.pk],
        }
        for row in found
    ]


def _instalment(owed: pages.Owed) -> dict[str, Any]:
    row = owed.row
    return {
        "id": str(row.pk),
        "label": row.label,
        "due": written.day(row.due),
        "amount": written.exact(row.amount),
        "currency": row.currency,
        "left": written.exact(owed.left),
        "state": STATES.get(owed.word, owed.word),
        "paid_on": written.day(row.paid_on),
        "payments": [
            {
                "id": str(one.pk),
                "amount": written.exact(one.amount),
                "paid_on": written.day(one.on),
                "reference": one.reference,
                "taken_back": receipts.taken_back(one),
            }
            for one in owed.receipts
        ],
    }


def shown(license: License) -> dict[str, Any]:
    """Return one licence as the API tells it."""
    return listed([license])[0]


def _version(row: LicenseVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "sha256": row.sha256,
        "entered_at": written.moment(row.entered_at),
        "signed_at": written.moment(row.signed_at),
        "breach": row.breach,
    }


def whole_version(row: LicenseVersion, terms: Sequence[str]) -> dict[str, Any]:
    """Return a version with its document, its works and its terms in words."""
    ids = dict.fromkeys(key for keys in row.resolved.values() for key in keys)
    return {
        "license": str(row.license_id),
        **_version(row),
        "document": row.document,
        "works": list(ids),
        "terms": list(terms),
    }


def obstacle(one: Obstacle) -> dict[str, Any]:
    """Return what stands in the way of a clause."""
    return {
        "code": one.code,
        "clause": one.row.clause,
        "detail": one.words,
        "license": str(one.license) if one.license else None,
        "in_the_way": f"{one.document}, clause {one.clause}" if one.document else "",
    }
