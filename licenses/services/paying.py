"""Record that an instalment was paid."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from licenses.models import Instalment
from licenses.services.drafts import LicenseRefused

if TYPE_CHECKING:
    from audit.actors import Actor


@transaction.atomic
def paid(
    *, instalment_id: UUID, paid_on: date, reference: str, by: "Actor", at: datetime
) -> Instalment:
    """Record when an instalment came in, once. Raises LicenseRefused."""
    row = Instalment.objects.select_for_update(of=["self"]).select_related("license")
    found = row.filter(pk=instalment_id, superseded_at=None).first()
    if found is None:
        raise LicenseRefused("There is no such instalment any more. Load the page again.")
    if found.paid_on is not None:
        raise LicenseRefused(f"{found.label} is recorded as paid on {found.paid_on} already.")
    if paid_on > at.date():
        raise LicenseRefused(f"{paid_on} is still to come. Record it when the money is there.")
    found.paid_on, found.reference = paid_on, reference
    found.save(update_fields=["paid_on", "reference"])
    after = {"instalment": found.pk, "label": found.label, "paid_on": paid_on}
    events.record("licenses.instalment.paid", subject=found.license, actor=by, at=at, after=after)
    return found
