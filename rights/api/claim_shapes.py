"""Claims as the API takes and tells them."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404

from foundation.api import schema, written
from foundation.api.operations import Parameter
from rights.models.claims import DateRule, Source
from rights.policies import claims_seen_by
from rights.selectors import claims as questions
from rights.selectors.claims import ClaimFound
from rights.services import claims

if TYPE_CHECKING:
    from accounts.models import User

SHARE = schema.record(
    "Share",
    {
        "holder": schema.UUID,
        "name": schema.text(300),
        "parts": schema.whole(1, 2_000_000_000),
        "of": schema.whole(1, 2_000_000_000),
        "percent": {"type": "string"},
    },
)
CLAIM = schema.record(
    "Claim",
    {
        "id": schema.UUID,
        "row": {**schema.UUID, "description": "One claim may hold several pieces."},
        "work": schema.UUID,
        "right_type": schema.text(64),
        "rights": {"type": "string", "description": "The right held, in words."},
        "territory": {"type": "string", "description": "Where it holds."},
        "written": {"type": "string", "description": "Where it was claimed."},
        "starts": schema.maybe(schema.DAY),
        "last_day": schema.maybe(schema.DAY),
        "source": schema.one_of(Source.values),
        "override_reason": {"type": "string"},
        "shares": schema.many(SHARE),
        "recorded_at": schema.MOMENT,
    },
)
CLAIMS = schema.page_of(CLAIM)
SHARES = schema.many(
    schema.record("NewShare", {"holder": schema.UUID, "parts": schema.whole(1, 1_000_000_000)}),
    least=1,
    most=200,
)
TERMS = {
    "right_type": schema.text(64, least=1),
    "shares": SHARES,
    "parts_total": schema.whole(1, 1_000_000_000),
    "territory": schema.text(2000, least=1),
    "starts": schema.maybe(schema.DAY),
    "last_day": schema.maybe(schema.DAY),
    "source": schema.one_of([one for one in Source.values if one != Source.DEFAULT]),
    "date_rule": schema.one_of(DateRule.values),
    "signed_on": schema.DAY,
    "override_reason": schema.text(500),
}
LOOSE = [name for name in TERMS if name not in ("right_type", "shares")]
_TERMS = {
    "right_type": "master",
    "shares": [{"holder": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b", "parts": 1}],
    "territory": "EU + CH",
    "starts": "2026-01-01",
    "last_day": "2030-12-31",
}
NEW_CLAIM = schema.record(
    "NewClaim", {"id": schema.UUID, **TERMS}, optional=["id", *LOOSE], example=_TERMS
)
WHY_SO = {"reason": schema.text(500, least=1, description="Why, for the record.")}
CORRECTION = schema.record(
    "ClaimCorrection",
    {**TERMS, **WHY_SO},
    optional=LOOSE,
    example={**_TERMS, "reason": "The contract says CH, too"},
)
OWNER = schema.record(
    "DefaultOwner",
    {"shares": SHARES, "parts_total": schema.whole(1, 1_000_000_000), **WHY_SO},
    optional=["parts_total"],
    example={"shares": _TERMS["shares"], "reason": "Registered under another label"},
)
TRANSFER = schema.record(
    "ClaimTransfer",
    {
        "giver": schema.UUID,
        "taker": schema.UUID,
        "portion": {"type": "string", "pattern": "^[1-9][0-9]{0,8}/[1-9][0-9]{0,8}$"},
        "on": schema.DAY,
        "source": TERMS["source"],
        **WHY_SO,
    },
    optional=("portion", "on", "source"),
    example={
        "giver": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b",
        "taker": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0c",
        "portion": "1/2",
        "on": "2026-07-01",
        "reason": "Sold by the contract of 12 May",
    },
)
END = schema.record(
    "ClaimEnd",
    {"last_day": schema.DAY, "reason": schema.text(500, least=1)},
    example={"last_day": "2026-12-31", "reason": "The contract was terminated"},
)
CHANGED = schema.record(
    "ClaimChanged", {"id": schema.UUID, "work": schema.UUID, "rows": schema.COUNT}
)
NARROWING = (
    Parameter("right_type", schema.text(64, least=1), "Rights that overlap this one."),
    Parameter("territory", schema.text(2000, least=1), "Places that overlap this expression."),
    Parameter("on", schema.DAY, "The day; today where it isn't given."),
)


def shown(claim: ClaimFound) -> dict[str, Any]:
    """Return a piece of a claim as the API tells it."""
    return {
        "id": str(claim.claim),
        "row": str(claim.row),
        "work": str(claim.work),
        "right_type": claim.right_type,
        "rights": claim.rights,
        "territory": claim.territory,
        "written": claim.written,
        "starts": written.day(claim.starts),
        "last_day": written.day(claim.last_day),
        "source": claim.source,
        "override_reason": claim.override_reason,
        "shares": [
            {
                "holder": str(share.holder),
                "name": share.name,
                "parts": share.parts,
                "of": share.of,
                "percent": share.percent,
            }
            for share in claim.shares
        ],
        "recorded_at": written.moment(claim.recorded_at),
    }


def pieces(caller: "User", pk: UUID) -> dict[str, Any]:
    """Return every piece that a claim holds, as known now; 404 where nothing is left of it."""
    rows = claims_seen_by(caller).known_at().filter(origin=pk).order_by("window", "id")
    found = questions.told(list(rows))
    if not found:
        raise Http404
    return {"items": [shown(each) for each in found], "next": None}


def told(changed: claims.Changed) -> dict[str, Any]:
    """Return what a deed came to."""
    return {"id": str(changed.claim), "work": str(changed.work), "rows": changed.rows}
