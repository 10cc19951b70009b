"""Ledger entries with their transfers: for the accounts of others."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import operation
from kernel.money import Money
from royalties.models import Account, Entry, Transfer
from royalties.permissions import RUN_SEE

ACCOUNT = schema.record(
    "LedgerAccount",
    {
        "id": schema.UUID,
        "kind": schema.text(24),
        "currency": schema.CURRENCY,
        "holder": schema.maybe(schema.UUID),
        "deal": schema.maybe(schema.UUID),
    },
)
ENTRY = schema.record(
    "LedgerEntry",
    {
        "id": schema.UUID,
        "reference": schema.text(120),
        "kind": schema.text(24),
        "run": schema.maybe(schema.UUID),
        "period": schema.text(10),
        "day": schema.DAY,
        "reason": schema.text(500),
        "reverses": schema.maybe(schema.UUID),
        "posted_at": schema.MOMENT,
        "transfers": schema.many(
            schema.record(
                "LedgerTransfer",
                {
                    "debit": ACCOUNT,
                    "credit": ACCOUNT,
                    "amount": schema.AMOUNT,
                    "currency": schema.CURRENCY,
                    "what": schema.text(120),
                },
            )
        ),
    },
)
LISTING = Listing(
    sorts={"posted_at": "posted_at", "reference": "reference"},
    start="-posted_at",
    filters=(
        Filter("run", schema.UUID, lambda value: Q(run=value)),
        Filter("period", schema.PERIOD, lambda value: Q(period=value)),
        Filter("reference", schema.text(120, least=1), lambda value: Q(reference=value)),
    ),
)


def _complete() -> QuerySet[Entry]:
    transfers = Transfer.objects.select_related("debit", "credit").order_by("id")
    return Entry.objects.prefetch_related(Prefetch("transfers", transfers))


def _account(row: Account) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "currency": row.currency,
        "holder": row.holder_id and str(row.holder_id),
        "deal": row.deal_id and str(row.deal_id),
    }


def _shown(row: Entry) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "reference": row.reference,
        "kind": row.kind,
        "run": row.run_id and str(row.run_id),
        "period": row.period,
        "day": written.day(row.day),
        "reason": row.reason,
        "reverses": row.reverses_id and str(row.reverses_id),
        "posted_at": written.moment(row.posted_at),
        "transfers": [
            {
                "debit": _account(each.debit),
                "credit": _account(each.credit),
                "amount": f"{Money.from_minor(int(each.amount), each.currency).amount:f}",
                "currency": each.currency,
                "what": each.what,
            }
            for each in row.transfers.all()
        ],
    }


def _listed(rows: Sequence[Entry]) -> list[dict[str, Any]]:
    return [_shown(row) for row in rows]


class Entries(ApiView):
    """The ledger's entries."""

    group = "Ledger"
    permission = RUN_SEE

    @operation("List ledger entries", gives=schema.page_of(ENTRY), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, self.rows(_complete()), _listed)


class OneEntry(ApiView):
    """One entry."""

    group = "Ledger"
    permission = RUN_SEE

    @operation("Read a ledger entry", gives=ENTRY, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it."""
        return _shown(self.one(_complete(), pk))
