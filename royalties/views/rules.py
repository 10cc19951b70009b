"""The decisions that are kept as rules, and undoing one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.selectors import people
from accounts.views.base import Page
from catalog.selectors import works
from catalog.suggesting import WORKS
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Reference, Table
from royalties import permissions
from royalties.forms import ReasonForm
from royalties.models import MatchRule
from royalties.selectors import rules
from royalties.services import exceptions
from royalties.views.exceptions import Hidden

PROGRAM = "a command"


class Rules(Table):
    """Rules."""

    caption = "Matching rules"
    noun = ("rule", "rules")
    start = "-made"
    columns = (
        Column("name", "Rule", "name", sort="name", link="match_rule"),
        Column("work", "Work", lambda row: row.title),
        Column("made", "Decided", "made_at", kind="moment", sort="made_at"),
        Column("by", "By", lambda row: row.by),
        Column(
            "state",
            "State",
            lambda row: ("undone", "plain") if row.reversed_at else ("in force", "success"),
            kind="badge",
            sort="reversed_at",
        ),
    )
    search = ("name", "fingerprint")
    search_label = "Search rules"
    filters = (
        Choice(
            "state",
            "State",
            [("force", "In force"), ("undone", "Undone")],
            lambda value: Q(reversed_at__isnull=value == "force"),
        ),
        Reference("work", "Work", "work_id", WORKS),
    )
    nothing = (
        "No rules yet",
        "Each decision on an exception becomes a rule: it holds for files to come, until undone.",
    )

    def complete(self, rows: Any) -> None:
        """Name works and people."""
        titles = works.titles([row.work_id for row in rows])
        names = people.names_of(row.made_by for row in rows)
        for row in rows:
            row.title = titles.get(row.work_id, "")
            row.by = names.get(row.made_by, PROGRAM)


class List(Page):
    """All rules, those undone among them."""

    permission = permissions.EXCEPTION_DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Rules(self.rows(MatchRule.objects.all()), request)
        return fragments.page(request, "royalties/rules.html", {"table": table}, block="list")


class One(Hidden):
    """One rule: what it decides now, and undoing it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it, with what undoing it would do."""
        return self.show(request, pk, ReasonForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Undo it."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(request, pk, form, status=422)
        rule = self.rule(pk)
        try:
            exceptions.undo(
                rule_id=rule.pk,
                reason=form.cleaned_data["reason"],
                by=self.person,
                at=timezone.now(),
            )
        except exceptions.Posted as refusal:
            return self.show(request, pk, form, problem=refusal.detail, status=409)
        messages.success(request, "Undone. Its lines wait for a decision again.")
        return redirect("exceptions")

    def rule(self, pk: UUID) -> MatchRule:
        """Return the rule."""
        found = rules.found(pk)
        if found is None:
            raise Http404
        return found

    def show(
        self,
        request: HttpRequest,
        pk: UUID,
        form: ReasonForm,
        *,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show the rule."""
        rule = self.rule(pk)
        lines, money = rules.under(rule)
        context = {
            **self.happened(rule),
            "rule": rule,
            "title": works.titles([rule.work_id])[rule.work_id],
            "by": people.name_of(rule.made_by) or PROGRAM,
            "lines": lines,
            "money": [(value, code) for code, value in sorted(money.items())],
            "posted": rules.posted(rule),
            "form": form,
            "problem": problem,
        }
        return render(request, "royalties/rule.html", context, status=status)
