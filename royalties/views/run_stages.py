"""What happens to a run between its calculation and its posting: review, approval, and the rule."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import conflicts
from kernel.errors import DomainError
from royalties import permissions
from royalties.forms import ApprovalForm, PostingRuleForm, ReviewForm
from royalties.models import Run
from royalties.selectors import approving as questions
from royalties.selectors import board
from royalties.services import approving


class Stage(Page):
    """A deed on one run before it is posted, by who reviews runs."""

    permission = seen_with = permissions.RUN_REVIEW
    template = ""

    def show(
        self,
        request: HttpRequest,
        run: Run,
        form: forms.Form,
        *,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show what the deed is about, and ask."""
        found = board.compared(run)
        context = {
            "run": run,
            "form": form,
            "problem": problem,
            "ready": run.state == Run.State.CALCULATED,
            "payable": [each for each in found.totals if each.key == "payable"],
            "flags": len(found.flagged),
            "waits": questions.waits(run, at=timezone.now()),
        }
        return render(request, self.template, context, status=status)


class Review(Stage):
    """Note that one looked at a run's results."""

    template = "royalties/run_review.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for the note."""
        run = self.one(Run.objects.all(), pk)
        filled = {"note": run.review_note, "results_hash": run.results_hash}
        return self.show(request, run, ReviewForm(initial=filled))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep it."""
        run, form = self.one(Run.objects.all(), pk), ReviewForm(request.POST)
        if not form.is_valid():
            return self.show(request, run, form, status=422)
        try:
            approving.review(run_id=pk, **form.cleaned_data, by=self.person, at=timezone.now())
        except DomainError as refusal:
            return self.show(request, run, form, problem=refusal.detail, status=refusal.status)
        messages.success(request, f"{run.period} is reviewed.")
        return redirect("run", pk=pk)


class Ask(Stage):
    """Ask a second person to approve a reviewed run."""

    template = "royalties/run_ask.html"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask for the reason."""
        return self.show(request, self.one(Run.objects.all(), pk), ApprovalForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask; the change request's page is where it goes on."""
        run, form = self.one(Run.objects.all(), pk), ApprovalForm(request.POST)
        if not form.is_valid():
            return self.show(request, run, form, status=422)
        reason = form.cleaned_data["reason"]
        try:
            asked = approving.ask(run_id=pk, reason=reason, by=self.person, at=timezone.now())
        except DomainError as refusal:
            return self.show(request, run, form, problem=refusal.detail, status=refusal.status)
        messages.success(request, "Asked for. Somebody else has to approve it.")
        return redirect("change", pk=asked.pk)


class Rule(Page):
    """What a run needs before it is posted."""

    permission = {"GET": permissions.RUN_SEE, "POST": permissions.RUN_APPROVE}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self.show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set it."""
        form = PostingRuleForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            approving.set_rule(
                **form.cleaned_data,
                version=conflicts.version_of(request),
                by=self.person,
                at=timezone.now(),
            )
        except approving.RuleChanged:
            rule = questions.rule()
            return conflicts.page(
                request,
                form,
                theirs={"asks": questions.asks()},
                version=rule.version if rule else 0,
                title="What posting needs",
                back=reverse("posting_rule"),
            )
        messages.success(request, "The rule is set. It holds for every run not posted yet.")
        return redirect("posting_rule")

    def show(
        self, request: HttpRequest, form: PostingRuleForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Show the rule as it is now, or a form that couldn't be taken."""
        rule = questions.rule()
        filled = {"asks": questions.asks()}
        context = {
            "rule": rule,
            "asks": questions.Asks(questions.asks()).label,
            "form": form or PostingRuleForm(initial=filled),
            **conflicts.opened(request, filled, rule.version if rule else 0),
            **(self.happened(rule) if rule else {}),
        }
        return render(request, "royalties/posting_rule.html", context, status=status)
