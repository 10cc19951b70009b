"""Sources: what has come in of each, what is late or due; and the rules that say what is due."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.base import Page
from foundation.models.keysets import among
from foundation.pages import conflicts, fragments
from foundation.pages.filters import day_text
from foundation.pages.tables import Choice, Column, Table
from royalties import permissions
from royalties.forms import SourceRuleForm
from royalties.models import SourceRule
from royalties.selectors import sources
from royalties.selectors.sources import DUE, LATE, RECEIVED, Cell
from royalties.services import sources as deeds

EVERY = dict(SourceRule.Every.choices)
TONES = {RECEIVED: "success", LATE: "error", DUE: "plain"}
WORDS = {RECEIVED: "received", LATE: "late since", DUE: "due by"}
PLACES = ("Running or last", "One before", "Two before", "Three before")


def standing(cell: Cell) -> tuple[str, str]:
    """Return a period's badge: 2026-03 late since 16 Apr 2026."""
    part = ", in part" if cell.part else ""
    return f"{cell.period} {WORDS[cell.state]} {day_text(cell.on)}{part}", TONES[cell.state]


def _place(number: int) -> Callable[[Any], tuple[str, str]]:
    def shown(row: Any) -> tuple[str, str]:
        cells = row.cells
        return standing(cells[number]) if number < len(cells) else ("not expected", "plain")

    return shown


class Sources(Table):
    """The sources that have a rule, by name; their newest periods side by side."""

    caption = "Sources"
    noun = ("source", "sources")
    start = "source"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("source", "Source", "source", sort="source", link="source"),
        Column("every", "Reports", lambda row: EVERY[row.every]),
        Column("due", "Due, days after", "due_after", kind="number", sort="due_after"),
        *(
            Column(f"period{number}", label, _place(number), kind="badge")
            for number, label in enumerate(PLACES)
        ),
        Column("first", "From", "first_day", kind="day", sort="first_day", hidden=True),
        Column("last", "To", sources.last_day, kind="day", hidden=True),
    )
    search = ("source",)
    search_label = "Search source"
    filters = (
        Choice(
            "stands",
            "Stands",
            [("late", "Something is late")],
            lambda value: Q(pk__in=among(sources.late(timezone.now()))),
        ),
        Choice("every", "Reports", list(EVERY.items()), lambda value: Q(every=value)),
    )
    nothing = (
        "No source has a rule yet",
        "Say how often a source reports and when it is due: what is late shows here.",
    )

    def complete(self, rows: Any) -> None:
        """Say where each one's newest periods stand: two questions."""
        found = sources.coverage(rows, timezone.now()) if rows else {}
        for row in rows:
            row.cells = found[row.pk]


class List(Page):
    """All sources with a rule, and those that report without one."""

    permission = permissions.SALES_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        loose, count = sources.without_rule()
        context = {
            "table": Sources(SourceRule.objects.all(), request),
            "loose": loose,
            "more": count - len(loose),
        }
        return fragments.page(request, "royalties/sources.html", context, block="list")


class New(Page):
    """Set the rule of one more source."""

    permission = permissions.SOURCE_SET

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for it."""
        given = {"source": request.GET.get("source", "")[:200], "every": "month"}
        return self.show(request, SourceRuleForm(initial=given))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set it."""
        form = SourceRuleForm(request.POST)
        made = _set(form, self.person)
        if made is None:
            return self.show(request, form, status=form.status)
        messages.success(request, f"{made.source} is expected from now on.")
        return redirect("source", pk=made.pk)

    def show(
        self, request: HttpRequest, form: SourceRuleForm, *, status: int = 200
    ) -> HttpResponse:
        """Show the form."""
        return render(request, "royalties/source_new.html", {"form": form}, status=status)


class One(Page):
    """One source: every period of its rule, the files that came in, and the rule itself."""

    permission = {"GET": permissions.SALES_SEE, "POST": permissions.SOURCE_SET}
    seen_with = permissions.SOURCE_SET

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, self.rule(pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change the rule."""
        rule, form = self.rule(pk), SourceRuleForm(request.POST)
        try:
            made = _set(form, self.person, pk, conflicts.version_of(request))
        except deeds.SourceRuleChanged:
            now = self.rule(pk)
            return conflicts.page(
                request,
                form,
                theirs=_initial(now),
                version=now.version,
                title=f"The rule of {now.source}",
                back=reverse("source", args=[pk]),
            )
        if made is None:
            return self.show(request, rule, form, status=form.status)
        messages.success(request, f"The rule of {made.source} is set.")
        return redirect("source", pk=pk)

    def rule(self, pk: UUID) -> SourceRule:
        """Return the rule."""
        found = SourceRule.objects.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def show(
        self,
        request: HttpRequest,
        rule: SourceRule,
        form: SourceRuleForm | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        """Show it, with a form that couldn't be taken where there is one."""
        cells = sources.coverage([rule], timezone.now(), most=None)[rule.pk]
        context = {
            **self.happened(rule),
            "rule": rule,
            "every": EVERY[rule.every],
            "last_day": sources.last_day(rule),
            "cells": cells,
            "files": sources.files_of(rule),
            "form": form or SourceRuleForm(initial=_initial(rule)),
            **conflicts.opened(request, _initial(rule), rule.version),
        }
        return render(request, "royalties/source.html", context, status=status)


class Remove(Page):
    """Take a source's rule away."""

    permission = permissions.SOURCE_SET
    seen_with = permissions.SOURCE_SET

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it away."""
        try:
            gone = deeds.remove(
                rule_id=pk,
                version=conflicts.version_of(request),
                by=self.person,
                at=timezone.now(),
            )
        except deeds.SourceRuleChanged as refusal:
            messages.error(request, refusal.detail)
            return redirect("source", pk=pk)
        messages.success(request, f"{gone.source} is expected no more.")
        return redirect("sources")


def _set(
    form: SourceRuleForm, by: Any, rule_id: UUID | None = None, version: int = 0
) -> SourceRule | None:
    """Set a rule as a form says; None where that can't be, and the form says why.

    Raises SourceRuleChanged.
    """
    if not form.is_valid():
        return None
    try:
        return deeds.set_rule(
            **form.cleaned_data, rule_id=rule_id, version=version, by=by, at=timezone.now()
        )
    except deeds.SourceRuleRefused as refusal:
        form.add_error(refusal.extra.get("field"), refusal.detail)
        form.status = refusal.status
        return None


def _initial(rule: SourceRule) -> dict[str, Any]:
    last = sources.last_day(rule)
    return {
        "source": rule.source,
        "every": rule.every,
        "due_after": rule.due_after,
        "first": sources.label_of(rule.every, rule.first_day),
        "last": sources.label_of(rule.every, last) if last else "",
    }
