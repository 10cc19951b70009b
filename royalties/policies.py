"""Which statements somebody sees: all by role, or those of the holders whose portal they have; and
single ones that they, or a team of theirs, were granted. Drafts are the office's alone. And whose
questions about statements somebody asks, reads and answers."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import policies
from holders.selectors import holders
from kernel.errors import DomainError
from royalties.models import Question, Statement
from royalties.models.publishing import PUBLISHED
from royalties.permissions import (
    PORTAL_SEE,
    QUESTION_ANSWER,
    QUESTION_ASK,
    STATEMENT_ALL,
    STATEMENT_SEE,
)
from royalties.selectors import proofs

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import User


class ProofOfOthers(DomainError):
    """A statement's proof would show what others are paid."""

    code = "proof_of_others"
    status = 403


def visible(actor: "User") -> "QuerySet[Statement]":
    """Return the statements that ``actor`` may see.

    Who sees all sees drafts, too; a holder's people and programs see what is published. A statement
    that was granted opens as it is, but to creators only once it is published.
    """
    if policies.can(actor, STATEMENT_SEE) and policies.can(actor, STATEMENT_ALL):
        return Statement.objects.all()
    seen = Q(policies.granted(actor, STATEMENT_SEE, Statement))
    if actor.actor_kind == "client" or policies.can(actor, PORTAL_SEE):
        seen &= PUBLISHED
    if policies.can(actor, STATEMENT_SEE):
        seen |= Q(holder__in=holders.portal_of(actor.pk)) & PUBLISHED
    return Statement.objects.filter(seen)


def owns(actor: "User", statement: Statement, own: "Collection[UUID] | None" = None) -> bool:
    """Return whether a person reads a statement as its payee, not as the office.

    ``own`` are holders whose portal they are known to have; None: look for them.
    """
    if actor.actor_kind == "client" or policies.can(actor, STATEMENT_ALL):
        return False
    return statement.holder_id in (holders.portal_of(actor.pk) if own is None else own)


def may_prove(actor: "User", statement: Statement) -> bool:
    """Return whether ``actor`` may have the proof of a statement that they see: who sees all
    statements; others where its deals pay nobody but its holder."""
    return policies.can(actor, STATEMENT_ALL) or not proofs.others(statement)


def check_file(actor: "User", statement: Statement, kind: str) -> None:
    """Raise ProofOfOthers where ``actor`` may not have this kind of file of a statement."""
    if kind == "proof" and not may_prove(actor, statement):
        raise ProofOfOthers(
            f"The deals of statement {statement.number} pay others, too, and its proof would show "
            "their figures. Ask whoever sent you the statement to prove it."
        )


def askable(actor: "User", own: "Collection[UUID] | None" = None) -> "QuerySet[Statement]":
    """Return the statements that ``actor`` may ask about: published ones of their own holders.

    ``own`` are holders whose portal they are known to have; None: look for them.
    """
    if not policies.can(actor, QUESTION_ASK):
        return Statement.objects.none()
    own = holders.portal_of(actor.pk) if own is None else own
    return Statement.objects.filter(PUBLISHED, holder__in=own)


def own_questions(actor: "User", own: "Collection[UUID] | None" = None) -> "QuerySet[Question]":
    """Return the questions about statements that ``actor`` may ask about, whoever asked."""
    return Question.objects.filter(statement__in=askable(actor, own).values("pk"))


def questions_to_answer(actor: "User") -> "QuerySet[Question]":
    """Return the questions that ``actor`` may read and answer: those about what they see."""
    if not policies.can(actor, QUESTION_ANSWER):
        return Question.objects.none()
    if policies.can(actor, STATEMENT_SEE) and policies.can(actor, STATEMENT_ALL):
        return Question.objects.all()
    return Question.objects.filter(statement__in=visible(actor).values("pk"))
