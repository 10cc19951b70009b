"""Is the ledger what the runs say, and the runs what the sales say? What departs is named."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from kernel.canonical import digest
from kernel.errors import DomainError
from royalties.engine import results
from royalties.engine.values import to_minor
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
from royalties.postings import HELD, Place, legs_of
from royalties.selectors import calculations, deals

Problem = dict[str, str]


def verify(*, recompute: bool = False) -> dict[str, Any]:
    """Check the open organisation's ledger; return what was checked, and the problems found.

    Every posted result has its one entry, whose transfers are what the result comes to; statements,
    statement rows and blocks of lines have their hashes; money held is what the deals hold. With
    ``recompute`` every posted result is also calculated anew from its lines.
    """
    posted = list(
        RunResult.objects.filter(run__state=Run.State.POSTED)
        .select_related("deal", "version", "run")
        .defer("working")
        .order_by("deal__code", "first_day")
    )
    problems = [
        *_entries(posted),
        *_results(posted),
        *_held(posted),
        *_statements(),
        *_blocks(),
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


def _problem(code: str, subject: str, detail: str) -> Problem:
    return {"code": code, "subject": subject, "detail": detail}


def _entries(posted: list[RunResult]) -> Iterator[Problem]:
    """Each posted result has one entry with exactly its legs; no entry stands without a result."""
    holders = deals.holders_of({result.deal_id for result in posted})
    entries = {
        entry.result_id: entry
        for entry in Entry.objects.filter(kind="royalties")
        if entry.result_id
    }
    found = _transfers()
    for result in posted:
        name = f"{result.deal.code} {result.period}"
        entry = entries.pop(result.pk, None)
        if entry is None:
            yield _problem("entry_missing", name, "A posted result has no entry in the ledger.")
            continue
        wanted: Counter[tuple[Place, Place, str]] = Counter()
        for leg in legs_of(result, holders[result.deal_id]):
            wanted[(leg.debit, leg.credit, leg.what)] += leg.minor
        if wanted != found.get(entry.pk, Counter()):
            yield _problem("entry_differs", entry.reference, "Its transfers aren't the result's.")
    for entry in entries.values():
        yield _problem("entry_unfounded", entry.reference, "No posted result stands behind it.")


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
        if digest({**result.figures, "closing": result.closing}) != result.results_hash:
            yield _problem("result_changed", name, "The figures don't have the hash they had.")
        elif result.figures["statement"] != results.summary(cells.unpacked(result.cells)):
            yield _problem("rows_changed", name, "The statement rows don't have their fingerprint.")


def _held(posted: list[RunResult]) -> Iterator[Problem]:
    """What accounts hold back is what the deals' last results say."""
    balances = _balances(HELD)
    last = {result.deal_id: result for result in posted}
    holders = deals.holders_of({result.deal_id for result in posted})
    wanted: Counter[tuple[UUID, UUID]] = Counter()
    for deal, result in last.items():
        if result.deal.direction == "in":
            continue
        for payee, account in result.closing["accounts"].items():
            units = to_minor(account.get("held", "0"), result.figures["currency"])
            wanted[(deal, holders[deal][payee])] += units
    for key in balances.keys() | wanted.keys():
        if balances.get(key, 0) != wanted.get(key, 0) and key[0] in last:
            code = last[key[0]].deal.code
            yield _problem("held_differs", code, "The ledger holds another sum than the deal does.")


def _balances(kind: str) -> dict[tuple[UUID, UUID], int]:
    """Return the balance of each deal's and holder's account of a kind (credits less debits)."""
    found: Counter[tuple[UUID, UUID]] = Counter()
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = (
            Transfer.objects.filter(**{f"{side}__kind": kind})
            .exclude(**{f"{side}__deal__direction": "in"})
            .values_list(f"{side}__deal_id", f"{side}__holder_id")
            .annotate(total=Sum("amount"))
        )
        for deal, holder, total in rows:
            found[(deal, holder)] += sign * int(total)
    return found


def _statements() -> Iterator[Problem]:
    for statement in Statement.objects.iterator(500):
        if digest(statement.content) != statement.sha256:
            yield _problem("statement_changed", statement.number, "It doesn't have its hash.")


def _blocks() -> Iterator[Problem]:
    """Blocks have their hashes (by PostgreSQL), and files the lines of their blocks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.name, b.number FROM royalties_salesblock b JOIN royalties_salesfile f "
            "ON f.org_id = b.org_id AND f.id = b.file_id "
            "WHERE encode(sha256(b.data), 'hex') <> b.sha256"
        )
        for name, number in cursor.fetchall():
            yield _problem("block_changed", f"{name} block {number}", "It doesn't have its hash.")
    counted = dict(SalesBlock.objects.values_list("file").annotate(Sum("lines")))
    for file in SalesFile.objects.all():
        if counted.get(file.pk, 0) != file.lines:
            yield _problem("lines_missing", file.name, "Its blocks don't hold all its lines.")


def _recomputed(posted: list[RunResult]) -> Iterator[Problem]:
    for result in posted:
        try:
            calculations.again(result)
        except DomainError as error:
            yield _problem(error.code, f"{result.deal.code} {result.period}", error.detail)
