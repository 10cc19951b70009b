"""What the pages of a statement say of questions: whether one may ask, and what was asked."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.policies import can
from royalties import permissions, policies
from royalties.models import Question, Statement
from royalties.selectors import questions

if TYPE_CHECKING:
    from accounts.models import User

State = Question.State
STATES = {
    State.OPEN: ("Waits for the office", "warning"),
    State.ANSWERED: ("Answered", "success"),
    State.CLOSED: ("Closed", "plain"),
}
SHOWN = 5


def asks(person: "User", statement: Statement) -> bool:
    """Return whether this person may ask about the statement."""
    if not can(person, permissions.QUESTION_ASK):
        return False
    return policies.askable(person).filter(pk=statement.pk).exists()


def of_statement(person: "User", statement: Statement) -> dict[str, Any]:
    """Return whether this person asks about a statement, and the questions about it they read."""
    may_ask = asks(person, statement)
    if can(person, permissions.QUESTION_ANSWER):
        found, address = policies.questions_to_answer(person), "question"
    elif may_ask:
        found, address = policies.own_questions(person), "own_question"
    else:
        return {"asks": False, "questions": ()}
    rows = found.filter(statement=statement)
    return {"asks": may_ask, "questions": newest(rows), "question_address": address}


def newest(rows: QuerySet[Question]) -> list[tuple[Question, str, tuple[str, str]]]:
    """Return the newest of these questions, each with what it is about and its state's badge."""
    listed = list(rows.order_by("-asked_at", "-pk")[:SHOWN])
    if not listed:
        return []
    words = questions.called([row.figure for row in listed])
    return [
        (row, about[:1].upper() + about[1:], STATES[State(row.state)])
        for row, about in zip(listed, words, strict=True)
    ]
