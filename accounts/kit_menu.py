"""What every list, file and job needs, in the menus: jobs, and who hears of files."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse

from accounts import longjobs, needs, permissions, starts
from accounts.models import User
from accounts.services import exports, jobs, rowdeeds
from accounts.views import lists
from audit.actors import Actor
from foundation.models import Job
from foundation.models.keysets import among
from foundation.pages import downloads, navigation


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("jobs", "Jobs", permissions.JOBS_SEE, order=94))
    navigation.add(navigation.Item("jobs", "Jobs", place="person", order=40))
    navigation.add(navigation.Item("settings", "Settings", place="person", order=45))
    navigation.add(navigation.Item("help", "Help and keys", place="person", order=46))
    navigation.add(navigation.Item("views", "Saved views", place="person", order=41))
    needs.add(
        needs.Queue(
            "Jobs that failed today",
            permissions.JOBS_SEE,
            "jobs",
            _failed,
            query="?state=failed",
            order=90,
        )
    )
    starts.add(
        starts.Start(
            "Watch the jobs",
            permissions.JOBS_SEE,
            "jobs",
            "Everybody's long tasks: under way, done, failed.",
            order=75,
        )
    )
    longjobs.add(
        longjobs.Look(exports.KIND, "List as a file", files=_files, opens=lists.still_open)
    )
    rowdeeds.add(
        rowdeeds.RowDeed(
            jobs.CANCELLING, "Jobs cancelled", "jobs_cancel", one=_cancel, named=_jobs_named
        )
    )
    if exports.given not in downloads.told:
        downloads.told.append(exports.given)


def _files(job: Job) -> list[longjobs.ResultFile]:
    if not job.result:
        return []
    return [longjobs.ResultFile(UUID(job.result["file"]), job.result["name"])]


def _cancel(key: UUID, asked: Mapping[str, str], by: Actor, at: datetime) -> None:
    jobs.cancel(job_id=key, by=by, at=at)


def _jobs_named(keys: Sequence[UUID]) -> dict[UUID, rowdeeds.Named]:
    kinds = Job.objects.filter(pk__in=among(keys)).values_list("pk", "kind")
    return {
        pk: rowdeeds.Named(longjobs.of(kind).label, reverse("job", args=[pk])) for pk, kind in kinds
    }


def _failed(person: User, at: datetime) -> needs.Waiting:
    since = at - timedelta(days=1)
    failed = Job.objects.filter(state="failed", ended_at__gte=since).order_by("ended_at")
    oldest = failed.values_list("ended_at", flat=True).first()
    return needs.Waiting(failed.count() if oldest else 0, oldest)
