"""Sales that nobody could match for certain: what waits for a person, the most money first."""

from django.http import HttpRequest, HttpResponse

from accounts.selectors import organisations
from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.tables import Column, Table
from foundation.tenancy import current_org
from royalties import permissions
from royalties.models import SalesException


class Waiting(Table):
    """Exceptions."""

    caption = "Exceptions"
    noun = ("exception", "exceptions")
    start = "-amount"
    columns = (
        Column("title", "Title", lambda row: row.title or "no title", sort="title"),
        Column("artist", "Artist", "artist"),
        Column("identifiers", "Identifiers", lambda row: ", ".join(row.identifiers.values())),
        Column("doubt", "Doubt", "doubt"),
        Column("lines", "Lines", "lines", kind="number", sort="lines"),
        Column(
            "amount",
            "At stake",
            lambda row: (row.amount, row.currency),
            kind="rounded",
            sort="amount",
        ),
        Column("since", "Since", "since", kind="moment", sort="since"),
        Column("key", "Key", "fingerprint"),
    )
    search = ("title", "artist", "fingerprint")
    search_label = "Search title or artist"
    nothing = (
        "Nothing waits for a decision",
        "Lines whose work isn't certain show here, with the money at stake.",
    )


class List(Page):
    """All exceptions that are open."""

    permission = permissions.EXCEPTION_DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Waiting(self.rows(SalesException.objects.all()), request)
        here = current_org()
        [org] = organisations.named([here] if here else [])
        context = {"table": table, "org": org.slug}
        return fragments.page(request, "royalties/exceptions.html", context, block="list")
