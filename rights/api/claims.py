"""Claims: who holds which right, where and when; make one, end it, take it back."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, place
from accounts.api.changes import WAITS, waiting
from catalog.api.works import WHY, WorkDeed
from catalog.services import works
from foundation.api import bodies, schema
from foundation.api.operations import Parameter, Reply, operation
from kernel.period import Period
from rights.api.claim_shapes import (
    CHANGED,
    CLAIMS,
    CORRECTION,
    END,
    NARROWING,
    NEW_CLAIM,
    OWNER,
    TRANSFER,
    pieces,
    shown,
    told,
)
from rights.engine.boxes import ALWAYS, Window
from rights.models import Claim
from rights.models.claims import Source
from rights.permissions import CLAIM_EDIT, CLAIM_VIEW
from rights.policies import claims_seen_by
from rights.selectors import claims as questions
from rights.services import claims, overrides
from rights.services.terms import NeedsApproval, NewClaim

FOUR_EYES = (
    "Where its reason would put it above another claim with other shares, nothing is done: the "
    "answer is 202 with the change request by which somebody else approves it."
)


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

    @operation(
        "Claim a right in a work",
        takes=NEW_CLAIM,
        gives=CHANGED,
        status=201,
        also={202: WAITS},
        description=f"Default claims yield. {FOUR_EYES}",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Claim it, or ask for it where it overrides another claim."""
        sent, moment = dict(self.sent), timezone.now()
        wished = UUID(sent.pop("id")) if "id" in sent else None
        asked: dict[str, Any] = {"work_id": self.reached(pk), "claim_id": wished}
        asked["terms"] = _terms(sent)
        try:
            made = claims.claim(**asked, actor=self.actor, at=moment)
        except NeedsApproval:
            asked["new_id"] = asked.pop("claim_id")
            return waiting(overrides.propose(**asked, by=self.actor, at=moment))
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
        return pieces(self.actor, pk)


class ClaimDeed(ApiView):
    """A deed on one claim."""

    group = "Claims"
    permission = {"POST": CLAIM_EDIT}

    def reached(self, pk: UUID) -> UUID:
        """Return the claim's identity where it is within reach."""
        self.work_of(pk)
        return pk

    def work_of(self, pk: UUID) -> UUID:
        """Return the work of the claim where that is within reach."""
        work = self.rows(Claim.every.filter(origin=pk)).values_list("work_id", flat=True).first()
        if work is None:
            raise Http404
        return work

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return the claim as it is now; its work is locked, as every deed on claims locks it."""
        works.locked(self.work_of(pk))
        return pieces(self.actor, pk)


class End(ClaimDeed):
    """End a claim."""

    @operation("End a claim after a day", takes=END, gives=CHANGED, changes=True)
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

    @operation("Take a claim back, as if it had never held", takes=WHY, gives=CHANGED, changes=True)
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Withdraw it."""
        changed = claims.withdraw(
            claim_id=self.reached(pk), actor=self.actor, at=timezone.now(), **self.sent
        )
        return told(changed)


class Transfer(ClaimDeed):
    """Pass a share on."""

    @operation(
        "Pass a holder's share in a claim on to another",
        takes=TRANSFER,
        gives=CHANGED,
        changes=True,
        description="`portion` is of the whole claim; all that the giver has where it isn't given. "
        "Without `on` it passes from the claim's own beginning. A default claim that passes on "
        "becomes a claim of its own: the answer has its id. Where the claim would then override "
        "another that it agreed with, nothing is done: the answer is 202 with the change request.",
        also={202: WAITS},
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any] | Reply:
        """Transfer it, or ask for that where the claim would then override another."""
        sent, moment = dict(self.sent), timezone.now()
        portion, source = sent.pop("portion", None), sent.pop("source", Source.CONTRACT)
        asked: dict[str, Any] = {
            "claim_id": self.reached(pk),
            "giver": UUID(sent["giver"]),
            "taker": UUID(sent["taker"]),
            "portion": Fraction(portion) if portion else None,
            "on": _date(sent.get("on")),
            "reason": sent["reason"],
        }
        try:
            changed = claims.transfer(**asked, source=source, actor=self.actor, at=moment)
        except NeedsApproval:
            asked["work_id"] = self.work_of(pk)
            return waiting(overrides.propose_passing(**asked, by=self.actor, at=moment))
        return told(changed)


class Correct(ClaimDeed):
    """Put other terms in a claim's place."""

    @operation(
        "Correct a claim: other terms, as if they had always been its own",
        takes=CORRECTION,
        gives=CHANGED,
        changes=True,
        also={202: WAITS},
        description="The terms are sent whole. What was known before stays on record. What changes "
        f"from a day on is no correction: end the claim, and claim anew. {FOUR_EYES}",
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any] | Reply:
        """Correct it, or ask for that where it would override another claim."""
        sent, moment = dict(self.sent), timezone.now()
        asked: dict[str, Any] = {"claim_id": self.reached(pk), "reason": sent.pop("reason")}
        asked["terms"] = _terms(sent)
        try:
            changed = claims.correct(**asked, actor=self.actor, at=moment)
        except NeedsApproval:
            asked["work_id"] = self.work_of(pk)
            return waiting(overrides.propose(**asked, by=self.actor, at=moment))
        return told(changed)


class Owner(ClaimDeed):
    """Say who holds a default claim."""

    @operation(
        "Say who holds a default claim: it goes on yielding to others",
        takes=OWNER,
        gives=CHANGED,
        changes=True,
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Correct its owner."""
        changed = claims.correct_owner(
            claim_id=self.reached(pk),
            shares=_shares(self.sent["shares"]),
            parts_total=self.sent.get("parts_total"),
            reason=self.sent["reason"],
            actor=self.actor,
            at=timezone.now(),
        )
        return told(changed)


def _shares(sent: list[dict[str, Any]]) -> list[tuple[UUID, int]]:
    return [(UUID(each["holder"]), each["parts"]) for each in sent]


def _terms(sent: dict[str, Any]) -> NewClaim:
    """Return what was sent as the terms of a claim."""
    more = dict(sent)
    return NewClaim(
        right_type=more.pop("right_type"),
        shares=_shares(more.pop("shares")),
        window=_window(more.pop("starts", None), more.pop("last_day", None)),
        signed_on=_date(more.pop("signed_on", None)),
        **more,
    )


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
