"""Questions about jobs: which ones somebody sees, and how fast one goes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import longjobs, permissions
from accounts.models import User
from accounts.selectors import people
from foundation.models import Job, StoredFile
from kernel.ids import key_of


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a job goes: units a second, and the seconds left; None where it isn't known."""

    rate: int | None
    left: int | None


def visible(person: User, codes: Collection[str]) -> QuerySet[Job]:
    """Return the jobs that ``person``, who holds ``codes``, may see: their own, and those of kinds
    whose permission they hold; all of them with the permission for jobs.
    """
    if permissions.JOBS_SEE in codes:
        return Job.objects.all()
    kinds = [look.kind for look in longjobs.every() if look.permission in codes]
    return Job.objects.filter(Q(actor_id=person.pk) | Q(kind__in=kinds))


def finds(query: str) -> Q:
    """Return what holds for the jobs that somebody searches for: a job's id, or words that each
    stand in what it is called or in the name or address of who asked.
    """
    key = key_of(query)
    if key is not None:
        return Q(pk=key)
    found = Q()
    for word in query.split()[:8]:
        kinds = [look.kind for look in longjobs.every() if word.lower() in look.label.lower()]
        named = Q(name__icontains=word) | Q(email__icontains=word)
        asked = people.members().filter(named).values("pk")
        found &= Q(kind__in=kinds) | Q(kind__icontains=word) | Q(actor_id__in=asked)
    return found


def may_open(person: User, codes: Collection[str], job: Job) -> bool:
    """Return whether the files of a job are for this person: its owner, or its kind's people."""
    return job.actor_id == person.pk or longjobs.of(job.kind).permission in codes


def pace(job: Job, *, at: datetime) -> Pace:
    """Return how fast a running job goes, counted from its beginning."""
    if job.ended or job.started_at is None or not job.done:
        return Pace(None, None)
    passed = max(int((at - job.started_at).total_seconds()), 1)
    rate = job.done // passed
    if not job.total or job.total < job.done:
        return Pace(rate, None)
    return Pace(rate, (job.total - job.done) * passed // job.done)


def kept(files: Collection[UUID]) -> dict[UUID, StoredFile]:
    """Return those of the files that are still there."""
    return {each.pk: each for each in StoredFile.objects.filter(pk__in=files, destroyed_at=None)}


def stored(file: UUID) -> StoredFile | None:
    """Return a file's row, kept or destroyed."""
    return StoredFile.objects.filter(pk=file).first()
