"""Whom a page is shown to."""

from django.http import HttpRequest

from accounts.models import Organisation, User
from accounts.selectors import access
from foundation.pages.surroundings import NOBODY, Surroundings
from foundation.tenancy import current_org


def of_request(request: HttpRequest) -> Surroundings:
    """Return who sent ``request``, with what they may do in the open organisation."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return NOBODY
    org_id = current_org()
    if org_id is None:
        return Surroundings(person=str(user), locale=user.locale, zone=user.zone)
    name = Organisation.objects.filter(pk=org_id).values_list("name", flat=True).first()
    return Surroundings(
        person=str(user),
        organisation=name or "",
        codes=access.codes_of(user.pk),
        locale=user.locale,
        zone=user.zone,
    )
