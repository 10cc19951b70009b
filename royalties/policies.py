"""Which statements somebody sees: all by role, or those of the holders whose portal they have; and
single ones that they, or a team of theirs, were granted. Drafts are the office's alone. And whose
questions about statements somebody asks, reads and answers."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import policies
from holders.selectors import holders
from royalties.models import Question, Statement
from royalties.models.publishing import PUBLISHED
from royalties.permissions import (
    PORTAL_SEE,
    QUESTION_ANSWER,
    QUESTION_ASK,
    STATEMENT_ALL,
    STATEMENT_SEE,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import User


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
