"""The demo's mail: kept instead of sent, so that invitations and codes reach whoever tries it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.views.base import Page
from foundation.models import KeptMail
from foundation.pages import fragments
from foundation.pages.tables import Column, Table

REASON = "the demo's mail; its addresses exist in a demo alone"


class Messages(Table):
    """Kept messages."""

    caption = "Mail"
    noun = ("message", "messages")
    start = "-kept"
    columns = (
        Column("subject", "Subject", "subject", link="mail_one"),
        Column("to", "To", lambda row: ", ".join(row.recipients)),
        Column("kept", "Written", "kept_at", kind="moment", sort="kept_at"),
    )
    search = ("subject", "recipients", "text")
    search_label = "Search subject, address or text"
    nothing = ("No mail yet", "Invitations, codes and notices of this demo show here.")


class Mail(Page):
    """All messages, the newest first."""

    public = REASON

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Messages(KeptMail.objects.all(), request)
        return fragments.page(request, "accounts/mail.html", {"table": table}, block="list")


class OneMail(Page):
    """One message."""

    public = REASON

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show its text."""
        found = KeptMail.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        return render(request, "accounts/mail_one.html", {"mail": found})
