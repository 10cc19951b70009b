"""The pages of this app in the menu, on a work's page, in its timeline; and what waits."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts import needs, starts
from accounts.starts import Start
from catalog import tabs, timeline
from catalog.permissions import WORK_VIEW
from foundation.pages import navigation
from holders import tabs as holder_tabs
from rights.engine.layers import DEFAULT
from rights.permissions import CLAIM_EDIT, CLAIM_VIEW, CONFLICT_ASK
from rights.selectors import claims, conflicts, registry, standing

if TYPE_CHECKING:
    from accounts.models import User


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("works", "Works", WORK_VIEW, order=10))
    navigation.add(navigation.Item("avails", "Avails", CLAIM_VIEW, order=11))
    navigation.add(navigation.Item("conflicts", "Conflicts", CLAIM_VIEW, order=12))
    needs.add(
        needs.Queue(
            "Open conflicts between claims", CONFLICT_ASK, "conflicts", _conflicts,
            query="?state=open", order=35,
        )
    )  # fmt: skip
    starts.add(
        Start(
            "Register a work",
            CLAIM_EDIT,
            "work_new",
            "A film, a song, a recording, a book; then claim who owns what of it.",
            order=15,
        )
    )
    tabs.add(tabs.Tab("work_rights", "Rights", CLAIM_VIEW, order=10, says=_says))
    tabs.add(tabs.Tab("work_avails", "Avails", CLAIM_VIEW, order=12))
    holder_tabs.add(holder_tabs.Tab("holder_works", "Works", CLAIM_VIEW, order=10))
    timeline.add(timeline.Source("claims", CLAIM_VIEW, _bars, order=10))
    needs.add(
        needs.Queue(
            "Works with an unclaimed part",
            CLAIM_EDIT,
            "works",
            _open,
            query="?shares=open",
            order=40,
        )
    )


def _conflicts(person: "User", at: datetime) -> needs.Waiting:
    return needs.Waiting(conflicts.open_count())


def _open(person: "User", at: datetime) -> needs.Waiting:
    return needs.Waiting(standing.open_count(at.date()))


def _says(work_id: UUID) -> list[tabs.Saying]:
    found = standing.of_works([work_id], on=timezone.now().date()).get(work_id)
    if found is None:
        return [standing.NONE]
    told = f"{found.claims} claim{'' if found.claims == 1 else 's'} besides the registration"
    return [found.saying, tabs.Saying(told)]


def _bars(work_id: UUID) -> list[timeline.Bar]:
    return [
        timeline.Bar(
            "Claim",
            registry.right_name(one.rights),
            f"{registry.short(one.territory)}: "
            + ", ".join(f"{s.name} {s.percent} %" for s in one.shares),
            one.starts,
            one.last_day,
            reverse("work_rights", args=[work_id]) + "?days=all",
        )
        for one in claims.of_work(work_id, on=None)
        if one.source != DEFAULT
    ]
