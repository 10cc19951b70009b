"""Post to the ledger: entries only grow, and one reference is posted once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.actors import Actor
from foundation.database import bulk
from kernel.errors import DomainError
from kernel.ids import uuid7
from royalties.models import Account, Entry, Run, RunResult, Transfer
from royalties.postings import Leg, Place, legs_of
from royalties.selectors import deals


class PostedBefore(DomainError):
    """A deal's period that is in the ledger, from another calculation."""

    code = "posted_before"


def post_run(*, run: Run, results: Sequence[RunResult], by: Actor, at: datetime) -> int:
    """Post one entry for each deal and period of a run; return how many were new.

    Called in the transaction that posts the run; what was posted before stays as it is.
    """
    wanted = {reference(result): result for result in results}
    known = dict(Entry.objects.filter(reference__in=wanted).values_list("reference", "result_id"))
    for name, result_id in known.items():
        if wanted[name].pk != result_id:
            raise PostedBefore(f"{name} is posted already, from another result.", reference=name)
    fresh = {name: result for name, result in wanted.items() if name not in known}
    holders = deals.holders_of({result.deal_id for result in fresh.values()})
    entries = []
    for name, result in fresh.items():
        entry = Entry(
            reference=name,
            kind="royalties",
            run=run,
            result_id=result.pk,
            period=result.period,
            day=result.end_day,
            posted_at=at,
            posted_by=by.actor_id,
        )
        entries.append((entry, legs_of(result, holders[result.deal_id])))
    Entry.objects.bulk_create([entry for entry, _ in entries], batch_size=1000)
    accounts = _accounts({place for _, legs in entries for leg in legs for place in leg.places})
    _transfer([(entry.pk, leg) for entry, legs in entries for leg in legs], accounts)
    return len(entries)


def reference(result: RunResult) -> str:
    """Return the reference under which a deal's period is posted."""
    return f"royalties/{result.deal.code}/{result.period}"


def _accounts(places: set[Place]) -> dict[Place, UUID]:
    """Return the account of each place, opened where there is none."""
    columns: dict[str, list[Any]] = {"id": [], "kind": [], "currency": [], "holder": [], "deal": []}
    known = _known(places)
    for place in sorted(places - known.keys(), key=str):
        columns["id"].append(uuid7())
        for name in ("kind", "currency", "holder", "deal"):
            columns[name].append(getattr(place, name))
    if columns["id"]:
        bulk.insert(Account, columns)
        known = _known(places)
    return known


def _known(places: set[Place]) -> dict[Place, UUID]:
    rows = Account.objects.filter(
        kind__in={place.kind for place in places}, currency__in={place.currency for place in places}
    )
    return {Place(row.kind, row.currency, row.holder_id, row.deal_id): row.pk for row in rows}


def _transfer(legs: Sequence[tuple[UUID, Leg]], accounts: dict[Place, UUID]) -> None:
    if not legs:
        return
    bulk.insert(
        Transfer,
        {
            "id": [uuid7() for _ in legs],
            "entry": [entry for entry, _ in legs],
            "debit": [accounts[leg.debit] for _, leg in legs],
            "credit": [accounts[leg.credit] for _, leg in legs],
            "amount": [leg.minor for _, leg in legs],
            "currency": [leg.debit.currency for _, leg in legs],
            "what": [leg.what for _, leg in legs],
        },
    )
