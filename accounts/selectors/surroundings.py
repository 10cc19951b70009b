"""Whom a page is shown to."""

from contextlib import nullcontext
from uuid import UUID

from django.http import HttpRequest

from accounts.models import Organisation, User
from accounts.selectors import access, organisations, standing
from foundation.pages.surroundings import NOBODY, Surroundings
from foundation.tenancy import current_org, tenant_atomic


def of_request(request: HttpRequest) -> Surroundings:
    """Return who sent ``request``, with what they may do in the open organisation."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return NOBODY
    org_id = current_org() or organisations.of_request(request)
    if org_id is None:
        return Surroundings(person=str(user), locale=user.locale, zone=user.zone)
    # Pages outside the organisation's transaction have menus, too.
    with nullcontext() if current_org() == org_id else tenant_atomic(org_id):
        return Surroundings(
            person=str(user),
            organisation=_name(user, org_id),
            codes=access.codes_of(user.pk),
            single_keys=user.single_keys,
            saved=access.holding(user.pk).saved,
            locale=user.locale,
            zone=user.zone,
        )


def _name(user: User, org_id: UUID) -> str:
    """Return the organisation's name: mostly it came with the person's standing."""
    stands: standing.Standing | None = getattr(user, "standing", None)
    if stands is not None and stands.org_id == org_id:
        return stands.organisation
    return Organisation.objects.values_list("name", flat=True).get(pk=org_id)
