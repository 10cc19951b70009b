"""Which holder each payee of a deal's draft is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from holders.selectors import holders, search
from kernel.errors import DomainError
from royalties import permissions
from royalties.selectors import deals
from royalties.services import drafts
from royalties.views.deals import DealPage


class Payees(DealPage):
    """Each payee with its holder; one is looked for by name, code or number."""

    permission = seen_with = permissions.DEAL_ENTER

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show them, and who was found for the payee asked about."""
        return self.show(request, pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep who a payee is."""
        deal = self.deal(pk)
        payee = request.POST.get("payee", "")
        try:
            holder = drafts.reference(UUID(request.POST.get("holder", "")))
        except ValueError:
            holder = None
        if holder is None:
            return self.show(request, pk, problem="This holder isn't there.", status=422)
        try:
            drafts.name_payee(
                deal=deal,
                payee=payee,
                holder=holder,
                seen=request.POST.get("seen", ""),
                by=self.person,
                at=timezone.now(),
            )
        except drafts.DraftChanged as error:
            problem = f"{error.detail} It is shown as it is now; choose again."
            return self.show(request, pk, problem=problem, status=409)
        except DomainError as error:
            return self.show(request, pk, problem=error.detail, status=422)
        messages.success(request, f"{payee} is settled.")
        return redirect("deal_payees", pk=pk)

    def show(
        self, request: HttpRequest, pk: UUID, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        """Show the payees, with why something wasn't done."""
        deal = self.deal(pk)
        draft = deal.versions.filter(signed_at=None).first()
        asked = request.POST.get("payee") or request.GET.get("payee", "")
        query = (request.POST.get("q") or request.GET.get("q", ""))[:200]
        rows = []
        if draft is not None:
            held = deals.holders_of([deal.pk])[deal.pk]
            lines = holders.lines(held.values())
            for name, body in draft.document["payees"].items():
                rows.append((name, body.get("name", ""), lines.get(held[name])))
        context = {
            "deal": deal,
            "draft": draft,
            "seen": drafts.stamp(draft),
            "rows": rows,
            "asked": asked,
            "query": query,
            "found": search.find(query, limit=10) if query.strip() else [],
            "problem": problem,
        }
        return render(request, "royalties/deal_payees.html", context, status=status)
