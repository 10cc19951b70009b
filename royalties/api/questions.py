"""Questions about statements: those that wait for the office, with their answers; answer, close."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import operation
from royalties import policies
from royalties.models import Question
from royalties.permissions import QUESTION_ANSWER
from royalties.selectors import questions
from royalties.services import questions as deeds

STATE = schema.one_of(Question.State.values)
LINE = {
    "id": schema.UUID,
    "statement": schema.UUID,
    "number": schema.text(40),
    "about": {"type": "string", "description": "Which figure of the statement, in words."},
    "amount": schema.AMOUNT,
    "currency": schema.CURRENCY,
    "text": schema.text(2000),
    "state": STATE,
    "asked_at": schema.MOMENT,
    "waits_since": schema.maybe(schema.MOMENT),
    "closed_at": schema.maybe(schema.MOMENT),
}
_EXAMPLE = {
    "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a31",
    "statement": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a12",
    "number": "2026-Q1-00001",
    "about": "Earned",
    "amount": "18.00",
    "currency": "USD",
    "text": "Is Chile in it?",
    "state": "open",
    "asked_at": "2026-05-02T09:30:00Z",
    "waits_since": "2026-05-02T09:30:00Z",
    "closed_at": None,
}
QUESTION = schema.record("Question", LINE, example=_EXAMPLE)
SAID = schema.record(
    "Said",
    {
        "who": {"type": "string"},
        "from_office": schema.FLAG,
        "at": schema.MOMENT,
        "text": schema.text(4000),
    },
)
WHOLE = schema.record(
    "QuestionInFull",
    {**LINE, "thread": {**schema.many(SAID), "description": "All that was written, oldest first."}},
    example={**_EXAMPLE, "thread": []},
)
ANSWER = schema.record(
    "Answer", {"text": schema.text(4000, least=1)}, example={"text": "Yes: one stream, 0.02 USD."}
)
LAST = schema.record(
    "LastWords",
    {"text": schema.text(4000)},
    optional=["text"],
    example={"text": "Settled by telephone."},
)
LISTING = Listing(
    sorts={"asked_at": "asked_at"},
    start="-asked_at",
    page="questions",
    search=lambda query: Q(text__icontains=query) | Q(statement__number__icontains=query),
    filters=(
        Filter("state", STATE, lambda value: Q(state=value)),
        Filter("statement", schema.UUID, lambda value: Q(statement=value)),
        Filter("holder", schema.UUID, lambda value: Q(statement__holder=value)),
    ),
)


def _listed(rows: Sequence[Question]) -> list[dict[str, Any]]:
    words = questions.called([row.figure for row in rows])
    return [_shown(row, about) for row, about in zip(rows, words, strict=True)]


def _shown(row: Question, about: str) -> dict[str, Any]:
    currency = row.statement.currency
    return {
        "id": str(row.pk),
        "statement": str(row.statement_id),
        "number": row.statement.number,
        "about": about,
        "amount": written.exact(row.amount),
        "currency": currency,
        "text": row.text,
        "state": row.state,
        "asked_at": written.moment(row.asked_at),
        "waits_since": written.moment(row.waits_since),
        "closed_at": written.moment(row.closed_at),
    }


def whole(row: Question) -> dict[str, Any]:
    """Return a question with all that was written."""
    return {
        **_listed([row])[0],
        "thread": [
            {
                "who": each.who,
                "from_office": each.from_office,
                "at": written.moment(each.at),
                "text": each.text,
            }
            for each in questions.thread(row)
        ],
    }


class QuestionView(ApiView):
    """Questions about what the caller sees, for who answers them."""

    group = "Questions"
    permission = QUESTION_ANSWER

    @property
    def mine(self) -> Any:
        """Those within reach, with their statements."""
        rows = policies.questions_to_answer(self.actor).select_related("statement")
        return rows.defer("statement__content")

    def present(self, pk: UUID) -> dict[str, Any]:
        """Return it in full as it is now, locked."""
        self.one(policies.questions_to_answer(self.actor).select_for_update(), pk)
        return whole(self.one(self.mine, pk))


class Questions(QuestionView):
    """The list of questions."""

    @operation(
        "List questions about statements", gives=schema.page_of(QUESTION), query=LISTING.query
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.mine, _listed)


class QuestionRow(QuestionView):
    """One question: who doesn't answer them isn't told whether it is there."""

    seen_with = QUESTION_ANSWER


class OneQuestion(QuestionRow):
    """One question with its thread."""

    @operation("Read a question with all that was written", gives=WHOLE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return whole(self.one(self.mine, pk))


class Answer(QuestionRow):
    """Answer for the office."""

    @operation(
        "Answer a question; who asked is told", takes=ANSWER, gives=WHOLE, tagged=True, changes=True
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Write it."""
        row = self.one(self.mine, pk)
        told = {"question_id": row.pk, "version": row.version, **self.sent}
        deeds.answer(**told, by=self.actor, at=timezone.now())
        return whole(self.one(self.mine, pk))


class Close(QuestionRow):
    """Close a question for good."""

    @operation(
        "Close a question, with last words or none",
        takes=LAST,
        gives=WHOLE,
        tagged=True,
        changes=True,
        description="One that nobody has answered needs words: who asked reads them.",
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Close it."""
        row = self.one(self.mine, pk)
        deeds.close(
            question_id=row.pk,
            version=row.version,
            text=self.sent.get("text", ""),
            from_office=True,
            by=self.actor,
            at=timezone.now(),
        )
        return whole(self.one(self.mine, pk))
