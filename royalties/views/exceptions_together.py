"""Several exceptions decided at once: each on the work it is likest, or all on one."""

from collections import defaultdict
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.views.bulk import BulkDeed, TooManyAtOnce
from foundation.pages.selection import Selection, SelectionChanged
from foundation.pages.tables import Table
from kernel.ids import key_of
from royalties import permissions
from royalties.forms import TogetherForm
from royalties.selectors import together
from royalties.services import exceptions

AT_MOST = 50


class Together(BulkDeed):
    """The exceptions that were chosen, with the works each may be; what is picked is decided."""

    permission = permissions.EXCEPTION_DECIDE
    title = "Decide together"
    button = "Decide these"
    asks = TogetherForm

    def preview(
        self,
        request: HttpRequest,
        table: Table,
        chosen: Selection,
        form: forms.Form | None = None,
    ) -> HttpResponse:
        """Show each with its likeliest works; the clear ones are picked beforehand."""
        if chosen.count > AT_MOST:
            raise TooManyAtOnce(
                f"{chosen.count:,} exceptions are too many to look at. Choose at most {AT_MOST}."
            )
        context = {
            "table": table,
            "chosen": chosen,
            "title": self.title,
            "button": self.button,
            "kind": "primary",
            "consequences": (
                "Each decision is a rule: it holds for files to come, and can be undone by itself.",
            ),
            "form": form or TogetherForm(),
            "waiting": together.waiting(table.matching, picked=request.POST),
        }
        status = 422 if form else 200
        return render(request, "royalties/exceptions_together.html", context, status=status)

    def do(self, table: Table, chosen: Selection) -> str:
        """Decide what was picked. Raises SelectionChanged where other lines have come since."""
        seen: dict[str, int] = defaultdict(int)
        for key, lines in table.matching.order_by().values_list("fingerprint", "lines"):
            seen[key] += lines
        for key, lines in seen.items():
            if self.request.POST.get(f"lines-{key}") != str(lines):
                raise SelectionChanged(
                    "Other lines have come since you looked, and nothing was decided. Load the "
                    "list again and choose anew."
                )
        works_of = self._picked(seen)
        if not works_of:
            return "Nothing was picked, so nothing was decided."
        exceptions.decide_each(
            works_of=works_of, by=self.person, at=timezone.now(), reason=self.asked["reason"]
        )
        lines = sum(seen[key] for key in works_of)
        one = len(works_of) == 1
        return (
            f"Decided: {len(works_of):,} exception{'' if one else 's'}, {lines:,} "
            f"line{'' if lines == 1 else 's'}. {'It holds' if one else 'They hold'} for files to "
            "come, too."
        )

    def _picked(self, keys: dict[str, int]) -> dict[str, UUID]:
        """Return the work of each exception that one was picked for."""
        if self.asked["work"]:
            return dict.fromkeys(keys, self.asked["work"])
        picked = {key: key_of(self.request.POST.get(f"work-{key}", "")) for key in keys}
        return {key: work for key, work in picked.items() if work is not None}
