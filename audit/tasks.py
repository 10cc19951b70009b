"""Background work of the trail; each visits every organisation, and one's trouble is its own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from audit.selectors import chain
from audit.services import checkpoints, checks, deliveries, sealing
from foundation import jobs
from foundation.enters import Enters
from foundation.keys.signing import signing_keys

log = structlog.get_logger(__name__)


def _each(deed: Callable[[UUID], object]) -> None:
    for org_id in import_string(settings.TENANTS)():
        try:
            deed(org_id)
        except Exception:  # the next organisation's trail goes on
            log.exception("audit work failed", org=str(org_id))


@shared_task(enters=Enters.EACH)
def seal_events() -> None:
    """Seal the events of the last seconds; a refused lock means that another worker does."""
    _each(sealing.seal)


@shared_task(enters=Enters.EACH)
def sign_checkpoints() -> None:
    """Sign each chain that has grown."""
    _each(lambda org_id: checkpoints.checkpoint(org_id, at=timezone.now()))


@shared_task(enters=Enters.EACH)
def drain_deliveries() -> None:
    """Tell the subscribers."""
    _each(deliveries.drain)


@jobs.kind(checks.VERIFY, lease_seconds=600)
def verify(context: jobs.JobContext) -> dict[str, Any]:
    """Check one organisation's chain against what was signed; the report is the job's result."""
    place, keys, now = checkpoints.second_place(), signing_keys().public(), timezone.now()
    with context.transaction():
        report = chain.check(context.org_id, place, keys, now)
    return report | {"checked_at": now.isoformat()}
