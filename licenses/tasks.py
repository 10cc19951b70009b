"""What workers do for licences."""

from zoneinfo import ZoneInfo

import structlog
from celery import shared_task
from django.utils import timezone

from accounts.selectors import organisations
from audit.actors import command
from foundation.enters import Enters
from foundation.tenancy import tenant_atomic
from licenses.services import keeping

log = structlog.get_logger(__name__)


@shared_task(enters=Enters.EACH)
def keep_licenses() -> None:
    """Renew what renews itself and tell what is due; one organisation's trouble is its own."""
    now = timezone.now()
    for org in organisations.named(organisations.every()):
        today = now.astimezone(ZoneInfo(org.zone)).date()
        try:
            with tenant_atomic(org.pk):
                keeping.catch_up(today=today, by=command("licenses"), at=now)
        except Exception:  # the next organisation's are kept
            log.exception("licences failed", org=str(org.pk))
