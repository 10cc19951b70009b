"""Jobs and files of lists. The job asked about is the analyst's."""

from accounts.models import User
from accounts.services import jobs, rowdeeds
from foundation.models import Job
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("jobs", "GET",                          IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 200,  IN),
    ("job", "GET",                           IN, 404, 200, 200, 404, 404, 200,  IN, ORG, 404,  IN),
    ("job_cancel", "POST",                   IN, 404,  ON,  ON, 404, 404,  ON,  IN, ORG, 404,  IN),
    ("job_rows", "GET",                      IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("jobs_cancel", "POST",                  IN, 409,  ON,  ON, 409, 409,  ON,  IN, ORG, 409,  IN),
    ("job_file", "GET",                      IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("exports", "POST",                      IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 409,  IN),
]
# fmt: on


def job(world: World) -> Job:
    """Return a job that waits."""
    if "job" not in world.made:
        at = factories.LONG_AGO
        world.made["job"] = Job.objects.create(
            kind="accounts.list_export",
            actor_id=world.people["financial_analyst"].pk,
            actor_kind=User.actor_kind,
            run_after=at,
            created_at=at,
            updated_at=at,
        )
    return world.made["job"]


def row_job(world: World) -> Job:
    """Return the analyst's job that cancels another, row by row."""
    if "row_job" not in world.made:
        world.made["row_job"] = rowdeeds.ask(
            kind=jobs.CANCELLING,
            keys=[job(world).pk],
            asked={},
            by=world.people["financial_analyst"],
            at=factories.LONG_AGO,
        )
    return world.made["row_job"]


def all_changes(world: World) -> dict[str, str]:
    """Return what the list of change requests sends for all it shows: one, made here."""
    from tests.access_matrix import change

    change(world)
    return {"list": "/changes/", "everything": "1", "expected": "1"}


ARGUMENTS: Arguments = {
    "job": lambda world: {"pk": job(world).pk},
    "job_rows": lambda world: {"pk": row_job(world).pk},
    "job_cancel": lambda world: {"pk": job(world).pk},
    "job_file": lambda world: {"pk": job(world).pk, "file": world.org.id},
}
SENT: Sent = {
    ("exports", "POST"): all_changes,
    ("jobs_cancel", "POST"): lambda world: {"list": "/jobs/", "row": job(world).pk, "sure": "1"},
}
