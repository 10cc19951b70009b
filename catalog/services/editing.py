"""Revise what a work is called and where it stands, unless somebody else did meanwhile."""

import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from audit.services import events
from catalog.models import Work
from catalog.services import hierarchy, works
from catalog.titles import title_key
from kernel.errors import DomainError

if TYPE_CHECKING:
    from audit.actors import Actor

_OWN = ("title", "subtitle", "version", "duration_seconds")


class WorkChanged(DomainError):
    """Somebody else changed the work since it was looked at."""

    code = "work_changed"


@dataclass(frozen=True, slots=True)
class Details:
    """What can be revised of a work. Its kind and code stay: claims and deals hang on them."""

    title: str
    subtitle: str = ""
    version: str = ""
    duration_seconds: int | None = None
    parent_id: UUID | None = None
    number: int | None = None

    @property
    def mark(self) -> int:
        """A number that is another one when anything of it is."""
        return zlib.crc32(repr(self).encode()) % 1_000_000_000

    def of(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return some of it by name."""
        return {name: value for name, value in asdict(self).items() if name in names}


def details_of(work: Work) -> Details:
    """Return a work's details as they stand."""
    return Details(
        title=work.title,
        subtitle=work.subtitle,
        version=work.version,
        duration_seconds=work.duration_seconds,
        parent_id=work.parent_id,
        number=work.number,
    )


@transaction.atomic
def revise(
    *, work_id: UUID, wanted: Details, seen: int, actor: "Actor", at: datetime, reason: str = ""
) -> Work:
    """Give a work these details; ``seen`` is the mark of those that were looked at.

    Raises WorkChanged, BadWork or UnknownWork. Nothing is recorded where nothing changes.
    """
    work = works.locked(work_id)
    now = details_of(work)
    if now.mark != seen:
        raise WorkChanged(f"{work.title} was changed meanwhile. Look at both versions.")
    title = " ".join(wanted.title.split())
    if not title or len(title) > 500:
        raise works.BadWork("A work needs a title of up to 500 characters.")
    before, after = now.of(_OWN), {**wanted.of(_OWN), "title": title}
    if before != after:
        for name, value in after.items():
            setattr(work, name, value)
        work.title_key = title_key(title)
        work.save(update_fields=[*_OWN, "title_key"])
        changed = [name for name in _OWN if before[name] != after[name]]
        events.record(
            "catalog.work.revised",
            subject=work,
            actor=actor,
            at=at,
            reason=reason,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    if (now.parent_id, now.number) != (wanted.parent_id, wanted.number):
        work = hierarchy.move(
            work_id=work_id,
            parent_id=wanted.parent_id,
            number=wanted.number,
            actor=actor,
            at=at,
            reason=reason,
        )
    return work
