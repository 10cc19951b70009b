"""Questions about changes that wait for approval, or have ended."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts import changes
from accounts.models import Approval, ChangeRequest, User
from accounts.selectors import access


def shown() -> QuerySet[ChangeRequest]:
    """Return all requests with their makers."""
    return ChangeRequest.objects.select_related("maker")


def shown_to(person: User, *, at: datetime) -> QuerySet[ChangeRequest]:
    """Return all requests; ``for_me`` says whether one waits for this person."""
    mine = waiting_for(person, at=at).filter(pk=OuterRef("pk"))
    return shown().annotate(for_me=Exists(mine))


def waiting_for(person: User, *, at: datetime) -> QuerySet[ChangeRequest]:
    """Return the requests that ``person`` may approve now and hasn't."""
    codes = access.codes_of(person.pk)
    kinds = [kind.code for kind in changes.every() if kind.approve in codes]
    mine = Approval.objects.filter(approver=person).values("request_id")
    return (
        ChangeRequest.objects.filter(
            state=ChangeRequest.State.PENDING, kind__in=kinds, expires_at__gt=at
        )
        .exclude(maker=person)
        .exclude(pk__in=mine)
    )


def open_on(kind: str, target_id: UUID, *, at: datetime) -> ChangeRequest | None:
    """Return the request of a kind that waits about a target; there is one at most."""
    waiting = shown().filter(kind=kind, target_id=target_id, state=ChangeRequest.State.PENDING)
    return waiting.filter(expires_at__gt=at).first()


def approvals_of(request: ChangeRequest) -> list[Approval]:
    """Return a request's approvals, oldest first."""
    return list(request.approvals.select_related("approver").order_by("at"))


def names_of(requests: Sequence[ChangeRequest]) -> dict[UUID, str]:
    """Return what each request is about, by the request's id; one question a kind."""
    found: dict[UUID, str] = {}
    for code in {request.kind for request in requests}:
        these = [request for request in requests if request.kind == code]
        names = changes.kind(code).names([request.target_id for request in these])
        found |= {request.pk: names.get(request.target_id, "") for request in these}
    return found
