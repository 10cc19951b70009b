"""Claims: who holds which right, where and when; make one, end it, take it back."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, IdTaken, place
from catalog.api.works import WHY, WorkDeed
from foundation.api import bodies, schema, written
from foundation.api.operations import Parameter, Reply, operation
from kernel.period import Period
from rights.engine.boxes import ALWAYS, Window
from rights.models import Claim
from rights.models.claims import DateRule, Source
from rights.permissions import CLAIM_EDIT, CLAIM_VIEW
from rights.policies import claims_seen_by
from rights.selectors import claims as questions
from rights.selectors.claims import ClaimFound
from rights.services import claims
from rights.services.claims import NewClaim

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
NEW_CLAIM = schema.record(
    "NewClaim",
    {
        "id": schema.UUID,
        "right_type": schema.text(64, least=1),
        "shares": schema.many(
            schema.record(
                "NewShare", {"holder": schema.UUID, "parts": schema.whole(1, 1_000_000_000)}
            ),
            least=1,
            most=200,
        ),
        "parts_total": schema.whole(1, 1_000_000_000),
        "territory": schema.text(2000, least=1),
        "starts": schema.maybe(schema.DAY),
        "last_day": schema.maybe(schema.DAY),
        "source": schema.one_of([one for one in Source.values if one != Source.DEFAULT]),
        "date_rule": schema.one_of(DateRule.values),
        "signed_on": schema.DAY,
        "override_reason": schema.text(500),
    },
    optional=(
        "id parts_total territory starts last_day source date_rule signed_on override_reason"
    ).split(),
    example={
        "right_type": "master",
        "shares": [{"holder": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a0b", "parts": 1}],
        "territory": "EU + CH",
        "starts": "2026-01-01",
        "last_day": "2030-12-31",
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


def told(changed: claims.Changed) -> dict[str, Any]:
    """Return what a deed came to."""
    return {"id": str(changed.claim), "work": str(changed.work), "rows": changed.rows}


class OfWork(WorkDeed):
    """The claims to one work."""

    group = "Claims"
    permission = {"GET": CLAIM_VIEW, "POST": CLAIM_EDIT}

    @operation("List who holds the rights in a work", gives=CLAIMS, query=NARROWING)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """List them, all at once."""
        work = self.reached(pk)
        found = questions.of_work(
            work,
            self.asked.get("right_type"),
            self.asked.get("territory"),
            on=_day(self.asked),
            among=claims_seen_by(self.actor),
        )
        return {"items": [shown(each) for each in found], "next": None}

    @operation("Claim a right in a work", takes=NEW_CLAIM, gives=CHANGED, status=201)
    def post(self, request: Request, pk: UUID) -> Reply:
        """Claim it; default claims yield."""
        sent = dict(self.sent)
        if "id" in sent and Claim.every.filter(origin=sent["id"]).exists():
            raise IdTaken("The id is another claim's here. Make a new one.", id=sent["id"])
        starts, last = sent.pop("starts", None), sent.pop("last_day", None)
        made = claims.claim(
            work_id=self.reached(pk),
            claim_id=UUID(sent.pop("id")) if "id" in sent else None,
            terms=NewClaim(
                right_type=sent.pop("right_type"),
                shares=[(UUID(e["holder"]), e["parts"]) for e in sent.pop("shares")],
                window=_window(starts, last),
                signed_on=_date(sent.pop("signed_on", None)),
                **sent,
            ),
            actor=self.actor,
            at=timezone.now(),
        )
        return Reply(told(made), location=place("claim", pk=made.claim))


class OfHolder(ApiView):
    """The claims in which a holder has a share, or that cover some of a territory."""

    group = "Claims"
    permission = CLAIM_VIEW

    @operation(
        "List claims of a holder, or in a territory",
        gives=CLAIMS,
        query=(
            Parameter("holder", schema.UUID, "Give this, or `territory`."),
            *NARROWING,
            Parameter("limit", schema.whole(1, 200), "Rows a page; 50 where it isn't given."),
            Parameter("after", schema.text(73, least=73), "The cursor, as `next` has it."),
        ),
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them by work."""
        asked, size = self.asked, self.asked.get("limit", 50)
        more = {
            "on": _day(asked),
            "among": claims_seen_by(self.actor),
            "after": _cursor(asked.get("after")),
            "limit": size + 1,
        }
        if "holder" in asked:
            holder, where = UUID(asked["holder"]), asked.get("territory")
            found = questions.of_holder(holder, asked.get("right_type"), where, **more)
        elif "territory" in asked:
            found = questions.in_territory(asked["territory"], asked.get("right_type"), **more)
        else:
            raise bodies.faults([("?holder", "missing", "give holder, or territory")])
        following = None
        if len(found) > size:
            last = found[size - 1]
            cursor = {**asked, "after": f"{last.work}.{last.row}"}
            following = f"{request.path}?{urlencode(cursor)}"
        return {"items": [shown(each) for each in found[:size]], "next": following}


class OneClaim(ApiView):
    """One claim."""

    group = "Claims"
    permission = CLAIM_VIEW

    @operation("Read a claim: every piece that it holds", gives=CLAIMS, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show its pieces, as known now."""
        rows = claims_seen_by(self.actor).known_at().filter(origin=pk).order_by("window", "id")
        found = questions.told(list(rows))
        if not found:
            raise Http404
        return {"items": [shown(each) for each in found], "next": None}


class ClaimDeed(ApiView):
    """A deed on one claim."""

    group = "Claims"
    permission = {"POST": CLAIM_EDIT}

    def reached(self, pk: UUID) -> UUID:
        """Return the claim's identity where it is within reach."""
        if not self.rows(Claim.every.filter(origin=pk)).exists():
            raise Http404
        return pk


class End(ClaimDeed):
    """End a claim."""

    @operation("End a claim after a day", takes=END, gives=CHANGED)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """End it."""
        last = date.fromisoformat(self.sent["last_day"])
        changed = claims.end(
            claim_id=self.reached(pk),
            until=last + timedelta(days=1),
            reason=self.sent["reason"],
            actor=self.actor,
            at=timezone.now(),
        )
        return told(changed)


class Withdraw(ClaimDeed):
    """Take a claim back."""

    @operation("Take a claim back, as if it had never held", takes=WHY, gives=CHANGED)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Withdraw it."""
        changed = claims.withdraw(
            claim_id=self.reached(pk), actor=self.actor, at=timezone.now(), **self.sent
        )
        return told(changed)


def _day(asked: dict[str, Any]) -> date:
    return _date(asked.get("on")) or timezone.localdate()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _window(starts: str | None, last_day: str | None) -> Window:
    first, last = _date(starts), _date(last_day)
    if last is not None and first is not None:
        days = Period.inclusive(first, last)
        return Window(days.start, days.end)
    if first is None and last is None:
        return ALWAYS
    return Window(first, None if last is None else last + timedelta(days=1))


def _cursor(text: str | None) -> tuple[UUID, UUID] | None:
    if text is None:
        return None
    try:
        work, row = map(UUID, text.split("."))
    except ValueError:
        told = "this is no cursor; take it from `next`, unchanged"
        raise bodies.faults([("?after", "wrong_form", told)]) from None
    return work, row
