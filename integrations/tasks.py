"""The jobs that workers do for imports."""

from typing import Any

from foundation import jobs
from integrations.services import import_jobs
from integrations.services.imports import COMMIT, VALIDATE


@jobs.kind(VALIDATE, lease_seconds=60)
def check_rows(ctx: jobs.JobContext) -> dict[str, Any]:
    """Read and check every row of an import."""
    return import_jobs.check_rows(ctx)


@jobs.kind(COMMIT, lease_seconds=300)
def take_rows(ctx: jobs.JobContext) -> dict[str, Any]:
    """Hand an import's accepted rows on."""
    return import_jobs.take_rows(ctx)
