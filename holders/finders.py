"""What this app finds: holders by code, IPI, ISNI and name; societies by name and code."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from holders import permissions
from holders.selectors import search, shown

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


def _societies(person: "User", text: str) -> list[Hit]:
    about = Q(short_name__icontains=text) | Q(name__icontains=text) | Q(code__iexact=text)
    return [
        Hit(row.short_name, f"{address('societies')}?{urlencode({'q': row.short_name})}", row.name)
        for row in shown.all_societies().filter(about).order_by("short_name")[:8]
    ]


finders.add(Finder("Holders", _holders, permissions.HOLDER_VIEW, order=15))
finders.add(Finder("Societies", _societies, permissions.HOLDER_VIEW, order=52))
