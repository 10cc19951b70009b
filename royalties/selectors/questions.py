"""Questions about statements: which figure one is about, how it is called, what was written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Min
from django.db.models import QuerySet as Rows

from accounts.selectors import people
from catalog.selectors import works
from kernel.money import Money
from royalties.models import Question, Reply, Statement
from royalties.selectors import figures, statements
from royalties.selectors.statements import Step
from royalties.selectors.why import NoFigure
from territories.selectors import places

STEP, RESULT, PERIOD = "step", "result", "period"
NAMES = (STEP, RESULT, PERIOD, *figures.NARROWS)
WHOLE = "the whole statement"


@dataclass(frozen=True, slots=True)
class About:
    """A figure of a statement: what names it, what it is called, what it comes to."""

    figure: dict[str, str]
    words: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a question concerns: who asked, and whose statement it is about."""

    author: UUID
    holder: UUID
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was written in a question's thread."""

    who: str
    from_office: bool
    at: datetime
    text: str


def about(statement: Statement, asked: Mapping[str, str]) -> About:
    """Return the figure that an address names: a step, what rows have in common, or the whole.

    ``result`` names a deal's part as the addresses of rows do; the answer holds its deal and
    period. Raises NoFigure where the statement has no such figure.
    """
    figure = {name: asked[name] for name in NAMES if name in asked}
    if RESULT in figure:
        part = _part_of_result(statement, figure.pop(RESULT))
        figure = {"deal": part["deal"], PERIOD: part["period"], **figure}
    if STEP in figure:
        step = _step(statement, figure)
        amount = Money(Decimal(step.amount), statement.currency)
    elif figure:
        found = _rows(statement, figure)
        if not found.num_rows:
            raise _no_figure(statement)
        amount = figures.total(found, statement.currency)
    else:
        last = statements.steps_of(statement.content["sums"])[-1]
        amount = Money(Decimal(last.amount), statement.currency)
    return About(figure, called([figure])[0], amount)


def steps(statement: Statement, deal: str = "") -> tuple[Step, ...]:
    """Return the steps that can be asked about: the statement's, or those of one deal's part.

    A deal of several periods has several parts: then there are none. Raises NoFigure for a deal
    that isn't in it.
    """
    if not deal:
        return statements.steps_of(statement.content["sums"])
    parts = [part for part in statement.content["deals"] if part["deal"] == deal]
    if not parts:
        raise _no_figure(statement)
    return statements.steps_of(parts[0]["sums"]) if len(parts) == 1 else ()


def called(listed: Iterable[Mapping[str, str]]) -> list[str]:
    """Return what figures are called, with the names of works and places: two questions."""
    every = list(listed)
    codes = {each["work"] for each in every if each.get("work")}
    titles = works.named(codes) if codes else {}
    named = places.names(list({each["territory"] for each in every if each.get("territory")}))
    return [_called(each, titles, named) for each in every]


def _called(figure: Mapping[str, str], titles: Mapping[str, str], named: Mapping[str, str]) -> str:
    if not figure:
        return WHOLE
    work, place = figure.get("work", ""), figure.get("territory", "")
    words = [
        statements.STEP_LABELS.get(figure.get(STEP, ""), ""),
        titles.get(work, work),
        named.get(place, place),
        *(figure.get(name, "") for name in ("source", "channel", "right_type", "clause")),
        figure.get("kind", "") if figure.get("kind") != "sales" else "",
        figure.get("deal", ""),
        figure.get(PERIOD, ""),
    ]
    return ", ".join(word for word in words if word) or "what has none of these"


def rows_of(figure: Mapping[str, str]) -> dict[str, str]:
    """Return what the address of a figure's rows asks for; nothing for a step or the whole."""
    if STEP in figure:
        return {}
    return {name: figure[name] for name in figures.NARROWS if name in figure}


def thread(question: Question) -> list[Said]:
    """Return what was written, the question first, with who wrote it: two questions."""
    replies = list(Reply.objects.filter(question=question).order_by("at", "pk"))
    names = people.names_of({question.author, *(each.author for each in replies)})
    first = Said(names.get(question.author, ""), False, question.asked_at, question.text)
    return [
        first,
        *(
            Said(names.get(each.author, ""), each.from_office, each.at, each.text)
            for each in replies
        ),
    ]


def waiting(rows: "Rows[Question]") -> tuple[int, datetime | None]:
    """Return how many of these questions wait for an answer, and since when the oldest does."""
    open_ones = rows.filter(state=Question.State.OPEN)
    found = open_ones.order_by().aggregate(since=Min("waits_since"))
    return open_ones.count(), found["since"]


def concerned(key: UUID) -> Concerned | None:
    """Return whom a question concerns, None where there is none."""
    found = (
        Question.objects.filter(pk=key)
        .values_list("author", "statement__holder", "statement__number", "state")
        .first()
    )
    return Concerned(*found) if found else None


def _step(statement: Statement, figure: Mapping[str, str]) -> Step:
    if set(figure) - {STEP, "deal"}:
        raise _no_figure(statement)
    for step in steps(statement, figure.get("deal", "")):
        if step.name == figure[STEP]:
            return step
    raise _no_figure(statement)


def _rows(statement: Statement, figure: Mapping[str, str]) -> pa.Table:
    found = figures.narrowed(statements.cells(statement), figure)
    if PERIOD not in figure:
        return found
    parts = statement.content["deals"]
    results = [part["result"] for part in parts if part["period"] == figure[PERIOD]]
    return found.filter(pc.is_in(found.column("result"), pa.array(results, pa.string())))


def _part_of_result(statement: Statement, result: str) -> dict[str, str]:
    for part in statement.content["deals"]:
        if part["result"] == result:
            return {"deal": part["deal"], "period": part["period"]}
    raise _no_figure(statement)


def _no_figure(statement: Statement) -> NoFigure:
    return NoFigure(f"Statement {statement.number} has no such figure. Open it and ask from there.")
