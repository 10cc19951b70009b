"""A deed on rows chosen from a list: look at what it will do, then do it.

class CancelJobs(BulkDeed):
    signed_in = True
    title = "Cancel jobs"

    def do(self, table, chosen): ...        # one call of a service; returns what to say

The list offers it: ``bulk = (Deed("Cancel…", "jobs_cancel", permission),)``.
"""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.selectors import access
from accounts.selectors import jobs as questions
from accounts.services import rowdeeds
from accounts.views import lists
from accounts.views.base import Page
from foundation.models import Job
from foundation.pages import selection
from foundation.pages.selection import Selection, SelectionChanged
from foundation.pages.tables import Table
from kernel.errors import DomainError
from kernel.ids import key_of

AT_ONCE, SAMPLE = 500, 10


class TooManyAtOnce(DomainError):
    """More rows than a deed without a job takes."""

    code = "too_many_rows"
    status = 422


class BulkDeed(Page):
    """What such deeds share: the rows, their preview, and more than five hundred as a job.

    ``row_deed``: the kind of the deed that does it row by row in a job (``services.rowdeeds``).
    What can be undone is always a job: its page offers that.
    """

    http_method_names = ("post",)
    title: ClassVar[str]
    button: ClassVar[str] = "Do it"
    danger: ClassVar[bool] = False
    asks: ClassVar[type[forms.Form] | None] = None
    row_deed: ClassVar[str] = ""

    @property
    def asked(self) -> dict[str, Any]:
        """What was answered to the form of ``asks``, empty where nothing is asked."""
        form = self.asks(self.request.POST) if self.asks else None
        return form.cleaned_data if form is not None and form.is_valid() else {}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what would be done; once that was seen, do it."""
        posted = request.POST
        if "undo" in posted:
            return self.undo(request, posted["undo"])
        table = lists.table_of(request, posted.get("list", ""), posted.get("query", ""))
        chosen = selection.read(table, posted)
        if "sure" not in posted:
            return self.preview(request, table, chosen)
        if self.asks and not (form := self.asks(posted)).is_valid():
            return self.preview(request, table, chosen, form)
        if self.by_job(chosen):
            return redirect("job", pk=self.later(table, chosen).pk)
        messages.success(request, self.do(table, chosen))
        return redirect(table.url())

    def undo(self, request: HttpRequest, job: str) -> HttpResponse:
        """Put back what a job of this deed did. Raises CannotUndo."""
        mine = questions.visible(self.person, access.codes_of(self.person.pk))
        key = key_of(job)
        done = mine.filter(pk=key, kind=self.row_deed).first() if key and self.row_deed else None
        if done is None:
            raise Http404
        back = rowdeeds.undo(job=done, by=self.person, at=timezone.now())
        return redirect("job", pk=back.pk)

    def by_job(self, chosen: Selection) -> bool:
        """Return whether a job does it."""
        return chosen.count > AT_ONCE or bool(self.row_deed and rowdeeds.of(self.row_deed).undo)

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
            "consequences": (*self.consequences(table, chosen), *self._told(chosen)),
            "form": form or (self.asks() if self.asks else None),
        }
        return render(request, "kit/bulk.html", context, status=422 if form else 200)

    def consequences(self, table: Table, chosen: Selection) -> Sequence[str]:
        """Return what the person should know before."""
        return ()

    def do(self, table: Table, chosen: Selection) -> str:
        """Do it to ``table.matching``; return what to say afterwards."""
        raise NotImplementedError

    def keys(self, table: Table) -> list[UUID]:
        """Return the rows that were chosen."""
        return list(table.matching.order_by("pk").values_list("pk", flat=True))

    def later(self, table: Table, chosen: Selection) -> Job:
        """Ask for a job that does it row by row. Raises TooManyAtOnce and SelectionChanged."""
        most = rowdeeds.AT_MOST if self.row_deed else AT_ONCE
        if chosen.count > most:
            raise TooManyAtOnce(
                f"{chosen.count:,} rows are too many at once. Narrow the list to at most {most:,}."
            )
        keys = self.keys(table)
        if len(keys) != chosen.count:
            raise SelectionChanged(
                f"{chosen.count:,} rows were chosen, and now {len(keys):,} are here for you. "
                "Nothing was done. Load the list again and choose anew."
            )
        return rowdeeds.ask(
            kind=self.row_deed, keys=keys, asked=self.asked, by=self.person, at=timezone.now()
        )

    def _told(self, chosen: Selection) -> list[str]:
        if not self.row_deed:
            return []
        said = []
        if self.by_job(chosen):
            said.append("It is done in the background; its page says what became of each row.")
        undone = rowdeeds.of(self.row_deed).undo is not None
        minutes = int(rowdeeds.UNDONE_FOR.total_seconds()) // 60
        until = f"That page can undo it for {minutes} minutes." if undone else "It can't be undone."
        return [*said, until]
