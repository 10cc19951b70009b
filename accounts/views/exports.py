"""A list as a file: look at what it will hold, then have it at once or from a job."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.services import exports
from accounts.views import lists
from accounts.views.base import Page
from foundation.pages import downloads, selection


class Export(Page):
    """Rows of a list that this person may see, chosen one by one or all that match."""

    signed_in = True

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what is about to be written; with a format, write it."""
        posted = request.POST
        table = lists.table_of(request, posted.get("list", ""), posted.get("query", ""))
        chosen = selection.read(table, posted)
        kind = posted.get("format", "")
        if kind not in downloads.TYPES:
            context = {
                "table": table,
                "kind": "csv",
                "kinds": downloads.KINDS,
                "count": chosen.count,
                "keys": chosen.keys,
            }
            return render(request, "kit/export.html", context)
        bom = "bom" in posted
        if chosen.count <= downloads.INLINE:
            return downloads.at_once(request, table, kind, bom=bom)
        job = exports.ask(
            table=table,
            chosen=chosen.keys,
            kind=kind,
            bom=bom,
            count=chosen.count,
            by=self.person,
            at=timezone.now(),
        )
        return redirect("job", pk=job.pk)
