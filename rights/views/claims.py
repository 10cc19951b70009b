"""Claim a right: write it, see what it would change, save it. End a claim or take it back."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from catalog.views.base import WorkPage
from kernel.errors import DomainError
from rights.forms import MORE, ClaimForm, EndForm, OwnersForm, WithdrawForm
from rights.permissions import CLAIM_EDIT
from rights.selectors import claims as known
from rights.selectors import registry
from rights.services import claims, overrides, preview

if TYPE_CHECKING:
    from catalog.models import Work

FIELDS = {
    "unknown_territory": "territory",
    "bad_territory_expression": "territory",
    "empty_territory": "territory",
    "claim_in_the_way": "territory",
    "nothing_left_of_claim": "territory",
    "unknown_right_type": "right_type",
    "bad_claim": "right_type",
    "invalid_value": "last_day",
}


class New(WorkPage):
    """A new claim to a right in a work."""

    permission = CLAIM_EDIT
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the form."""
        work = self.work(pk)
        return self.ask(request, work, ClaimForm(rights=registry.rights_of(pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what the claim would change; save it where just that was seen."""
        work, rights = self.work(pk), registry.rights_of(pk)
        form = ClaimForm(request.POST, rights=rights)
        if request.POST.get("deed") == "more":
            typed = request.POST.dict()
            wider = ClaimForm(initial=typed, rights=rights, rows=form.rows + MORE)
            return self.ask(request, work, wider)
        if not form.is_valid():
            return self.ask(request, work, form, status=422)
        told: dict[str, Any] = {"terms": form.terms, "actor": self.person, "at": timezone.now()}
        try:
            found = preview.of_claim(work_id=pk, **told)
            if request.POST.get("deed") != "save" or request.POST.get("mark") != str(found.mark):
                return self.ask(request, work, form, found=found)
            if found.overrides:
                return self.propose(request, pk, form)
            claims.claim(work_id=pk, reason=form.cleaned_data["reason"], **told)
        except DomainError as error:
            field = FIELDS.get(error.code)
            form.add_error(field, error.detail)
            return self.ask(request, work, form, status=422)
        messages.success(request, "The claim holds.")
        return redirect("work_rights", pk=pk)

    def propose(self, request: HttpRequest, pk: UUID, form: ClaimForm) -> HttpResponse:
        """Ask for an override, which somebody else approves."""
        asked = overrides.propose(
            work_id=pk,
            terms=form.terms,
            by=self.person,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, "The override waits for somebody else's approval.")
        return redirect("change", pk=asked.pk)

    def ask(
        self,
        request: HttpRequest,
        work: "Work",
        form: ClaimForm,
        *,
        found: preview.Preview | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Show the form, and what it would change where that is known."""
        context: dict[str, Any] = {"form": form, "found": found}
        if found:
            context["new"] = registry.by_right(found.new)
            context["gone"] = registry.by_right(found.gone)
            context["changed"] = request.POST.get("deed") == "save"
        return self.show(request, "rights/claim_new.html", work, context, status)


class One(WorkPage):
    """One claim to a work: end it, take it back; or put right who holds a default."""

    permission = CLAIM_EDIT
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID, claim: UUID) -> HttpResponse:
        """Show what can be done."""
        return self.ask(request, self.work(pk), claim, {})

    def post(self, request: HttpRequest, pk: UUID, claim: UUID) -> HttpResponse:
        """Do it."""
        work, deed = self.work(pk), request.POST.get("deed", "end")
        kinds: dict[str, type[forms.Form]] = {
            "end": EndForm,
            "withdraw": WithdrawForm,
            "owners": OwnersForm,
        }
        if deed == "more":
            rows = OwnersForm(request.POST).rows + MORE
            wider = OwnersForm(initial=request.POST.dict(), rows=rows)
            return self.ask(request, work, claim, {"owners": wider})
        if deed not in kinds:
            raise Http404
        form = kinds[deed](request.POST, prefix="withdraw" if deed == "withdraw" else None)
        if not form.is_valid():
            return self.ask(request, work, claim, {deed: form}, 422)
        told: dict[str, Any] = {
            "claim_id": self.pieces(work, claim)[0].claim,
            "actor": self.person,
            "at": timezone.now(),
            "reason": form.cleaned_data["reason"],
        }
        try:
            if isinstance(form, EndForm):
                until = form.cleaned_data["last_day"] + timedelta(days=1)
                claims.end(until=until, **told)
            elif isinstance(form, OwnersForm):
                parts, total = form.parts
                claims.correct_owner(shares=parts, parts_total=total, **told)
            else:
                claims.withdraw(**told)
        except DomainError as error:
            form.add_error("last_day" if deed == "end" else None, error.detail)
            return self.ask(request, work, claim, {deed: form}, 422)
        said = {"end": "The claim has its last day.", "withdraw": "The claim is taken back."}
        messages.success(request, said.get(deed, "The owner is put right."))
        return redirect("work_rights", pk=pk)

    def pieces(self, work: "Work", claim: UUID) -> list[known.ClaimFound]:
        """Return what the claim holds of the work; 404 where that is nothing."""
        found = [one for one in known.of_work(work.pk, on=None) if one.claim == claim]
        if not found:
            raise Http404
        return found

    def ask(
        self,
        request: HttpRequest,
        work: "Work",
        claim: UUID,
        sent: dict[str, forms.Form],
        status: int = 200,
    ) -> HttpResponse:
        """Show the claim and the forms, with the errors of the one that was sent."""
        rights = registry.by_right(self.pieces(work, claim))
        context = {
            "claim": claim,
            "rights": rights,
            "default": rights[0].pieces[0].default,
            "wrong": next(iter(sent.values()), None),
            "end": sent.get("end") or EndForm(),
            "withdraw": sent.get("withdraw") or WithdrawForm(prefix="withdraw"),
            "owners": sent.get("owners") or OwnersForm(),
        }
        return self.show(request, "rights/claim.html", work, context, status)
