"""Do the ledger's accounts hold what the deals say, period by period? What departs is named."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import pyarrow as pa

from royalties.engine.values import money, to_minor
from royalties.models import RunResult
from royalties.postings import ADVANCE, COST, EARNED, HELD, RESERVE, Place, balances_after

Problem = dict[str, str]
Transfers = Mapping[UUID, "Counter[tuple[Place, Place, str]]"]
Holders = Mapping[UUID, Mapping[str, UUID]]
OWN = frozenset({EARNED, HELD, RESERVE, ADVANCE, COST})
# What each account is called where it departs.
SAID = {
    EARNED: "carried and kept under guarantees",
    HELD: "held for the next payment",
    RESERVE: "kept in reserve",
    ADVANCE: "advances not yet recouped",
    COST: "costs not yet recouped",
}


def problem(code: str, subject: str, detail: str) -> Problem:
    """Return one departure: a stable code, what it concerns, and what departs."""
    return {"code": code, "subject": subject, "detail": detail}


def departures(
    posted: Sequence[RunResult], entries: Mapping[UUID, UUID], moved: Transfers, holders: Holders
) -> Iterator[Problem]:
    """Yield where the accounts of a deal depart from what its periods open and close with.

    ``posted`` in order of time for each deal; ``entries`` by result; ``moved`` by entry. What was
    carried, held, advanced and not yet recouped is added up from the transfers alone.
    """
    standing: Counter[Place] = Counter()
    before: dict[UUID, RunResult] = {}
    for result in posted:
        name = f"{result.deal.code} {result.period}"
        yield from _opening(result, before.get(result.deal_id), name)
        before[result.deal_id] = result
        _move(standing, moved.get(entries.get(result.pk, result.pk), Counter()))
        sign = -1 if result.deal.direction == "in" else 1
        for place, wanted in balances_after(result, holders[result.deal_id]).items():
            found = sign * _side(place) * standing[place]
            if found != wanted:
                yield problem(f"{place.kind}_differs", name, _told(place, found, wanted))
    yield from _beside(posted, standing, moved)


def _opening(result: RunResult, last: RunResult | None, name: str) -> Iterator[Problem]:
    """A period opens with what the one before closed with, the first with what was signed."""
    wanted = last.closing if last is not None else result.version.opening
    if result.opening != wanted or result.inputs.get("opened_before", True) != (last is not None):
        said = "the last period closed with" if last is not None else "was signed"
        yield problem("opening_differs", name, f"It opens with other balances than {said}.")


def _move(standing: "Counter[Place]", transfers: "Counter[tuple[Place, Place, str]]") -> None:
    for (debit, credit, _), units in transfers.items():
        standing[debit] -= units
        standing[credit] += units


def _beside(
    posted: Sequence[RunResult], standing: "Counter[Place]", moved: Transfers
) -> Iterator[Problem]:
    """Nothing but the deals' own entries moves the deals' own accounts."""
    whole: Counter[Place] = Counter()
    for transfers in moved.values():
        _move(whole, transfers)
    codes = {result.deal_id: result.deal.code for result in posted}
    for place, found in whole.items():
        if place.kind in OWN and found != standing[place]:
            code = codes.get(place.deal, "") if place.deal else ""
            detail = f"Entries beside its periods' move {SAID[place.kind]}."
            yield problem(f"{place.kind}_differs", code, detail)


def _side(place: Place) -> int:
    return -1 if place.kind in (ADVANCE, COST) else 1


def _told(place: Place, found: int, wanted: int) -> str:
    sums = [money(units, place.currency) for units in (found, wanted)]
    return f"{SAID[place.kind].capitalize()}: the ledger has {sums[0]}, the deal {sums[1]}."


def sums_of(cells: pa.Table) -> dict[tuple[str, str], int]:
    """Return the money of statement rows by payee and clause or step, in smallest units."""
    plain = pa.table(
        {
            "payee": cells.column("payee").cast(pa.string()),
            "clause": cells.column("clause").cast(pa.string()),
            "amount": cells.column("amount").cast(pa.decimal128(38, 0)),
        }
    )
    sums = plain.group_by(["payee", "clause"]).aggregate([("amount", "sum")])
    return {(row["payee"], row["clause"]): int(row["amount_sum"]) for row in sums.to_pylist()}


def rows_departing(result: RunResult, cells: pa.Table, name: str) -> Iterator[Problem]:
    """Yield where a result's statement rows don't add up to what its clauses and steps earned."""
    found = sums_of(cells)
    currency = result.figures["currency"]
    wanted = {
        (payee, clause): to_minor(amount, currency)
        for payee, figures in result.figures["payees"].items()
        for clause, amount in figures["earned"].items()
    }
    for payee, clause in found.keys() | wanted.keys():
        if found.get((payee, clause), 0) != wanted.get((payee, clause), 0):
            detail = f"The rows of {clause} don't add up to what it earned {payee}."
            yield problem("rows_dont_add_up", name, detail)
