"""A deed on rows chosen from a list: look at what it will do, then do it.

class CancelJobs(BulkDeed):
    signed_in = True
    title = "Cancel jobs"

    def do(self, table, chosen): ...        # one call of a service; returns what to say

The list offers it: ``bulk = (Deed("Cancel…", "jobs_cancel", permission),)``.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.views import lists
from accounts.views.base import Page
from foundation.models import Job
from foundation.pages import selection
from foundation.pages.selection import Selection
from foundation.pages.tables import Table
from kernel.errors import DomainError

AT_ONCE, SAMPLE = 500, 10


class TooManyAtOnce(DomainError):
    """More rows than a deed without a job takes."""

    code = "too_many_rows"
    status = 422


class BulkDeed(Page):
    """What such deeds share: the rows, their preview, and more than five hundred as a job."""

    http_method_names = ("post",)
    title: ClassVar[str]
    button: ClassVar[str] = "Do it"
    danger: ClassVar[bool] = False
    asks: ClassVar[type[forms.Form] | None] = None

    @property
    def asked(self) -> dict[str, Any]:
        """What was answered to the form of ``asks``, empty where nothing is asked."""
        form = self.asks(self.request.POST) if self.asks else None
        return form.cleaned_data if form is not None and form.is_valid() else {}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what would be done; once that was seen, do it."""
        posted = request.POST
        table = lists.table_of(request, posted.get("list", ""), posted.get("query", ""))
        chosen = selection.read(table, posted)
        if "sure" not in posted:
            return self.preview(request, table, chosen)
        if self.asks and not (form := self.asks(posted)).is_valid():
            return self.preview(request, table, chosen, form)
        if chosen.count > AT_ONCE:
            return redirect("job", pk=self.later(table, chosen).pk)
        messages.success(request, self.do(table, chosen))
        return redirect(table.url())

    def preview(
        self,
        request: HttpRequest,
        table: Table,
        chosen: Selection,
        form: forms.Form | None = None,
    ) -> HttpResponse:
        """Show how many rows, the first of them, what becomes of them, and what is asked."""
        page = table.page
        context = {
            "table": table,
            "chosen": chosen,
            "rows": page.rows[:SAMPLE],
            "title": self.title,
            "button": self.button,
            "kind": "danger" if self.danger else "primary",
            "consequences": self.consequences(table, chosen),
            "form": form or (self.asks() if self.asks else None),
        }
        return render(request, "kit/bulk.html", context, status=422 if form else 200)

    def consequences(self, table: Table, chosen: Selection) -> Sequence[str]:
        """Return what the person should know before."""
        return ()

    def do(self, table: Table, chosen: Selection) -> str:
        """Do it to ``table.matching``; return what to say afterwards."""
        raise NotImplementedError

    def later(self, table: Table, chosen: Selection) -> Job:
        """Ask for a job that does it to more than five hundred rows. Raises TooManyAtOnce."""
        raise TooManyAtOnce(
            f"{chosen.count:,} rows are too many at once. Narrow the list to at most {AT_ONCE}."
        )
