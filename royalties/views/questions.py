"""Questions about statements: asking, one's own, and those that wait for the office."""

from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import people
from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.filters import money_text
from foundation.pages.narrowing import Narrowing
from foundation.pages.tables import Choice, Column, Days, Reference, Table
from holders.selectors import holders
from holders.suggesting import HOLDERS
from royalties import permissions, policies
from royalties.forms import AskForm, ReplyForm
from royalties.models import Question, Statement
from royalties.selectors import questions
from royalties.services import questions as deeds
from royalties.views.asking import STATES

State = Question.State


class Questions(Table):
    """Questions, the newest first."""

    caption = "Questions"
    noun = ("question", "questions")
    start = "-asked"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("about", "About", lambda row: row.about, link="question"),
        Column(
            "statement",
            "Statement",
            lambda row: row.statement.number,
            link=lambda row: reverse("statement", args=[row.statement_id]),
        ),
        Column("payee", "Payee", lambda row: row.payee),
        Column(
            "amount",
            "Amount",
            lambda row: (row.amount, row.statement.currency),
            kind="money",
            sort="amount",
        ),
        Column("by", "Asked by", lambda row: row.by),
        Column("asked", "Asked", "asked_at", kind="moment", sort="asked_at"),
        Column("state", "State", lambda row: STATES[row.state], kind="badge"),
        Column("waits", "Waits since", "waits_since", kind="moment"),
    )
    search = ("statement__number", "text")
    search_label = "Search number or words"
    filters: ClassVar[tuple[Narrowing, ...]] = (
        Choice(
            "state",
            "State",
            [(name, words) for name, (words, _) in STATES.items()],
            lambda value: Q(state=value),
        ),
        Reference("payee", "Payee", "statement__holder", HOLDERS),
        Days("asked", "Asked", "asked_at", moments=True),
    )
    nothing = ("No questions", "What payees ask about their statements shows here.")

    def complete(self, rows: Any) -> None:
        """Name the figures, the payees and who asked: four questions."""
        payees = holders.lines({row.statement.holder_id for row in rows})
        names = people.names_of(row.author for row in rows)
        for row, words in zip(rows, questions.called([row.figure for row in rows]), strict=True):
            row.about = words[:1].upper() + words[1:]
            row.payee = payees[row.statement.holder_id].name
            row.by = names.get(row.author, "")


class OwnQuestions(Questions):
    """The same for who asks."""

    columns = (
        Column("about", "About", lambda row: row.about, link="own_question"),
        *Questions.columns[1:],
    )
    nothing = (
        "No questions yet",
        "Open a statement and choose “Ask about this”: the answer shows here, and you are told.",
    )


class List(Page):
    """The questions that this person may answer."""

    permission = permissions.QUESTION_ANSWER
    template = "royalties/questions.html"
    table: ClassVar[type[Questions]] = Questions

    def reach(self) -> QuerySet[Question]:
        """Return the questions within reach."""
        return policies.questions_to_answer(self.person)

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        rows = self.reach().select_related("statement").defer("statement__content")
        return fragments.page(
            request, self.template, {"table": self.table(rows, request)}, block="list"
        )


class Own(List):
    """The questions about one's own holders' statements."""

    permission = permissions.QUESTION_ASK
    template = "royalties/own_questions.html"
    table = OwnQuestions

    def reach(self) -> QuerySet[Question]:
        """Return the questions within reach."""
        return policies.own_questions(self.person)


class Ask(Page):
    """Ask about a statement of one's own holders, or about one figure of it."""

    permission = permissions.QUESTION_ASK
    seen_with = permissions.QUESTION_ASK

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what it would be about, and ask for the words."""
        statement = self.statement(pk)
        return self.show(request, statement, AskForm(steps=_steps(statement, _asked(request))))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask."""
        statement, asked = self.statement(pk), _asked(request)
        form = AskForm(request.POST, steps=_steps(statement, asked))
        if not form.is_valid():
            return self.show(request, statement, form, status=422)
        if form.cleaned_data.get("step"):
            asked = {**asked, questions.STEP: form.cleaned_data["step"]}
        text = form.cleaned_data["text"]
        try:
            made = deeds.ask(
                statement_id=pk, asked=asked, text=text, by=self.person, at=timezone.now()
            )
        except (deeds.TooManyQuestions, deeds.NothingWritten) as refusal:
            form.add_error(None, refusal.detail)
            return self.show(request, statement, form, status=refusal.status)
        messages.success(request, "The office has your question. You are told of the answer.")
        return redirect("own_question", pk=made.pk)

    def statement(self, pk: UUID) -> Statement:
        """Return the statement within reach."""
        found = policies.askable(self.person).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def show(
        self, request: HttpRequest, statement: Statement, form: AskForm, *, status: int = 200
    ) -> HttpResponse:
        """Show the form."""
        asked = _asked(request)
        context = {
            "statement": statement,
            "form": form,
            "about": None if "step" in form.fields else questions.about(statement, asked),
            "query": urlencode(asked),
            "payee": holders.lines([statement.holder_id])[statement.holder_id].name,
        }
        return render(request, "royalties/question_ask.html", context, status=status)


class One(Page):
    """A question with all that was written, for the office."""

    permission = permissions.QUESTION_ANSWER
    seen_with = permissions.QUESTION_ANSWER
    from_office = True
    address, back = "question", ("questions", "Questions")

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        question = self.question(pk)
        return self.show(request, question, ReplyForm(initial={"version": question.version}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Reply to it, or close it."""
        question, form = self.question(pk), ReplyForm(request.POST)
        if not form.is_valid():
            return self.show(request, question, form, status=422)
        told = {**form.cleaned_data, "question_id": pk, "by": self.person, "at": timezone.now()}
        try:
            if request.POST.get("deed") == "close":
                deeds.close(**told, from_office=self.from_office)
                done = "The question is closed."
            else:
                (deeds.answer if self.from_office else deeds.ask_on)(**told)
                done = "It is sent."
        except (deeds.NothingWritten, deeds.QuestionChanged, deeds.QuestionClosed) as refusal:
            form.add_error("text" if refusal.status == 422 else None, refusal.detail)
            return self.show(request, self.question(pk), form, status=refusal.status)
        messages.success(request, done)
        return redirect(self.address, pk=pk)

    def reach(self) -> QuerySet[Question]:
        """Return the questions within reach."""
        return policies.questions_to_answer(self.person)

    def question(self, pk: UUID) -> Question:
        """Return the question within reach."""
        rows = self.reach().select_related("statement").defer("statement__content")
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def show(
        self, request: HttpRequest, question: Question, form: ReplyForm, *, status: int = 200
    ) -> HttpResponse:
        """Show the thread; what was typed stays, and is sent next with what is seen now."""
        if form.is_bound:
            form.data = {**form.data, "version": str(question.version)}
        narrows = questions.rows_of(question.figure)
        base = reverse("statement", args=[question.statement_id])
        context = {
            **(self.happened(question) if self.from_office else {}),
            "question": question,
            "form": form,
            "state": STATES[State(question.state)],
            "about": questions.called([question.figure])[0],
            "behind": f"{base}rows/?{urlencode(narrows)}" if narrows else base,
            "said": questions.thread(question),
            "payee": holders.lines([question.statement.holder_id])[question.statement.holder_id],
            "from_office": self.from_office,
            "address": self.address,
            "back": self.back,
        }
        return render(request, "royalties/question.html", context, status=status)


class OwnOne(One):
    """The same for who asks."""

    permission = permissions.QUESTION_ASK
    seen_with = permissions.QUESTION_ASK
    from_office = False
    address, back = "own_question", ("own_questions", "My questions")

    def reach(self) -> QuerySet[Question]:
        """Return the questions within reach."""
        return policies.own_questions(self.person)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what the address says it is about."""
    return {name: request.GET[name] for name in questions.NAMES if name in request.GET}


def _steps(statement: Statement, asked: dict[str, str]) -> list[tuple[str, str]]:
    """Return the steps to choose from, where the address leaves that open."""
    if set(asked) - {"deal"}:
        return []
    found = questions.steps(statement, asked.get("deal", ""))
    listed = [
        (step.name, f"{step.label}: {money_text((step.amount, statement.currency))}")
        for step in found
    ]
    whole = [] if asked else [("", "The whole statement")]
    return [*whole, *reversed(listed)] if listed else []
