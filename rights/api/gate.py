"""The gate: decisions on many questions at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import bodies, schema
from foundation.api.operations import operation
from kernel.errors import DomainError
from rights.engine.gate import Code
from rights.gate_words import told
from rights.permissions import GATE_ASK
from rights.selectors import gate
from rights.selectors.clauses import right_span
from rights.selectors.gate_questions import Question, Reader

MOST = 1000
QUESTION = schema.record(
    "GateQuestion",
    {
        "work": schema.UUID,
        "right": schema.text(
            40, least=1, description="A right type; one with others below it asks for all of them."
        ),
        "territory": schema.text(
            4000,
            least=1,
            description="A code or an expression: it may be shown in all of it. UNKNOWN is a place "
            "that nobody knows: it may be shown wherever that is.",
        ),
        "on": {**schema.DAY, "description": "The day; today, there, where it isn't given."},
    },
    optional=["on"],
)
QUESTIONS = schema.record(
    "GateQuestions",
    {"questions": schema.many(QUESTION, least=1, most=MOST)},
    example={
        "questions": [
            {
                "work": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a01",
                "right": "svod",
                "territory": "US-CA",
                "on": "2026-03-31",
            }
        ]
    },
)
DECISIONS = schema.record(
    "GateDecisions",
    {
        "decisions": schema.many(
            schema.record(
                "GateDecision",
                {
                    "work": schema.UUID,
                    "right": schema.text(40),
                    "allowed": schema.FLAG,
                    "reasons": schema.many(
                        schema.record(
                            "GateReason",
                            {
                                "code": schema.one_of(code.value for code in Code),
                                "detail": {"type": "string"},
                                "clause": {"type": "string"},
                            },
                        )
                    ),
                    "territory": schema.text(8000),
                },
            )
        )
    },
)


class Decisions(ApiView):
    """The gate's decisions."""

    group = "Gate"
    permission = {"POST": GATE_ASK}

    @operation(
        f"Ask whether works may be shown: up to {MOST:,} questions",
        takes=QUESTIONS,
        gives=DECISIONS,
        asks=True,
        description="A question, not a deed: nothing is kept, no Idempotency-Key is needed, and "
        "the same question again is decided again. The decisions come in the questions' order; a "
        "work that isn't there is not allowed, with the reason `unknown_work`.",
    )
    def post(self, request: Request) -> dict[str, Any]:
        """Decide."""
        asked = [_question(each) for each in self.sent["questions"]]
        now = timezone.now()
        try:
            found = gate.decide(asked, now=now)
        except DomainError as error:
            raise (
                bodies.faults(wrong) if (wrong := list(_faults(asked, now))) else error
            ) from None
        return {
            "decisions": [
                {"work": str(one.work), "right": one.right, **told(decision)}
                for one, decision in zip(asked, found, strict=True)
            ]
        }


def _question(sent: dict[str, Any]) -> Question:
    on = date.fromisoformat(sent["on"]) if "on" in sent else None
    return Question(UUID(sent["work"]), sent["right"], sent["territory"], on)


def _faults(asked: list[Question], now: datetime) -> Iterator[tuple[str, str, str]]:
    """Yield what can't be asked, each with its place."""
    reader = Reader((one.territory for one in asked), now=now)
    for at, one in enumerate(asked):
        for name, tried in (
            ("right", lambda one=one: right_span(one.right)),
            ("territory", lambda one=one: reader.asked(replace(one, right="any"))),
        ):
            try:
                tried()
            except DomainError as error:
                yield f"/questions/{at}/{name}", error.code, error.detail
