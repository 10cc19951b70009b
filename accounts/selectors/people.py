"""Questions about people."""

from uuid import UUID

from accounts.models import User
from kernel.errors import DomainError


class NoPerson(DomainError):
    """Nobody active has this e-mail address."""

    code = "no_person"
    status = 404


def by_email(email: str) -> User:
    """Return the active person with this address, in any case; raise NoPerson."""
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        raise NoPerson(f"Nobody active has the address {email!r}. Invite them first.", email=email)
    return found


def name_of(actor_id: UUID) -> str:
    """Return a person's name, or address without one; empty where no person has this id."""
    found = User.objects.filter(pk=actor_id).first()
    return str(found) if found else ""
