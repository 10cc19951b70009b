"""Which organisation is meant."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest

from accounts import sessions
from accounts.models import Organisation
from accounts.selectors import clients, standing
from kernel.errors import DomainError


class UnknownOrganisation(DomainError):
    """No organisation has this slug."""

    code = "unknown_organisation"
    status = 404


def by_slug(slug: str) -> Organisation:
    """Return the organisation ``slug``; raise UnknownOrganisation."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise UnknownOrganisation(f"There is no organisation {slug!r}. Check the slug.", org=slug)
    return found


def of_request(request: HttpRequest) -> UUID | None:
    """Return the organisation that the caller works for in this session, or None.

    A person with one organisation works for it; with several, for the one they chose. A role that
    has ended (or a person disabled) counts from the very next request. A client of the API works
    for the one it is bound to.
    """
    if clients.has_bearer(request):
        token = clients.token_of(request)
        return token.org_id if token else None
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    stands: standing.Standing | None = getattr(user, "standing", None)
    if stands is not None and stands.org_id is not None:
        return stands.org_id
    theirs = standing.organisations_of(user.pk)
    if len(theirs) != 1:
        return None
    request.session[sessions.ORGANISATION] = str(theirs[0])
    return theirs[0]


def named(ids: Sequence[UUID]) -> list[Organisation]:
    """Return these organisations by name."""
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


def every() -> list[UUID]:
    """Return the ids of all organisations, oldest first: for work that visits each in turn."""
    return list(Organisation.objects.order_by("id").values_list("id", flat=True))
