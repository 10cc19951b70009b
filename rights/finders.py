"""What this app finds: claims and conflicts by id, by their work, by where a claim comes from."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from accounts.policies import scope
from catalog.selectors import search, works
from foundation.models.keysets import among
from kernel.ids import key_of
from rights.models import Claim, Conflict
from rights.permissions import CLAIM_VIEW
from rights.selectors import conflicts, registry

if TYPE_CHECKING:
    from accounts.models import User

WORKS = 20


def _works(text: str) -> list[UUID]:
    return [work.id for work in search.find(text, limit=WORKS)]


def _claims(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(origin=key) if key else Q(source_ref__istartswith=text)
    rows = scope(person, CLAIM_VIEW, Claim.objects.known_at().filter(about))
    found = {row.origin: row for row in rows.order_by("origin", "pk")[:64]}
    titles = works.titles(list({row.work_id for row in found.values()}))
    return [
        Hit(
            f"{registry.right_name(row.written)} of {titles[row.work_id]}",
            address("claim", pk=row.work_id, claim=origin),
            " · ".join(
                filter(None, (row.territory, row.source_ref, str(row.get_source_display())))
            ),
            exact=origin == key,
        )
        for origin, row in list(found.items())[:8]
    ]


def _conflicts(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(origin=key) if key else Q(work__in=among(_works(text)))
    rows = scope(person, CLAIM_VIEW, Conflict.objects.known_at().filter(about))
    return [
        Hit(
            f"Conflict about {one.title}",
            address("conflict", pk=one.conflict),
            one.state,
            exact=one.conflict == key,
        )
        for one in conflicts.told(rows.order_by("-flagged_at", "pk")[:8])
    ]


finders.add(Finder("Claims", _claims, CLAIM_VIEW, order=12))
finders.add(Finder("Conflicts", _conflicts, CLAIM_VIEW, order=14))
