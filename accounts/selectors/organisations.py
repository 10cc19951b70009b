"""Which organisation is meant."""

from uuid import UUID

from django.http import HttpRequest

from accounts.models import Organisation
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
    """Return the organisation that the signed-in person works for in this session, or None."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    chosen = request.session.get("org")
    return UUID(chosen) if chosen else None


def every() -> list[UUID]:
    """Return the ids of all organisations, oldest first: for work that visits each in turn."""
    return list(Organisation.objects.order_by("id").values_list("id", flat=True))
