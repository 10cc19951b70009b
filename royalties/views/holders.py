"""A holder's deals and statements."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from holders.views.base import HolderPage
from royalties import permissions, policies
from royalties.models import DealPayee

MOST = 200


class Deals(HolderPage):
    """The deals that name a holder as payee."""

    permission = permissions.DEAL_SEE
    tab = "holder_deals"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show them."""
        holder = self.holder(pk)
        rows = DealPayee.objects.filter(holder_id=pk).select_related("deal").order_by("deal__code")
        return self.show(request, "royalties/holder_deals.html", holder, {"rows": rows[:MOST]})


class Statements(HolderPage):
    """The statements of a holder, the newest first."""

    permission = permissions.STATEMENT_ALL
    tab = "holder_statements"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show them."""
        holder = self.holder(pk)
        rows = policies.visible(self.person).filter(holder_id=pk).order_by("-end_day", "currency")
        context = {"rows": rows.defer("content")[:MOST]}
        return self.show(request, "royalties/holder_statements.html", holder, context)
