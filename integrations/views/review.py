"""The wizard's last step before rows are taken: everything once more, to read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from integrations.forms import ReviewForm
from integrations.models import Import
from integrations.selectors import summaries
from integrations.services import imports
from integrations.views.imports import ImportPage
from kernel.errors import DomainError


class Review(ImportPage):
    """Everything once more, to read; then the rows are taken."""

    step = "review"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        row = self.found(pk)
        return self.look(row, ReviewForm(initial={"explained": row.explained}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take the accepted rows, once any difference is explained."""
        row = self.found(pk)
        form = ReviewForm(request.POST)
        if not summaries.differences(row):
            form.fields["explained"].required = False
        if not form.is_valid():
            return self.look(row, form, status=422)
        try:
            imports.commit(
                import_id=row.pk,
                by=self.person,
                at=timezone.now(),
                explained=form.cleaned_data["explained"],
            )
        except DomainError as refusal:
            return self.look(row, form, problem=refusal.detail, status=refusal.status)
        return redirect("import_progress", pk=pk)

    def look(
        self, row: Import, form: ReviewForm, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        """Show what would be taken."""
        return self.show(
            row,
            "integrations/review.html",
            status=status,
            form=form,
            problem=problem,
            differences=summaries.differences(row),
            skipped=row.findings.get("skipped", []),
            waiting=summaries.waiting(row) if row.validated else 0,
        )
