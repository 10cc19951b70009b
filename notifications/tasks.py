"""Background work: digests."""

import structlog
from celery import shared_task
from django.utils import timezone

from accounts.selectors import organisations
from foundation.enters import Enters
from notifications.services import digests

log = structlog.get_logger(__name__)


@shared_task(enters=Enters.EACH)
def send_digests() -> None:
    """Send what is due in each organisation; one's trouble is its own."""
    for org_id in organisations.every():
        try:
            digests.send(org_id, at=timezone.now())
        except Exception:  # the next organisation's people get theirs
            log.exception("digests failed", org=str(org_id))
