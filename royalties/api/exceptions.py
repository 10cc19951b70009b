"""Exceptions: the sales that nobody could match for certain, and their decisions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import operation
from royalties.models import MatchRule, SalesException
from royalties.permissions import EXCEPTION_DECIDE
from royalties.selectors import exceptions as questions
from royalties.services import exceptions

LINE = {
    "id": schema.UUID,
    "key": {**schema.text(32), "description": "What decisions name: one for each way of naming."},
    "title": {"type": "string"},
    "artist": {"type": "string"},
    "identifiers": schema.ANYTHING,
    "doubt": schema.text(200),
    "lines": schema.COUNT,
    "amount": schema.AMOUNT,
    "currency": schema.text(3),
    "since": schema.MOMENT,
}
EXCEPTION = schema.record("Exception", LINE)
WHOLE = schema.record(
    "ExceptionInFull",
    {
        "key": schema.text(32),
        "items": schema.many(EXCEPTION),
        "suggestions": schema.many(
            schema.record(
                "Suggestion",
                {
                    "work": schema.UUID,
                    "code": schema.text(100),
                    "title": {"type": "string"},
                    "score": schema.AMOUNT,
                },
            )
        ),
    },
)
DECIDED = schema.record(
    "Decision",
    {"work": schema.UUID, "reason": schema.text(500)},
    optional=["reason"],
    example={"work": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a01", "reason": "The partner's misprint"},
)
RULE = schema.record(
    "MatchRule",
    {
        "id": schema.UUID,
        "name": schema.text(300),
        "key": schema.text(32),
        "work": schema.UUID,
        "made_at": schema.MOMENT,
        "reversed_at": schema.maybe(schema.MOMENT),
    },
)
UNDO = schema.record(
    "Undo", {"reason": schema.text(500, least=1)}, example={"reason": "It is the live version"}
)
LISTING = Listing(
    sorts={"amount": "amount", "since": "since", "lines": "lines"},
    start="-amount",
    page="exceptions",
    search=lambda query: Q(title__icontains=query) | Q(artist__icontains=query),
    filters=(
        Filter("currency", schema.CURRENCY, lambda value: Q(currency=value)),
        Filter("key", schema.text(32, least=1), lambda value: Q(fingerprint=value)),
    ),
)


def shown(row: SalesException) -> dict[str, Any]:
    """Return an exception as the API tells it; its amount is exact."""
    return {
        "id": str(row.pk),
        "key": row.fingerprint,
        "title": row.title,
        "artist": row.artist,
        "identifiers": row.identifiers,
        "doubt": row.doubt,
        "lines": row.lines,
        "amount": written.exact(row.amount),
        "currency": row.currency,
        "since": written.moment(row.since),
    }


def _listed(rows: Sequence[SalesException]) -> list[dict[str, Any]]:
    return [shown(row) for row in rows]


def _rule(rule: Any) -> dict[str, Any]:
    return {
        "id": str(rule.pk),
        "name": rule.name,
        "key": rule.fingerprint,
        "work": str(rule.work_id),
        "made_at": written.moment(rule.made_at),
        "reversed_at": written.moment(rule.reversed_at),
    }


class Exceptions(ApiView):
    """The queue: one line for each key and currency, the most money first."""

    group = "Exceptions"
    permission = EXCEPTION_DECIDE

    @operation("List exceptions", gives=schema.page_of(EXCEPTION), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(SalesException.objects.all()), _listed)


class KeyView(ApiView):
    """A view of one key."""

    group = "Exceptions"
    permission = EXCEPTION_DECIDE
    seen_with = EXCEPTION_DECIDE

    def present(self, key: str) -> dict[str, Any]:
        """Return the key's exceptions as they are now, locked, with the works most like them."""
        rows = SalesException.objects.filter(fingerprint=key).select_for_update()
        return self.found(key, rows)

    def found(self, key: str, rows: QuerySet[SalesException]) -> dict[str, Any]:
        """Return those of these rows that are within reach."""
        reached = list(self.rows(rows).order_by("-amount", "id"))
        if not reached:
            raise Http404
        suggestions = questions.suggestions(reached[0])
        return {"key": key, "items": _listed(reached), "suggestions": suggestions}


class OneException(KeyView):
    """One exception."""

    @operation("Read an exception with the works most like it", gives=WHOLE, tagged=True)
    def get(self, request: Request, key: str) -> dict[str, Any]:
        """Show it, by currency."""
        return self.found(key, SalesException.objects.filter(fingerprint=key))


class Decide(KeyView):
    """Decide which work a key is."""

    @operation(
        "Decide which work an exception is",
        takes=DECIDED,
        gives=RULE,
        status=201,
        tagged=True,
        changes=True,
        description="The decision holds for its lines here and in files to come. A key that was "
        "decided before moves to the work named now.",
    )
    def post(self, request: Request, key: str) -> dict[str, Any]:
        """Decide it."""
        rule = exceptions.decide(
            key=key,
            work_id=UUID(self.sent["work"]),
            reason=self.sent.get("reason", ""),
            by=self.actor,
            at=timezone.now(),
        )
        return _rule(rule)


class Decision(KeyView):
    """The decision on a key."""

    @operation("Read the decision on a key", gives=RULE, tagged=True)
    def get(self, request: Request, key: str) -> dict[str, Any]:
        """Show it."""
        return _rule(self.one(MatchRule.objects.all(), questions.rule_of(key)))


class UndoDecision(KeyView):
    """Undo the decision on a key."""

    def present(self, key: str) -> dict[str, Any]:
        """Return the decision as it is now, locked."""
        return _rule(self.one(MatchRule.objects.select_for_update(), questions.rule_of(key)))

    @operation("Undo the decision on a key", takes=UNDO, gives=RULE, tagged=True, changes=True)
    def post(self, request: Request, key: str) -> dict[str, Any]:
        """Undo it, while none of its lines is posted."""
        rule = exceptions.undo(
            rule_id=questions.rule_of(key),
            reason=self.sent["reason"],
            by=self.actor,
            at=timezone.now(),
        )
        return _rule(rule)
