"""What workers do for imports, and for webhooks."""

from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from foundation import jobs
from foundation.enters import Enters
from integrations.services import import_jobs, tables, uploads, webhook_sending
from integrations.services.imports import COMMIT, VALIDATE

log = structlog.get_logger(__name__)


@jobs.kind(VALIDATE, lease_seconds=60)
def check_rows(ctx: jobs.JobContext) -> dict[str, Any]:
    """Read and check every row of an import."""
    return import_jobs.check_rows(ctx)


@jobs.kind(COMMIT, lease_seconds=300)
def take_rows(ctx: jobs.JobContext) -> dict[str, Any]:
    """Hand an import's accepted rows on."""
    return import_jobs.take_rows(ctx)


@jobs.kind(tables.CHECK, lease_seconds=300)
def check_table(ctx: jobs.JobContext) -> dict[str, Any]:
    """Compare every row of a table with what is there."""
    return tables.check_rows(ctx)


@jobs.kind(tables.TAKE, lease_seconds=300)
def take_table(ctx: jobs.JobContext) -> dict[str, Any]:
    """Make and change what a table's check found."""
    return tables.take_rows(ctx)


@shared_task(enters=Enters.EACH)
def forget_uploads() -> int:
    """Give up, in every organisation, what was left alone for two days; return how many."""
    now = timezone.now()
    return sum(uploads.forget(org_id, at=now) for org_id in import_string(settings.TENANTS)())


@shared_task(enters=Enters.EACH)
def send_webhooks() -> None:
    """Tell other systems; one organisation's trouble is its own."""
    for org_id in import_string(settings.TENANTS)():
        try:
            webhook_sending.send_due(org_id)
        except Exception:  # the next organisation's are sent
            log.exception("webhooks failed", org=str(org_id))
