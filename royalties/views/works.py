"""A work's deals and what was sold of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalog.views.base import WorkPage
from royalties import permissions
from royalties.selectors import covering, revenue


class Deals(WorkPage):
    """The deals that cover sales of a work."""

    permission = permissions.DEAL_SEE
    tab = "work_deals"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show them, those in force first."""
        work, today = self.work(pk), timezone.now().date()
        found = covering.of_work(pk)
        deals = sorted(found, key=lambda one: (not one.in_force(today), one.code, -one.version))
        context = {"deals": [(one, one.in_force(today)) for one in deals]}
        return self.show(request, "royalties/work_deals.html", work, context)


class Revenue(WorkPage):
    """What was sold of a work, by period and source."""

    permission = permissions.SALES_SEE
    tab = "work_revenue"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        work, rows = self.work(pk), revenue.of_work(pk)
        context = {"rows": rows, "totals": revenue.totals(rows)}
        return self.show(request, "royalties/work_revenue.html", work, context)
