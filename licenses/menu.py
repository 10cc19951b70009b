"""The pages of this app in the menu and on a work's page."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from accounts import starts
from accounts.starts import Start
from catalog import tabs, timeline
from foundation.pages import navigation
from licenses.permissions import LICENSE_SEE
from licenses.selectors import pages


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("licenses", "Licences", LICENSE_SEE, order=22))
    starts.add(
        Start(
            "See what licences end",
            LICENSE_SEE,
            "license_calendar",
            "Ends, options and instalments of the months to come.",
            order=40,
        )
    )
    tabs.add(tabs.Tab("work_licenses", "Licences", LICENSE_SEE, order=15, says=_says))
    timeline.add(timeline.Source("licenses", LICENSE_SEE, _bars, order=15))


def _says(work_id: UUID) -> list[tabs.Saying]:
    found = pages.of_work(work_id, timezone.now().date())
    count = sum(row.status == "active" for row in found)
    return [tabs.Saying(f"{count} licence{'' if count == 1 else 's'} in force")]


def _bars(work_id: UUID) -> list[timeline.Bar]:
    return [
        timeline.Bar(
            "Licence",
            row.code,
            f"{row.party}, {row.status}",
            row.begins,
            row.last_day,
            reverse("license", args=[row.pk]),
        )
        for row in pages.of_work(work_id, timezone.now().date())
        if row.in_force
    ]
