"""Found an organisation."""

from datetime import datetime
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Organisation
from audit.actors import Actor
from audit.services import events
from foundation.tenancy import tenant_atomic
from kernel.currencies import minor_units
from kernel.errors import DomainError


class OrganisationRefused(DomainError):
    """An organisation that can't be founded as wanted; says why."""

    code = "organisation_refused"


@transaction.atomic
def found(
    *, slug: str, name: str, currency: str, zone: str, by: Actor, at: datetime
) -> Organisation:
    """Found an organisation with nobody in it yet. Raises OrganisationRefused, InvalidValue."""
    minor_units(currency)
    if zone not in available_timezones():
        raise OrganisationRefused(f"There is no time zone {zone!r}. Write one like Europe/Zurich.")
    org = Organisation(slug=slug, name=name, currency=currency, zone=zone)
    try:
        org.full_clean()
    except ValidationError as error:
        raise OrganisationRefused(" ".join(error.messages)) from error
    org.save(force_insert=True)
    with tenant_atomic(org.id):
        events.record("accounts.organisation.founded", subject=org, actor=by, at=at)
    return org
