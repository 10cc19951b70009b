"""What every list, file and job needs, in the menus: jobs, and who hears of files."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts import longjobs, needs, permissions, starts
from accounts.models import User
from accounts.services import exports
from accounts.views import lists
from foundation.models import Job
from foundation.pages import downloads, navigation


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("jobs", "Jobs", permissions.JOBS_SEE, order=94))
    navigation.add(navigation.Item("jobs", "Jobs", place="person", order=40))
    navigation.add(navigation.Item("settings", "Settings", place="person", order=45))
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
    if exports.given not in downloads.told:
        downloads.told.append(exports.given)


def _files(job: Job) -> list[longjobs.ResultFile]:
    if not job.result:
        return []
    return [longjobs.ResultFile(UUID(job.result["file"]), job.result["name"])]


def _failed(person: User, at: datetime) -> needs.Waiting:
    since = at - timedelta(days=1)
    failed = Job.objects.filter(state="failed", ended_at__gte=since).order_by("ended_at")
    oldest = failed.values_list("ended_at", flat=True).first()
    return needs.Waiting(failed.count() if oldest else 0, oldest)
