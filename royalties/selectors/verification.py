"""Is the ledger what the runs say, and the runs what the sales say? What departs is named."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from kernel.canonical import digest
from kernel.errors import DomainError
from royalties.engine import VERSION, results
from royalties.linestore import cells
from royalties.models import (
    Account,
    Entry,
    Run,
    RunResult,
    SalesBlock,
    SalesFile,
    Statement,
    Transfer,
)
from royalties.postings import Place, legs_of
from royalties.selectors import balances, calculations, deals, frozen
from royalties.selectors.balances import Holders, Problem, Transfers, problem
from royalties.statement_content import run_hash

# What a clause or a step of the waterfall is called in a working.
EARNINGS = frozenset({"clause", "step"})


def verify(*, recompute: bool = False) -> dict[str, Any]:
    """Check the open organisation's ledger; return what was checked, and the problems found.

    Every posted result has its one entry, whose transfers are what the result comes to; accounts
    hold what the deals close with, period by period; results open with what they must, have their
    hashes, and add up from their rows to their figures; statements are what their results make
    again, and the ledger owes what they say; blocks of lines have their hashes. With ``recompute``
    every posted result is also calculated anew from its lines, its working included.
    """
    posted = list(
        RunResult.objects.filter(run__state=Run.State.POSTED)
        .select_related("deal", "version", "run")
        .defer("working")
        .order_by("deal__code", "first_day")
    )
    holders = deals.holders_of({result.deal_id for result in posted})
    rows = Entry.objects.filter(kind="royalties", result_id__isnull=False)
    entries = {entry.result_id: entry for entry in rows}
    moved = _transfers()
    of_result = {result_id: entry.pk for result_id, entry in entries.items() if result_id}
    problems = [
        *_entries(posted, entries, moved, holders),
        *_results(posted),
        *_runs(posted),
        *_versions(posted),
        *balances.departures(posted, of_result, moved, holders),
        *frozen.departures(posted, of_result, moved, holders),
        *_blocks(),
        *_workings(),
        *(_recomputed(posted) if recompute else ()),
    ]
    return {
        "ok": not problems,
        "entries": Entry.objects.count(),
        "transfers": Transfer.objects.count(),
        "results": len(posted),
        "statements": Statement.objects.count(),
        "sales_files": SalesFile.objects.count(),
        "recomputed": len(posted) if recompute else 0,
        "problems": problems,
    }


def _entries(
    posted: list[RunResult], known: Mapping[Any, Entry], moved: Transfers, holders: Holders
) -> Iterator[Problem]:
    """Each posted result has one entry with exactly its legs; no entry stands without a result."""
    entries = dict(known)
    for result in posted:
        name = f"{result.deal.code} {result.period}"
        entry = entries.pop(result.pk, None)
        if entry is None:
            yield problem("entry_missing", name, "A posted result has no entry in the ledger.")
            continue
        wanted: Counter[tuple[Place, Place, str]] = Counter()
        for leg in legs_of(result, holders[result.deal_id]):
            wanted[(leg.debit, leg.credit, leg.what)] += leg.minor
        if wanted != moved.get(entry.pk, Counter()):
            yield problem("entry_differs", entry.reference, "Its transfers aren't the result's.")
    for entry in entries.values():
        yield problem("entry_unfounded", entry.reference, "No posted result stands behind it.")


def _transfers() -> dict[UUID, "Counter[tuple[Place, Place, str]]"]:
    places = {
        row.pk: Place(row.kind, row.currency, row.holder_id, row.deal_id)
        for row in Account.objects.all()
    }
    found: dict[UUID, Counter[tuple[Place, Place, str]]] = {}
    rows = Transfer.objects.values_list("entry_id", "debit_id", "credit_id", "what", "amount")
    for entry, debit, credit, what, amount in rows.iterator(10_000):
        found.setdefault(entry, Counter())[(places[debit], places[credit], what)] += int(amount)
    return found


def _results(posted: list[RunResult]) -> Iterator[Problem]:
    """A result's hash covers its figures and balances; their fingerprint covers its rows."""
    for result in posted:
        name = f"{result.deal.code} {result.period}"
        rows = cells.unpacked(result.cells)
        if digest({**result.figures, "closing": result.closing}) != result.results_hash:
            yield problem("result_changed", name, "The figures don't have the hash they had.")
        elif result.figures["statement"] != results.summary(rows):
            yield problem("rows_changed", name, "The statement rows don't have their fingerprint.")
        yield from balances.rows_departing(result, rows, name)


def _runs(posted: list[RunResult]) -> Iterator[Problem]:
    """A run's hash covers the hashes of its results."""
    listed: dict[Run, list[tuple[str, str, str]]] = {}
    for result in posted:
        row = (result.deal.code, result.period, result.results_hash)
        listed.setdefault(result.run, []).append(row)
    for run in Run.objects.filter(state=Run.State.POSTED):
        if run_hash(listed.get(run, [])) != run.results_hash:
            yield problem("run_changed", run.period, "Its results don't have the hash they had.")


def _versions(posted: list[RunResult]) -> Iterator[Problem]:
    """What was signed has the hash that was signed."""
    for version in {result.version_id: result.version for result in posted}.values():
        if digest(version.document) != version.sha256:
            detail = f"Version {version.number} isn't the one that was signed."
            yield problem("deal_changed", str(version.document.get("deal", version.pk)), detail)


def _workings() -> Iterator[Problem]:
    """A working begins with what is payable and due, and with what each clause earned."""
    rows = RunResult.objects.filter(run__state=Run.State.POSTED).order_by("deal__code", "first_day")
    named = rows.values_list("deal__code", "period", "figures__payees", "working")
    for code, period, payees, working in named.iterator(200):
        for payee, figures in payees.items():
            if not _tells(working.get(payee, {}), figures):
                detail = f"What is told of {payee}'s amounts isn't what they are."
                yield problem("working_differs", f"{code} {period}", detail)


def _tells(working: Mapping[str, Any], figures: Mapping[str, Any]) -> bool:
    due: Mapping[str, Any] = next(
        (n for n in working.get("children", []) if n["code"] == "due"), {}
    )
    earned = {n["label"]: n["amount"] for n in due.get("children", []) if n["code"] in EARNINGS}
    told = (working.get("amount"), due.get("amount"), earned)
    return told == (figures["payable"], figures["due"], figures["earned"])


def _blocks() -> Iterator[Problem]:
    """Blocks have their hashes (by PostgreSQL), and files the lines of their blocks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.name, b.number FROM royalties_salesblock b JOIN royalties_salesfile f "
            "ON f.org_id = b.org_id AND f.id = b.file_id "
            "WHERE encode(sha256(b.data), 'hex') <> b.sha256"
        )
        for name, number in cursor.fetchall():
            yield problem("block_changed", f"{name} block {number}", "It doesn't have its hash.")
    counted = dict(SalesBlock.objects.values_list("file").annotate(Sum("lines")))
    for file in SalesFile.objects.all():
        if counted.get(file.pk, 0) != file.lines:
            yield problem("lines_missing", file.name, "Its blocks don't hold all its lines.")


def _recomputed(posted: list[RunResult]) -> Iterator[Problem]:
    """Each result is calculated again; by the same engine, its working is the same again, too."""
    workings = RunResult.objects.values_list("working", flat=True)
    for result in posted:
        name = f"{result.deal.code} {result.period}"
        try:
            found = calculations.again(result)
        except DomainError as error:
            yield problem(error.code, name, error.detail)
            continue
        if result.inputs["engine"] == VERSION and found.working != workings.get(pk=result.pk):
            yield problem("working_differs", name, "Calculated again, its working is another.")
