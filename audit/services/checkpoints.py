"""Checkpoints: sign how long each chain is, here and in a second place."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from audit.engine.checkpoints import Mark
from audit.engine.second_place import SecondPlace
from audit.models import Checkpoint, Event
from audit.services.sealing import try_lock
from foundation.keys.signing import signing_keys
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError


class CheckpointsDiverge(DomainError):
    """The second place knows more checkpoints than the database: someone cut the trail."""

    code = "checkpoints_diverge"
    status = 500


def second_place() -> SecondPlace:
    """Return the second place of this installation."""
    return SecondPlace(settings.CHECKPOINT_DIR)


def checkpoint(org_id: UUID, *, at: datetime) -> Checkpoint | None:
    """Sign the chain of one organisation, when it has grown, and bring it to the second place.

    Returns the new checkpoint, or None when nothing is new or another worker is at it. What the
    second place lacks, for whatever reason, is brought there too. Raises CheckpointsDiverge.
    """
    with tenant_atomic(org_id):
        if not try_lock("audit.checkpoint", org_id):
            return None
        last = Checkpoint.objects.order_by("-number").first()
        there = second_place().count(org_id)
        if there > (last.number if last else 0):
            raise CheckpointsDiverge(
                f"The second place holds {there} checkpoints of {org_id}, the database "
                f"{last.number if last else 0}. Nothing more is signed. Run verify_audit.",
                org=str(org_id),
            )
        _bring(org_id, there)  # first: while the second place can't be written, nothing is signed
        made = _sign(org_id, last, at)
    with tenant_atomic(org_id):
        _bring(org_id, there)
    return made


def _bring(org_id: UUID, there: int) -> None:
    """Append the checkpoints after number ``there`` to the second place."""
    missing = Checkpoint.objects.filter(number__gt=there).order_by("number")
    documents = [row.document() for row in missing]
    if documents:
        second_place().add(org_id, documents)


def _sign(org_id: UUID, last: Checkpoint | None, at: datetime) -> Checkpoint | None:
    size, head = Event.objects.head()
    if size == (last.size if last else 0):
        return None
    mark = Mark(org_id, last.number + 1 if last else 1, size, head, at)
    signature = bytes.fromhex(mark.sign(signing_keys().current())["signature"])
    made = Checkpoint(number=mark.number, size=size, head=head, at=at, signature=signature)
    made.save(force_insert=True)
    return made
