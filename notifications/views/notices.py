"""What somebody was told, and how they wish to be told."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt

from accounts.views.base import Page
from foundation.middleware import outside_tenant
from foundation.pages import fragments
from foundation.pages.narrowing import Choice, Days
from foundation.pages.tables import Column, Table
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from notifications import topics
from notifications.models.notices import Mail
from notifications.selectors import inbox
from notifications.services import letters, notices


class Told(Table):
    """What somebody was told, the newest first."""

    caption = "Notifications"
    noun = ("notification", "notifications")
    start = "-at"
    columns = (
        Column("text", "What", "text", link="notification"),
        Column(
            "state",
            "State",
            lambda row: ("Read", "plain") if row.read_at else ("New", "info"),
            kind="badge",
        ),
        Column("at", "When", "at", kind="moment", sort="at"),
    )
    fields = ("text", "read_at", "at")
    search = ("text",)
    search_label = "Search"
    filters = (
        Choice(
            "state",
            "State",
            [("new", "New"), ("read", "Read")],
            lambda value: Q(read_at__isnull=value == "new"),
        ),
        Days("when", "When", "at", moments=True),
    )
    nothing = ("Nothing yet", "What needs you, or what you asked to be told of, shows here.")


class List(Page):
    """One's own notifications."""

    signed_in = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Told(inbox.of(self.person), request)
        context = {"table": table}
        return fragments.page(request, "notifications/list.html", context, block="list")


class One(Page):
    """Go to what a notification is about; it counts as read."""

    signed_in = True

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Go there."""
        row = notices.read(person=self.person, notification_id=pk, at=timezone.now())
        if row is None or not url_has_allowed_host_and_scheme(row.address, allowed_hosts=None):
            raise Http404
        return redirect(row.address)


class ReadAll(Page):
    """Everything counts as read."""

    signed_in = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Note it."""
        count = notices.read_all(person=self.person, at=timezone.now())
        messages.success(request, f"{count:,} marked as read." if count else "Nothing was new.")
        return redirect("notifications")


class Settings(Page):
    """How somebody wishes to be told of each topic."""

    signed_in = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the topics that concern their roles."""
        return self.show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep what they chose."""
        chosen = {
            wish.topic.name: (
                f"{wish.topic.name}-shown" in request.POST,
                request.POST.get(f"{wish.topic.name}-mail", wish.mail),
            )
            for wish in inbox.wishes(self.person)
        }
        try:
            notices.wish(person=self.person, chosen=chosen, at=timezone.now())
        except DomainError as error:
            messages.error(request, error.detail)
            return self.show(request, status=error.status)
        messages.success(request, "Kept.")
        return redirect("notifications_settings")

    def show(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        """Show them."""
        context = {"wishes": inbox.wishes(self.person), "times": Mail.choices}
        return render(request, "notifications/settings.html", context, status=status)


class Test(Page):
    """Tell oneself that telling works."""

    signed_in = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send it."""
        notices.test(person=self.person, at=timezone.now())
        messages.success(request, f"Sent to {self.person.email}, and to the bell above.")
        return redirect("notifications_settings")


@method_decorator(outside_tenant, name="dispatch")
@method_decorator(csrf_exempt, name="dispatch")
class Stop(Page):
    """Stop the mail of one topic, from the mail itself, without signing in."""

    public = "whoever has the mail may stop mail of its kind, and nothing else"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask."""
        return self.show(request, token, done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Stop it; a mail program posts here by itself (RFC 8058), so without a form's token."""
        named = letters.read_token(token)
        if named is None:
            raise Http404
        org, person, topic = named
        with tenant_atomic(org):
            notices.stop_mail(person_id=person, topic=topic)
        return self.show(request, token, done=True)

    def show(self, request: HttpRequest, token: str, *, done: bool) -> HttpResponse:
        """Show what would be, or was, stopped."""
        named = letters.read_token(token)
        topic = topics.find(named[2]) if named else None
        if topic is None:
            raise Http404
        context = {"topic": topic, "token": token, "done": done}
        return render(request, "notifications/stop.html", context)
