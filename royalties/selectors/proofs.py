"""What a statement's proof pack is made of: its results' inputs, restricted to what they need."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import numpy as np

from royalties.engine.calculate import Calculation
from royalties.engine.proof.pack import Answers, Part
from royalties.engine.selection import worth
from royalties.engine.values import text
from royalties.models import RunResult, Statement
from royalties.selectors import calculations, deals


def parts(statement: Statement) -> Iterator[Part]:
    """Yield the parts of a statement's pack, in the statement's order; NotTheSame where a stored
    result can't be reached again.

    Of the lines only those that a clause takes are given, and of the tables those that the deal
    names: the others are the business of other payees.
    """
    keys = list(dict.fromkeys(said["result"] for said in statement.content["deals"]))
    found = RunResult.objects.select_related("deal", "version").in_bulk(keys)
    for result in map(found.__getitem__, map(UUID, keys)):
        yield _part(result)


def others(statement: Statement) -> bool:
    """Return whether the pack tells of payees other than the statement's own holder."""
    results = [said["result"] for said in statement.content["deals"]]
    keys = set(RunResult.objects.filter(pk__in=results).values_list("deal", flat=True))
    holders = {one for payees in deals.holders_of(keys).values() for one in payees.values()}
    return bool(holders - {statement.holder_id})


def _part(result: RunResult) -> Part:
    answers = Answers(calculations.places_of(result))
    found = calculations.again(result, places=answers)
    given = found.parts.given
    taken = [index for index in found.parts.flows.stage.taken.lines.values() if len(index)]
    index = np.unique(np.concatenate(taken)) if taken else np.zeros(0, dtype=np.int64)
    lines = given.lines.take(index)
    named = _texts(result.version.document)
    return Part(
        str(result.pk),
        result.period,
        result.results_hash,
        result.version.document,
        lines,
        given.costs,
        result.opening,
        {name: rows for name, rows in given.rates.items() if name in named},
        given.fx,
        answers.told([place for place in lines.text("territory").values if place is not None]),
        _left_out(found, index),
        {**result.figures, "closing": result.closing},
    )


def _left_out(found: Calculation, kept: Any) -> dict[str, dict[str, Any]]:
    """Return, by group, the lines that no clause of any group takes, and what they are worth."""
    given = found.parts.given
    mask = np.ones(given.lines.count, dtype=bool)
    mask[kept] = False
    count = int(mask.sum())
    if not count:
        return {}
    # What is left out lacks a taker in every group, so it counts in each of them alike.
    amount = text(worth(given, np.flatnonzero(mask)))
    return {group: {"lines": count, "amount": amount} for group in found.result["untaken"]}


def _texts(value: Any) -> set[str]:
    """Return every text in a document."""
    if isinstance(value, Mapping):
        return set().union(*map(_texts, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(_texts, value)) if value else set()
    return {value} if isinstance(value, str) else set()
