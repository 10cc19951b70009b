"""Change a work: what it is called, its identifiers, credits and dates; retire it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from catalog.forms import (
    CreditForm,
    DateForm,
    EditForm,
    IdentifierForm,
    JoinForm,
    length_text,
)
from catalog.identifiers import KINDS
from catalog.models import Work
from catalog.models.credits import Role
from catalog.permissions import WORK_EDIT
from catalog.selectors import shown, works
from catalog.services import credits, dates, editing, hierarchy, identifiers
from catalog.services import works as deeds
from catalog.views.base import WorkPage
from foundation.pages import conflicts
from holders.forms import WhyForm
from kernel.errors import DomainError

FORMS: dict[str, type[forms.Form]] = {
    "details": EditForm,
    "identifier": IdentifierForm,
    "credit": CreditForm,
    "join": JoinForm,
    "date": DateForm,
    "status": WhyForm,
}


def opened(work: Work) -> dict[str, Any]:
    """Return a work's details as the form shows them."""
    parent = ""
    if work.parent_id:
        parent = works.codes([work.parent_id]).get(work.parent_id, "")
    return {
        "title": work.title,
        "subtitle": work.subtitle,
        "version": work.version,
        "length": length_text(work.duration_seconds),
        "parent": parent,
        "number": work.number,
    }


SAID = {"confirm": "Confirmed.", "part": "They are joined no longer."}


class Edit(WorkPage):
    """All of it on one page; each form is sent by itself, as ``deed`` says."""

    permission = WORK_EDIT

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the forms."""
        return self.edit(request, self.work(pk), {})

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Do one deed."""
        work, deed = self.work(pk), request.POST.get("deed", "details")
        if deed in ("unidentify", "confirm", "uncredit", "part"):
            return self.take(request, work, deed)
        if deed not in FORMS:
            raise Http404
        form = FORMS[deed](request.POST, prefix=None if deed == "details" else deed)
        if not form.is_valid():
            return self.edit(request, work, {deed: form}, 422)
        done: dict[str, Callable[[Work, dict[str, Any]], str]] = {
            "identifier": self.identify,
            "credit": self.credit,
            "join": self.join,
            "date": self.date,
            "status": self.status,
        }
        try:
            if isinstance(form, EditForm):
                said = self.revise(request, work, form)
            else:
                said = done[deed](work, form.cleaned_data)
        except editing.WorkChanged:
            now = self.work(pk)
            return conflicts.page(
                request,
                form,
                theirs=opened(now),
                version=editing.details_of(now).mark,
                title=now.title,
                back=reverse("work", args=[pk]),
            )
        except DomainError as error:
            form.add_error(_field(error, form), error.detail)
            return self.edit(request, work, {deed: form}, 422)
        messages.success(request, said)
        return redirect("work" if deed in ("details", "status") else "work_edit", pk=pk)

    def revise(self, request: HttpRequest, work: Work, form: EditForm) -> str:
        """Change what it is called and where it stands."""
        editing.revise(
            work_id=work.pk,
            wanted=form.details,
            seen=conflicts.version_of(request),
            actor=self.person,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        return "Saved."

    def identify(self, work: Work, told: dict[str, Any]) -> str:
        """Add an identifier."""
        row = identifiers.add(work_id=work.pk, actor=self.person, at=timezone.now(), **told)
        return f"{KINDS[row.kind]} {row.value} is this work's."

    def credit(self, work: Work, told: dict[str, Any]) -> str:
        """Add a credit."""
        credits.credit(work_id=work.pk, actor=self.person, at=timezone.now(), **told)
        return f"{told['name']} is credited."

    def join(self, work: Work, told: dict[str, Any]) -> str:
        """Join it to another work."""
        link = hierarchy.join(
            work_id=work.pk,
            other_id=told["other"],
            relation=told["relation"],
            actor=self.person,
            at=timezone.now(),
        )
        return f"Joined to {link.other.title}."

    def date(self, work: Work, told: dict[str, Any]) -> str:
        """Record a date, or take one back."""
        dates.record(work_id=work.pk, actor=self.person, at=timezone.now(), **told)
        return "The day is recorded." if told["on"] else "The day is taken back."

    def status(self, work: Work, told: dict[str, Any]) -> str:
        """Retire it, or take it up again."""
        deed = deeds.reinstate if work.status == "retired" else deeds.retire
        deed(work_id=work.pk, actor=self.person, at=timezone.now(), reason=told["reason"])
        return "It is dealt in again." if work.status == "retired" else "It is retired."

    def take(self, request: HttpRequest, work: Work, deed: str) -> HttpResponse:
        """Take off an identifier or a credit, confirm an identifier, or part joined works."""
        rows: Any
        if deed == "uncredit":
            rows = [one.pk for one in shown.credits_of(work.pk)]
        elif deed == "part":
            rows = [one.link for one in shown.links_of(work.pk)]
        else:
            rows = [one.pk for one in shown.identifiers_of(work.pk)]
        row = next((one for one in rows if str(one) == request.POST.get("row")), None)
        if row is None:
            raise Http404
        told: dict[str, Any] = {
            "actor": self.person,
            "at": timezone.now(),
            "reason": request.POST.get("reason", "").strip()[:500],
        }
        try:
            if deed == "uncredit":
                credits.uncredit(credit_id=row, **told)
            elif deed == "unidentify":
                identifiers.remove(identifier_id=row, **told)
            elif deed == "part":
                hierarchy.part(link_id=row, **told)
            else:
                identifiers.confirm(identifier_id=row, **told)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, SAID.get(deed, "Taken off."))
        return redirect("work_edit", pk=work.pk)

    def edit(
        self, request: HttpRequest, work: Work, sent: dict[str, forms.Form], status: int = 200
    ) -> HttpResponse:
        """Show all forms, with the errors of the one that was sent."""
        details = opened(work)
        fresh = {
            name: kind(prefix=None if name == "details" else name) for name, kind in FORMS.items()
        }
        fresh["details"] = EditForm(initial=details)
        context = {
            "forms_of": {**fresh, **sent},
            "wrong": next(iter(sent.values()), None),
            **conflicts.opened(request, details, editing.details_of(work).mark),
            "identifiers": [(row, KINDS[row.kind]) for row in shown.identifiers_of(work.pk)],
            "links": shown.links_of(work.pk),
            "credits": [(row, Role(row.role).label) for row in shown.credits_of(work.pk)],
        }
        return self.show(request, "catalog/edit.html", work, context, status)


def _field(error: DomainError, form: forms.Form) -> str | None:
    """Return the field that an error of a service is about, None for the whole form."""
    about = {
        "bad_identifier": "value",
        "work_exists": "value",
        "bad_credit": "name",
        "bad_work": "other",
        "bad_work_date": "on",
        "unknown_territory": "territory",
    }
    field = about.get(error.code)
    return field if field in form.fields else None
