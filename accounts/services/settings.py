"""How somebody wants numbers, days and shortcuts."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import people


@transaction.atomic
def choose(*, user: User, locale: str, zone: str, single_keys: bool, at: datetime) -> None:
    """Keep how a person wants numbers written, days counted, and whether "/" opens the search."""
    User.objects.filter(pk=user.pk).update(locale=locale, zone=zone, single_keys=single_keys)
    people.note(user=user, code="accounts.settings.changed", at=at)
