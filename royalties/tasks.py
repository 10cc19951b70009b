"""What workers do for royalties."""

from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from accounts.selectors import organisations
from foundation.enters import Enters
from foundation.jobs import JobContext, kind
from royalties.services import documents, effects, publishing, rematching, runs, whatif

log = structlog.get_logger(__name__)


@kind(runs.KIND, lease_seconds=300)
def calculate_run(context: JobContext) -> dict[str, Any]:
    """Calculate a run, deal by deal."""
    return runs.calculate(context)


@kind(documents.KIND, lease_seconds=300, attempts=3)
def make_document(context: JobContext) -> dict[str, Any]:
    """Write a statement's file."""
    return documents.make(context, at=timezone.now())


@kind(rematching.KIND, lease_seconds=300)
def match_again(context: JobContext) -> dict[str, Any]:
    """Look once more for the works of everything that waits."""
    return rematching.do(context, at=timezone.now())


@kind(whatif.KIND, lease_seconds=600, attempts=2)
def what_if(context: JobContext) -> dict[str, Any]:
    """Hold a deal's draft against the version in force, on the last period's sales."""
    return whatif.work(context, at=timezone.now())


@kind(effects.KIND, lease_seconds=600, attempts=2)
def money_effect(context: JobContext) -> dict[str, Any]:
    """Calculate an amendment's money effect on every posted period and the next."""
    return effects.work(context, at=timezone.now())


@shared_task(enters=Enters.EACH)
def publish_due() -> int:
    """Publish what is due in each organisation; return how many. One's trouble is its own."""
    count = 0
    for org_id in organisations.every():
        try:
            count += publishing.publish_due(org_id, at=timezone.now())
        except Exception:  # the next organisation's payees get theirs
            log.exception("publishing failed", org=str(org_id))
    return count
