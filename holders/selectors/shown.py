"""Holders and societies as pages show them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.selectors import people
from foundation.models.keysets import among
from holders.models import Holder, HolderUser, Society
from holders.models.holders import HolderKind
from holders.selectors import search, societies

MOST = 500
KINDS = list(HolderKind.choices)
RIGHTS = {"performance": "Performance", "mechanical": "Mechanical", "neighbouring": "Neighbouring"}


def holders() -> "QuerySet[Holder]":
    """Return all holders."""
    return Holder.objects.all()


def all_societies() -> "QuerySet[Society]":
    """Return all societies."""
    return Society.objects.all()


def finds(words: str) -> Q:
    """Return what holds for the holders that somebody searches for: number, name or likeness."""
    found = search.find(words, limit=MOST, only_active=False)
    return Q(pk__in=among(holder.id for holder in found))


def kind_name(kind: str) -> str:
    """Return a kind of holder in words."""
    return str(HolderKind(kind).label)


def societies_of(country: str, on: date) -> list[tuple[str, societies.SocietyFound]]:
    """Return the societies that act in a holder's country, by right in words."""
    if not country:
        return []
    found = ((label, societies.society_for(country, code, on=on)) for code, label in RIGHTS.items())
    return [(label, one) for label, one in found if one is not None]


@dataclass(frozen=True, slots=True)
class Access:
    """A person who may see, or saw, a holder's statements."""

    id: UUID
    user: UUID
    name: str
    starts: datetime
    ends: datetime | None
    given_by: str
    reason: str
    open: bool


def portal_users(holder_id: UUID, at: datetime) -> list[Access]:
    """Return who may see a holder's statements and who might before, the newest first."""
    rows = list(HolderUser.objects.filter(holder_id=holder_id).order_by("-starts", "-id")[:200])
    names = people.names_of(one for row in rows for one in (row.user_id, row.granted_by))
    return [
        Access(
            row.pk,
            row.user_id,
            names.get(row.user_id, ""),
            row.starts,
            row.ends,
            names.get(row.granted_by, "the product"),
            row.reason,
            row.starts <= at and (row.ends is None or at < row.ends),
        )
        for row in rows
    ]


def access(pk: UUID) -> HolderUser | None:
    """Return one portal access, None where there is none."""
    return HolderUser.objects.filter(pk=pk).first()
