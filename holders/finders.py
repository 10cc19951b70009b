"""What this app finds: holders by code, IPI, ISNI and name."""

from typing import TYPE_CHECKING

from accounts import finders
from accounts.finders import Finder, Hit, address
from holders import permissions
from holders.selectors import search

if TYPE_CHECKING:
    from accounts.models import User


def _holders(person: "User", text: str) -> list[Hit]:
    found = [
        Hit(
            holder.name,
            address("holder", pk=holder.id),
            " · ".join(filter(None, (holder.code, holder.ipi and f"IPI {holder.ipi}"))),
            exact=holder.by == "number",
        )
        for holder in search.find(text, limit=8, only_active=False)
    ]
    return [hit for hit in found if hit.url]


finders.add(Finder("Holders", _holders, permissions.HOLDER_VIEW, order=15))
