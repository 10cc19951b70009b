"""Which holder each payee of a deal's draft is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from holders.selectors import holders, search
from kernel.errors import DomainError
from royalties import permissions
from royalties.models import Deal
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
            return self.show(request, pk, problem=_met(request, deal, error), status=409)
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


def _met(request: HttpRequest, deal: Deal, error: DomainError) -> str:
    """Return who the payee was when the page was opened, is now, and was to be, in a sentence."""
    payee = request.POST.get("payee", "")
    now = deals.holders_of([deal.pk])[deal.pk].get(payee)
    names = {str(key): line.name for key, line in holders.lines(_ids(request, now)).items()}

    def name(key: object) -> str:
        return names.get(str(key), "nobody yet")

    was, mine = request.POST.get("was", ""), request.POST.get("holder", "")
    return (
        f"{error.detail} When you opened it, {payee} was {name(was)}; now it is {name(now)}; you "
        f"chose {name(mine)}. Choose again to put yours in place of theirs."
    )


def _ids(request: HttpRequest, now: UUID | None) -> list[UUID]:
    found = [now] if now else []
    for field in ("was", "holder"):
        try:
            found.append(UUID(request.POST.get(field, "")))
        except ValueError:
            continue
    return found
