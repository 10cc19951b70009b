"""Are statements what their results make, and does the ledger owe what they say?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from kernel.canonical import digest
from royalties.engine.values import money, to_minor
from royalties.models import Run, RunResult, Statement
from royalties.postings import PAYABLE
from royalties.selectors.balances import Holders, Problem, Transfers, problem
from royalties.statement_content import contents

Owed = tuple[UUID, UUID | None, str]  # run, holder, currency


def departures(
    posted: Sequence[RunResult], entries: Mapping[UUID, UUID], moved: Transfers, holders: Holders
) -> Iterator[Problem]:
    """Yield where statements depart from their own hash, from what their results make when they are
    made again, and from what their runs' entries owe each holder."""
    owed = _owed(posted, entries, moved)
    of_run: dict[UUID, list[RunResult]] = {}
    for result in posted:
        of_run.setdefault(result.run_id, []).append(result)
    for run in Run.objects.filter(state=Run.State.POSTED).order_by("first_day"):
        made = list(contents(run, of_run.get(run.pk, []), holders))
        wanted = {content["statement"]: content for _, content in made}
        for statement in Statement.objects.filter(run=run).order_by("number").iterator(500):
            yield from _of_one(statement, wanted.pop(statement.number, None), owed)
        for number in wanted:
            yield problem("statement_missing", number, "The run has results for it.")
    for (_, _, currency), units in owed.items():
        if units:
            detail = f"{money(units, currency)} {currency} became payable on no statement."
            yield problem("payable_differs", currency, detail)


def _of_one(
    statement: Statement, wanted: dict[str, Any] | None, owed: "Counter[Owed]"
) -> Iterator[Problem]:
    content, number = statement.content, statement.number
    if digest(content) != statement.sha256:
        yield problem("statement_changed", number, "It doesn't have its hash.")
    if wanted is None or content != wanted or not _shows(statement, wanted):
        yield problem("statement_differs", number, "It doesn't say what its results come to.")
    place = statement.run_id, statement.holder_id, statement.currency
    found = owed.pop(place, 0)
    said = sum(
        to_minor(content.get("sums", {}).get(name, "0"), statement.currency)
        for name in ("payable", "advances")
    )
    if found != said:
        sums = [money(units, statement.currency) for units in (said, found)]
        detail = f"It says {sums[0]} is paid; the ledger owes {sums[1]}."
        yield problem("payable_differs", number, detail)


def _shows(statement: Statement, wanted: dict[str, Any]) -> bool:
    """Return whether a statement's own columns, which lists show, are its content's."""
    columns = (
        str(statement.holder_id),
        statement.currency,
        statement.period,
        statement.earned,
        statement.payable,
    )
    sums = wanted["sums"]
    figures = Decimal(sums["earned"]), Decimal(sums["payable"])
    return columns == (wanted["holder"], wanted["currency"], wanted["period"], *figures)


def _owed(
    posted: Sequence[RunResult], entries: Mapping[UUID, UUID], moved: Transfers
) -> "Counter[Owed]":
    """Return what each run's entries put to each holder's payable account, by its currency."""
    owed: Counter[Owed] = Counter()
    for result in posted:
        entry = entries.get(result.pk)
        for (debit, credit, _), units in moved.get(entry, Counter()).items() if entry else ():
            for place, sign in ((credit, 1), (debit, -1)):
                if place.kind == PAYABLE:
                    owed[result.run_id, place.holder, place.currency] += sign * units
    return owed
