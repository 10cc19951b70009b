"""The compliance report: a licensee's use, payments and reports against its licences."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import surroundings
from foundation.storage import responses
from kernel.errors import DomainError
from royalties import permissions
from royalties.documents import compliance as documents
from royalties.forms import ComplianceForm
from royalties.selectors import compliance
from royalties.services import compliance as files


class Compliance(Page):
    """The form, and the report that it asks for; the same as a file with ``as``."""

    permission = permissions.COMPLIANCE_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        names = ("licensee", "period", "license")
        if not any(request.GET.get(name) for name in names):
            return self.show(request, ComplianceForm())
        form = ComplianceForm(request.GET)
        if not form.is_valid():
            return self.show(request, form, status=422)
        told, at = form.cleaned_data, timezone.now()
        try:
            report = compliance.report(
                licensee=told["licensee"],
                label=told["period"],
                license=told["license"],
                at=at,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.show(request, form, status=422)
        kind = request.GET.get("as", "")
        if kind not in documents.TYPES:
            return self.show(request, form, report)
        whose = surroundings.of(request).organisation
        content = files.file(report=report, kind=kind, organisation=whose, by=self.person, at=at)
        name = documents.file_name(report, kind)
        return responses.attached(content, name=name, media_type=documents.TYPES[kind])

    def show(
        self,
        request: HttpRequest,
        form: ComplianceForm,
        report: compliance.Report | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """Show the form, and the report where there is one."""
        context: dict[str, Any] = {"form": form, "report": report, "query": ""}
        if report is not None:
            asked = request.GET.copy()
            asked.pop("as", None)
            context["query"] = asked.urlencode()
        return render(request, "royalties/compliance.html", context, status=status)
