"""Sales that nobody could match for certain: what waits, and the decision on one of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.listparts import Deed
from foundation.pages.tables import Choice, Column, Table
from kernel.ids import key_of
from royalties import permissions
from royalties.forms import ReasonForm
from royalties.models import SalesException
from royalties.selectors import causes, deciding
from royalties.services import exceptions, rematching


class Waiting(Table):
    """Exceptions."""

    caption = "Exceptions"
    noun = ("exception", "exceptions")
    start = "-amount"
    columns = (
        Column(
            "title",
            "Title",
            lambda row: row.title or "no title",
            sort="title",
            link=lambda row: reverse("exception", args=[row.fingerprint]),
        ),
        Column("artist", "Artist", "artist"),
        Column("identifiers", "Identifiers", lambda row: ", ".join(row.identifiers.values())),
        Column("doubt", "Doubt", "doubt"),
        Column("lines", "Lines", "lines", kind="number", sort="lines"),
        Column(
            "amount",
            "At stake",
            lambda row: (row.amount, row.currency) if row.currency else None,
            kind="rounded",
            sort="amount",
        ),
        Column("since", "Since", "since", kind="moment", sort="since"),
    )
    search = ("title", "artist", "fingerprint")
    search_label = "Search title or artist"
    filters = (Choice("cause", "Cause", list(causes.LABELS.items()), causes.of),)
    bulk = (Deed("Decide together…", "exceptions_together", permissions.EXCEPTION_DECIDE),)
    nothing = (
        "Nothing waits for a decision",
        "Lines whose work isn't certain show here, with the money at stake.",
    )


class List(Page):
    """All exceptions that are open, after the money that each cause holds back."""

    permission = permissions.EXCEPTION_DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        rows = self.rows(SalesException.objects.all())
        table = Waiting(rows, request)
        context: dict[str, Any] = {"table": table}
        if not fragments.wanted(request):
            context["held"] = causes.held()
            context["oldest"] = rows.order_by("since", "-amount").first()
            context["largest"] = rows.order_by("-amount", "pk").first()
        return fragments.page(request, "royalties/exceptions.html", context, block="list")


class Hidden(Page):
    """A page about what waits; who may not decide finds none."""

    permission = permissions.EXCEPTION_DECIDE
    seen_with = permissions.EXCEPTION_DECIDE


class One(Hidden):
    """One exception: its lines, the works it may be, what a decision moves; and the decision."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show it; ``q`` searches for a work, ``work`` is the one to decide on."""
        return self.show(request, key, request.GET.get("work", ""), ReasonForm())

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Decide, if the lines are still those that were shown."""
        form, asked = ReasonForm(request.POST), request.POST.get("work", "")
        work = key_of(asked)
        if not form.is_valid() or work is None:
            return self.show(request, key, asked, form, status=422)
        one = self.asked(key)
        moved = deciding.effect(one, work)
        if str(moved.lines) != request.POST.get("lines", ""):
            told = "Other lines have come since you looked. This is what moves now."
            return self.show(request, key, asked, form, problem=told, status=409)
        exceptions.decide(
            key=key,
            work_id=work,
            by=self.person,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        count = f"{moved.lines:,} line{'' if moved.lines == 1 else 's'}"
        messages.success(request, f"Decided: {count}. It holds for files to come, too.")
        return redirect("exceptions")

    def asked(self, key: str) -> deciding.Asked:
        """Return what stands under the key; outside of reach there is nothing."""
        one = deciding.asked(key)
        if one is None:
            raise Http404
        return one

    def show(
        self,
        request: HttpRequest,
        key: str,
        chosen: str,
        form: ReasonForm,
        *,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show the exception, with what a decision on the chosen work moves."""
        one = self.asked(key)
        query = request.GET.get("q", "").strip()[:200]
        work = key_of(chosen)
        candidate = deciding.one_work(work) if work else None
        context = {
            **self.happened(*deciding.rules_ever(key)),
            "one": one,
            "named": one.title or next(iter(one.identifiers.values()), "no title"),
            "since": deciding.since(one),
            "money": [(value, code) for code, value in sorted(one.money.items())],
            "now": deciding.one_work(one.work) if one.work else None,
            "rule": deciding.rule_of(key),
            "suggestions": deciding.suggestions(one),
            "query": query,
            "found": deciding.searched(query) if query else [],
            "candidate": candidate,
            "unknown": bool(chosen) and candidate is None,
            "effect": deciding.effect(one, candidate.id) if candidate else None,
            "lines": deciding.sample(one),
            "form": form,
            "problem": problem,
        }
        return render(request, "royalties/exception.html", context, status=status)


class Again(Page):
    """Look once more for the works of everything that waits, after the catalogue has grown."""

    permission = permissions.EXCEPTION_DECIDE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show how far it is."""
        context = {"job": rematching.latest()}
        return fragments.page(request, "royalties/rematching.html", context, block="state")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask for it."""
        rematching.ask(by=self.person, at=timezone.now())
        return redirect("exceptions_again")
