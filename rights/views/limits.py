"""What limits a work's rights: restrictions that are told, changed and lifted; holds."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from catalog.views.base import WorkPage
from kernel.errors import DomainError
from rights.limit_forms import HoldForm, ReasonForm, RestrictionForm, opened
from rights.permissions import CLAIM_EDIT, CLAIM_VIEW
from rights.selectors import limits as known
from rights.selectors import registry
from rights.services import holds, limits
from rights.views.previewed import refused

if TYPE_CHECKING:
    from catalog.models import Work


class NewLimit(WorkPage):
    """A page that adds a restriction or a hold."""

    permission = CLAIM_EDIT
    tab = "work_rights"
    words: ClassVar[tuple[str, str, str]]
    done: ClassVar[str]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the form."""
        work = self.work(pk)
        return self.ask(request, work, self.form(work))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Add it."""
        work = self.work(pk)
        form = self.form(work, request.POST)
        if form.is_valid():
            try:
                self.add(work, form)
            except DomainError as error:
                refused(form, error)
            else:
                messages.success(request, self.done)
                return redirect("work_rights", pk=pk)
        return self.ask(request, work, form, 422)

    def form(self, work: "Work", data: Any = None) -> Any:
        """Return the form."""
        raise NotImplementedError

    def add(self, work: "Work", form: Any) -> None:
        """Add what was filled in."""
        raise NotImplementedError

    def ask(
        self, request: HttpRequest, work: "Work", form: forms.Form, status: int = 200
    ) -> HttpResponse:
        """Show the page."""
        heading, lead, save = self.words
        context = {
            "form": form, "heading": heading, "lead": lead, "save": save, "action": request.path,
        }  # fmt: skip
        return self.show(request, "rights/limit_new.html", work, context, status)


class NewRestriction(NewLimit):
    """A new restriction."""

    words = (
        "Restrict a right",
        "Where something isn't allowed whoever holds the right, or within what one claim holds. "
        "Explicit content blocks nothing by itself: each territory's own rules decide.",
        "Save the restriction",
    )
    done = "The restriction holds."

    def form(self, work: "Work", data: Any = None) -> RestrictionForm:
        """Return the form with the rights and claims that the work has."""
        return RestrictionForm(
            data, rights=registry.rights_of(work.pk), claims=known.claims_of(work.pk), fresh=True
        )

    def add(self, work: "Work", form: RestrictionForm) -> None:
        """Restrict it."""
        limits.restrict(work_id=work.pk, actor=self.person, at=timezone.now(), **form.told)


class NewHold(NewLimit):
    """A new hold."""

    words = (
        "Hold the work",
        "Nobody may use what is held until the hold is released, whatever was granted.",
        "Hold it",
    )
    done = "The work is held."

    def form(self, work: "Work", data: Any = None) -> HoldForm:
        """Return the form with the rights that the work has."""
        return HoldForm(data, rights=registry.rights_of(work.pk))

    def add(self, work: "Work", form: HoldForm) -> None:
        """Hold it."""
        told = form.cleaned_data
        holds.by_hand(
            work_id=work.pk,
            kind=told["kind"],
            reason=told["reason"],
            by=self.person,
            at=timezone.now(),
            **form.ground,
        )


class One(WorkPage):
    """One restriction: what it says; change it, or lift it."""

    permission: ClassVar = {"GET": CLAIM_VIEW, "POST": CLAIM_EDIT}
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID, limit: UUID) -> HttpResponse:
        """Show it."""
        work, found = self.work(pk), self.found(pk, limit)
        return self.ask(request, work, found, self.form(work, found), ReasonForm(prefix="lift"))

    def post(self, request: HttpRequest, pk: UUID, limit: UUID) -> HttpResponse:
        """Change it, or lift it."""
        work, found = self.work(pk), self.found(pk, limit)
        lift = request.POST.get("deed") == "lift"
        change = self.form(work, found, None if lift else request.POST)
        lifted = ReasonForm(request.POST if lift else None, prefix="lift")
        sent: forms.Form = lifted if lift else change
        if sent.is_valid():
            who: dict[str, Any] = {
                "actor": self.person, "at": timezone.now(), "reason": sent.cleaned_data["reason"],
            }  # fmt: skip
            try:
                if lift:
                    limits.unrestrict(restriction_id=limit, **who)
                else:
                    limits.restrict(work_id=pk, replaces=limit, **change.told, **who)
            except DomainError as error:
                refused(sent, error)
            else:
                said = "The restriction is lifted." if lift else "The restriction is changed."
                messages.success(request, said)
                return redirect("work_rights", pk=pk)
        return self.ask(request, work, found, change, lifted, 422)

    def found(self, pk: UUID, limit: UUID) -> known.Limit:
        """Return the restriction of the work, or 404."""
        found = known.restriction(pk, limit)
        if found is None:
            raise Http404
        return found

    def form(self, work: "Work", found: known.Limit, data: Any = None) -> RestrictionForm:
        """Return the form that changes it."""
        return RestrictionForm(
            data,
            initial=opened(found),
            rights=registry.rights_of(work.pk),
            claims=known.claims_of(work.pk),
            fresh=False,
        )

    def ask(
        self,
        request: HttpRequest,
        work: "Work",
        found: known.Limit,
        change: RestrictionForm,
        lift: ReasonForm,
        status: int = 200,
    ) -> HttpResponse:
        """Show the page."""
        context = {
            "limit": found,
            "claims": known.claim_words(work.pk, [found.claim]),
            "change": change,
            "lift": lift,
            "wrong": lift if lift.is_bound else change,
        }
        return self.show(request, "rights/restriction.html", work, context, status)


class Hold(WorkPage):
    """One hold: why it is there; release it."""

    permission: ClassVar = {"GET": CLAIM_VIEW, "POST": CLAIM_EDIT}
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID, limit: UUID) -> HttpResponse:
        """Show it."""
        return self.ask(request, self.work(pk), self.found(pk, limit), ReasonForm())

    def post(self, request: HttpRequest, pk: UUID, limit: UUID) -> HttpResponse:
        """Release one that was placed by hand; the others end with what is behind them."""
        work, found, form = self.work(pk), self.found(pk, limit), ReasonForm(request.POST)
        if not found.by_hand:
            raise Http404
        if form.is_valid():
            reason, now = form.cleaned_data["reason"], timezone.now()
            try:
                holds.release(hold_id=limit, reason=reason, actor=self.person, at=now)
            except DomainError as error:
                refused(form, error)
            else:
                messages.success(request, "The hold is released.")
                return redirect("work_rights", pk=pk)
        return self.ask(request, work, found, form, 422)

    def found(self, pk: UUID, limit: UUID) -> known.Limit:
        """Return the hold of the work, or 404."""
        found = known.hold(pk, limit)
        if found is None:
            raise Http404
        return found

    def ask(
        self,
        request: HttpRequest,
        work: "Work",
        found: known.Limit,
        form: ReasonForm,
        status: int = 200,
    ) -> HttpResponse:
        """Show the page."""
        return self.show(request, "rights/hold.html", work, {"limit": found, "form": form}, status)
