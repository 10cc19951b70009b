"""Questions about statements: asked by a payee's people, answered and closed by the office."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from foundation.locks import lock_for_change
from kernel.errors import DomainError
from royalties.models import Question, Reply, Statement
from royalties.models.publishing import PUBLISHED
from royalties.selectors import questions

ASKED_AT_ONCE = 20
LONGEST_QUESTION, LONGEST_REPLY = 2000, 4000
State = Question.State


class NotPublished(DomainError):
    """A statement that its payee doesn't see yet isn't asked about."""

    code = "statement_not_published"


class TooManyQuestions(DomainError):
    """Somebody has as many open questions as one person may have."""

    code = "too_many_questions"


class NothingWritten(DomainError):
    """A question or a reply needs words, and not too many."""

    code = "question_words"
    status = 422


class QuestionChanged(DomainError):
    """Something was written since the question was shown."""

    code = "question_changed"


class QuestionClosed(DomainError):
    """A closed question takes no reply."""

    code = "question_closed"


@transaction.atomic
def ask(
    *, statement_id: UUID, asked: Mapping[str, str], text: str, by: Actor, at: datetime
) -> Question:
    """Ask about a figure of a published statement; those who answer are told.

    ``asked`` names the figure as ``selectors.questions.about`` reads it. The same words about the
    same figure, while they are open, are one question. Raises NotPublished, NoFigure,
    NothingWritten, TooManyQuestions.
    """
    text = _written(text, LONGEST_QUESTION)
    statement = Statement.objects.filter(PUBLISHED, pk=statement_id).first()
    if statement is None:
        raise NotPublished("Its payee doesn't see this statement yet: publish it first.")
    about = questions.about(statement, asked)
    mine = Question.objects.filter(author=by.actor_id, state=State.OPEN)
    same = mine.filter(statement=statement, figure=about.figure, text=text).first()
    if same is not None:
        return same
    if mine.count() >= ASKED_AT_ONCE:
        raise TooManyQuestions(
            f"{ASKED_AT_ONCE} questions of yours wait for an answer. Close one that is settled, or "
            "wait for the office."
        )
    row = Question(
        statement=statement,
        figure=about.figure,
        amount=about.amount.amount,
        author=by.actor_id,
        text=text,
        asked_at=at,
        waits_since=at,
    )
    row.save(force_insert=True)
    after = {"statement": statement.number, "about": about.words}
    events.record("royalties.question.asked", subject=row, actor=by, at=at, after=after)
    return row


@transaction.atomic
def answer(*, question_id: UUID, text: str, version: int, by: Actor, at: datetime) -> Question:
    """Answer for the office; who asked is told. Raises what ``ask_on`` raises."""
    row = _locked(question_id, version)
    _reply(row, text, from_office=True, by=by, at=at)
    row.state, row.waits_since = State.ANSWERED, None
    return _done(row, "answered", by, at)


@transaction.atomic
def ask_on(*, question_id: UUID, text: str, version: int, by: Actor, at: datetime) -> Question:
    """Write once more for who asked: the question waits again, and those who answer are told.

    ``version`` is the question's when it was shown. Raises QuestionChanged, QuestionClosed,
    NothingWritten.
    """
    row = _locked(question_id, version)
    _reply(row, text, from_office=False, by=by, at=at)
    row.state, row.waits_since = State.OPEN, row.waits_since or at
    return _done(row, "asked_on", by, at)


@transaction.atomic
def close(
    *, question_id: UUID, text: str, version: int, from_office: bool, by: Actor, at: datetime
) -> Question:
    """Close a question for good, with last words or none; who asked is told, where others close it.

    The office can't close without a word what it never answered. Raises what ``ask_on`` raises.
    """
    row = _locked(question_id, version)
    replied = Reply.objects.filter(question=row, from_office=True).exists()
    if text.strip():
        _reply(row, text, from_office=from_office, by=by, at=at)
    elif from_office and not replied:
        raise NothingWritten("Nobody has answered yet: say why it is closed. Who asked reads it.")
    row.state, row.waits_since, row.closed_at = State.CLOSED, None, at
    return _done(row, "closed", by, at)


def _locked(question_id: UUID, version: int) -> Question:
    row: Question
    [row] = lock_for_change((Question, [question_id]))
    if row.state == State.CLOSED:
        raise QuestionClosed("This question is closed. Ask a new one from the statement.")
    if row.version != version:
        raise QuestionChanged("Something was written meanwhile: read it, then send yours again.")
    return row


def _reply(row: Question, text: str, *, from_office: bool, by: Actor, at: datetime) -> None:
    text = _written(text, LONGEST_REPLY)
    reply = Reply(question=row, author=by.actor_id, from_office=from_office, text=text, at=at)
    reply.save(force_insert=True)


def _done(row: Question, deed: str, by: Actor, at: datetime) -> Question:
    row.version += 1
    row.save(update_fields=["state", "waits_since", "closed_at", "version"])
    events.record(
        f"royalties.question.{deed}", subject=row, actor=by, at=at, after={"state": row.state}
    )
    return row


def _written(text: str, longest: int) -> str:
    text = text.strip()
    if not text:
        raise NothingWritten("Write what it is about.")
    if len(text) > longest:
        raise NothingWritten(f"Keep it to {longest:,} characters: it has {len(text):,}.")
    return text
