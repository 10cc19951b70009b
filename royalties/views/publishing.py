"""Publishing: one statement, many of a list, and the calendar of periods."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.base import Page
from accounts.views.bulk import BulkDeed
from foundation.pages import conflicts
from foundation.pages.selection import Selection
from foundation.pages.tables import Table
from holders.selectors import holders
from kernel.errors import DomainError, InvalidValue
from kernel.period import Period
from royalties import permissions, policies
from royalties.forms import HoldForm, PublishDayForm, PublishRuleForm
from royalties.models import PublishRule, Statement
from royalties.selectors import publishing
from royalties.services import calendar
from royalties.services import publishing as deeds

FOREVER = (
    "Publishing can't be undone: payees see their statements, may have loaded them, and are told "
    "of them. A mistake is corrected in the open period."
)


class OnStatement(Page):
    """A deed on one statement, by who publishes."""

    permission = permissions.STATEMENT_PUBLISH
    seen_with = permissions.STATEMENT_PUBLISH

    def statement(self, pk: UUID) -> Statement:
        """Return the statement within reach."""
        found = policies.visible(self.person).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def show(
        self,
        request: HttpRequest,
        statement: Statement,
        *,
        form: forms.Form | None = None,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show what would be done, and ask."""
        context = {
            "statement": statement,
            "name": holders.lines([statement.holder_id])[statement.holder_id].name,
            "pay_on": publishing.pay_days([statement]).get(statement.pk),
            "forever": FOREVER,
            "form": form,
            "problem": problem,
        }
        return render(request, self.template, context, status=status)

    template = ""


class Publish(OnStatement):
    """Show one statement to its payee: first what follows, then the deed."""

    template = "royalties/statement_publish.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say what follows."""
        return self.show(request, self.statement(pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Publish it."""
        statement = self.statement(pk)
        try:
            deeds.publish(statement_id=pk, by=self.person, at=timezone.now())
        except deeds.Held as refusal:
            return self.show(request, statement, problem=refusal.detail, status=409)
        messages.success(request, f"Statement {statement.number} is published.")
        return redirect("statement", pk=pk)


class Hold(OnStatement):
    """Hold one statement back, with a reason."""

    template = "royalties/statement_hold.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for the reason."""
        return self.show(request, self.statement(pk), form=HoldForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Hold it back."""
        statement, form = self.statement(pk), HoldForm(request.POST)
        if not form.is_valid():
            return self.show(request, statement, form=form, status=422)
        reason = form.cleaned_data["reason"]
        try:
            deeds.hold(statement_id=pk, reason=reason, by=self.person, at=timezone.now())
        except deeds.Published as refusal:
            return self.show(request, statement, form=form, problem=refusal.detail, status=409)
        messages.success(request, f"Statement {statement.number} is held back.")
        return redirect("statement", pk=pk)


class Release(OnStatement):
    """Make a held statement a draft again."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Release it."""
        statement = self.statement(pk)
        try:
            deeds.release(statement_id=pk, by=self.person, at=timezone.now())
        except deeds.NotHeld as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, f"Statement {statement.number} waits for its day again.")
        return redirect("statement", pk=pk)


class Many(BulkDeed):
    """A deed of publishing on the statements chosen from a list."""

    permission = permissions.STATEMENT_PUBLISH

    def keys(self, table: Table) -> list[UUID]:
        """Return the statements that were chosen."""
        rows = policies.visible(self.person).filter(pk__in=table.matching.order_by().values("pk"))
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def counted(self, table: Table) -> tuple[int, int, int]:
        """Return how many of them are drafts, held, and published."""
        rows = table.matching.order_by()
        counts = [
            rows.filter(publishing.standing(state)).count()
            for state in ("draft", "held", "published")
        ]
        return counts[0], counts[1], counts[2]


class PublishMany(Many):
    """Publish the drafts among them."""

    title = "Publish statements"
    button = "Publish them, for good"
    danger = True
    row_deed = deeds.PUBLISHING

    def consequences(self, table: Table, chosen: Selection) -> Sequence[str]:
        """Say how many are published, and that it is for good."""
        drafts, held, published = self.counted(table)
        return (f"{_are(drafts, 'draft')} published now.", *_stay(held, published), FOREVER)

    def do(self, table: Table, chosen: Selection) -> str:
        """Publish them."""
        done = deeds.publish_all(statement_ids=self.keys(table), by=self.person, at=timezone.now())
        return f"{_are(done, 'statement')} published."


class HoldMany(Many):
    """Hold the drafts among them back."""

    title = "Hold statements back"
    button = "Hold them back"
    row_deed = deeds.HOLDING
    asks = HoldForm

    def consequences(self, table: Table, chosen: Selection) -> Sequence[str]:
        """Say how many are held back."""
        drafts, held, published = self.counted(table)
        until = "Held ones aren't published on the calendar's day, until somebody releases them."
        return (f"{_are(drafts, 'draft')} held back.", *_stay(held, published), until)


def _are(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'} {'is' if count == 1 else 'are'}"


def _stay(held: int, published: int) -> list[str]:
    counts = ((held, "held back"), (published, "published already"))
    return [f"{count:,} {word}: nothing changes there." for count, word in counts if count]


class Calendar(Page):
    """When each period is published and paid, and the rule for those to come."""

    permission = {"GET": permissions.STATEMENT_ALL, "POST": permissions.STATEMENT_PUBLISH}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self.show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set the rule."""
        form = PublishRuleForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            calendar.set_rule(
                **form.cleaned_data,
                version=conflicts.version_of(request),
                by=self.person,
                at=timezone.now(),
            )
        except calendar.CalendarChanged:
            rule = publishing.rule()
            return conflicts.page(
                request,
                form,
                theirs=_values(rule),
                version=rule.version if rule else 0,
                title="The rule of the publish calendar",
                back=reverse("publish_calendar"),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.show(request, form, status=refusal.status)
        messages.success(request, "The rule is set. It holds for runs that are posted from now on.")
        return redirect("publish_calendar")

    def show(
        self, request: HttpRequest, form: PublishRuleForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Show the calendar, with a form that couldn't be taken where there is one."""
        rule = publishing.rule()
        filled = _values(rule)
        context = {
            "rule": rule,
            "form": form or PublishRuleForm(initial=filled),
            **conflicts.opened(request, filled, rule.version if rule else 0),
            "periods": publishing.calendar(),
            "today": publishing.today(timezone.now()),
        }
        return render(request, "royalties/publish_calendar.html", context, status=status)


def _values(rule: PublishRule | None) -> dict[str, int | None]:
    """Return what the rule's form is filled with."""
    return {
        "publish_after": rule.publish_after if rule else None,
        "pay_after": rule.pay_after if rule else None,
    }


class Day(Page):
    """The days of one period."""

    permission = permissions.STATEMENT_PUBLISH
    seen_with = permissions.STATEMENT_PUBLISH

    def get(self, request: HttpRequest, period: str) -> HttpResponse:
        """Show the form."""
        one = self.planned(period)
        return self.show(request, one, PublishDayForm(initial=_days_of(one)))

    def post(self, request: HttpRequest, period: str) -> HttpResponse:
        """Set them."""
        one, form = self.planned(period), PublishDayForm(request.POST)
        if not form.is_valid():
            return self.show(request, one, form, status=422)
        try:
            calendar.set_day(
                period=one.period,
                **form.cleaned_data,
                version=conflicts.version_of(request),
                by=self.person,
                at=timezone.now(),
            )
        except calendar.CalendarChanged:
            now = self.planned(period)
            return conflicts.page(
                request,
                form,
                theirs=_days_of(now),
                version=now.day.version if now.day else 0,
                title=f"Days of {now.period}",
                back=reverse("publish_day", args=[period]),
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.show(request, one, form, status=refusal.status)
        messages.success(request, f"The days of {one.period} are set.")
        return redirect("publish_calendar")

    def planned(self, period: str) -> publishing.Planned:
        """Return what the calendar has of a period."""
        try:
            days = Period.of(period)
        except InvalidValue:
            raise Http404 from None
        found = next((each for each in publishing.calendar() if each.days == days), None)
        if found is None:
            raise Http404
        return found

    def show(
        self,
        request: HttpRequest,
        one: publishing.Planned,
        form: PublishDayForm,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """Show the form, and what a day that is past means."""
        context = {
            "one": one,
            "form": form,
            **conflicts.opened(request, _days_of(one), one.day.version if one.day else 0),
            "today": publishing.today(timezone.now()),
        }
        context |= self.happened(one.day) if one.day else {}
        return render(request, "royalties/publish_day.html", context, status=status)


def _days_of(one: publishing.Planned) -> dict[str, date | None]:
    """Return what the form of a period's days is filled with."""
    return {"publish_on": one.publish_on, "pay_on": one.pay_on}
