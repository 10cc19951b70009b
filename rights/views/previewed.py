"""Deeds on a work's claims: written, seen in what they change, and saved only as they were seen."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from catalog.views.base import WorkPage
from kernel.errors import DomainError
from rights.forms import MORE, SharesForm
from rights.permissions import CLAIM_EDIT
from rights.selectors import conflicts, registry
from rights.services import preview

if TYPE_CHECKING:
    from accounts.models import ChangeRequest
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


def refused(form: forms.Form, error: DomainError, fields: Mapping[str, str] = FIELDS) -> None:
    """Say why a service refused, beside the field that it is about."""
    field = fields.get(error.code)
    form.add_error(field if field in form.fields else None, error.detail)


class Previewed(WorkPage):
    """One deed on a work's claims. ``deed`` is the service that does it, ``done`` what is said."""

    permission = CLAIM_EDIT
    tab = "work_rights"
    template: ClassVar[str]
    done: ClassVar[str]
    deed: ClassVar[Callable[..., Any]]
    fields: ClassVar[dict[str, str]] = FIELDS

    def get(self, request: HttpRequest, pk: UUID, **about: UUID) -> HttpResponse:
        """Show the form."""
        work = self.work(pk)
        return self.ask(request, work, self.form(work, **about))

    def post(self, request: HttpRequest, pk: UUID, **about: UUID) -> HttpResponse:
        """Show what the deed would change; do it where just that was seen."""
        work = self.work(pk)
        form = self.form(work, request.POST, **about)
        if request.POST.get("deed") == "more" and isinstance(form, SharesForm):
            wider = self.form(work, initial=request.POST.dict(), rows=form.rows + MORE, **about)
            return self.ask(request, work, wider)
        if not form.is_valid():
            return self.ask(request, work, form, status=422)
        told, reason = self.told(work, form, **about), form.cleaned_data["reason"]
        who: dict[str, Any] = {"actor": self.person, "at": timezone.now()}
        try:
            found = preview.of_deed(self.deed, told, work_id=pk, reason=reason, **who)
            if request.POST.get("deed") != "save" or request.POST.get("mark") != str(found.mark):
                return self.ask(request, work, form, found=found)
            if found.overrides:
                asked = self.propose(pk, told, reason)
                messages.success(request, "The override waits for somebody else's approval.")
                return redirect("change", pk=asked.pk)
            self.deed(**told, reason=reason, **who)
        except DomainError as error:
            refused(form, error, self.fields)
            return self.ask(request, work, form, status=422)
        messages.success(request, self.done)
        return redirect("work_rights", pk=pk)

    def form(self, work: "Work", data: Any = None, **more: Any) -> Any:
        """Return the deed's form, filled in with ``data`` or opened with ``initial``; 404 where
        there is nothing that it could be about."""
        raise NotImplementedError

    def told(self, work: "Work", form: Any, **about: UUID) -> dict[str, Any]:
        """Return what the deed is told besides actor, moment and reason."""
        return {**form.told}

    def propose(self, work_id: UUID, told: dict[str, Any], reason: str) -> "ChangeRequest":
        """Ask for an override, which somebody else approves."""
        raise NotImplementedError

    def ask(
        self,
        request: HttpRequest,
        work: "Work",
        form: forms.Form,
        *,
        found: preview.Preview | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Show the form, and what the deed would change where that is known."""
        context: dict[str, Any] = {
            "form": form,
            "found": found,
            "action": request.path,
            "conflicts": conflicts.of_work(work.pk),
            "in_rows": isinstance(form, SharesForm),
            **self.more(),
        }
        if found:
            context["new"] = registry.by_right(found.new)
            context["gone"] = registry.by_right(found.gone)
            context["changed"] = request.POST.get("deed") == "save"
        return self.show(request, self.template, work, context, status)

    def more(self) -> dict[str, Any]:
        """Return what else the page says."""
        return {}
