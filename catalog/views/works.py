"""One work: what is known of it, and how long what is about it lasts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog import timeline
from catalog.identifiers import KINDS
from catalog.models.credits import Role
from catalog.models.events import WorkEventKind
from catalog.selectors import hierarchy, history, shown, works
from catalog.views.base import WorkPage
from foundation.pages import surroundings


class One(WorkPage):
    """Everything known of a work besides its rights and money."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        work = self.work(pk)
        above = hierarchy.above(pk)
        titles = works.titles(above)
        context = {
            "above": [(one, titles[one]) for one in reversed(above) if one in titles],
            "identifiers": [(row, KINDS[row.kind]) for row in shown.identifiers_of(pk)],
            "credits": [(row, Role(row.role).label) for row in shown.credits_of(pk)],
            "dates": [(row, WorkEventKind(row.kind).label) for row in shown.dates_of(pk)],
            "below": shown.children_of(pk),
            "links": shown.links_of(pk),
            "kinds": dict(shown.KINDS),
        }
        return self.show(request, "catalog/work.html", work, context)


class Timeline(WorkPage):
    """Windows of claims and deals, as bars and as a table."""

    tab = "work_timeline"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        work, today = self.work(pk), timezone.now().date()
        told = timeline.bars(pk, surroundings.of(request).codes)
        first, end = timeline.span(told, today)
        context = {
            "bars": timeline.drawn(told, first, end),
            "years": timeline.years(first, end),
            "now_at": (today - first).days * timeline.WHOLE // (end - first).days,
        }
        return self.show(request, "catalog/timeline.html", work, context)


class Changelog(WorkPage):
    """What happened to a work: who, when, why."""

    tab = "work_changelog"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        work = self.work(pk)
        context = {"changes": history.of("catalog.work", pk)}
        return self.show(request, "catalog/changelog.html", work, context)
