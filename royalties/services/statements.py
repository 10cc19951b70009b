"""Statements: frozen when their run is posted."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kernel.canonical import digest
from kernel.ids import uuid7
from royalties.models import Run, RunResult, Statement
from royalties.selectors import deals
from royalties.services import publishing
from royalties.statement_content import contents


def issue(*, run: Run, results: Sequence[RunResult], at: datetime) -> list[Statement]:
    """Freeze a statement for each holder and currency of a run, as a draft; part of posting it.

    Deals that pay us make no statement, nor do payees without a figure.
    """
    holders = deals.holders_of({result.deal_id for result in results})
    made = contents(run, results, holders)
    rows = [_statement(run, holder, content, at) for holder, content in made]
    # Lists break ties by key: keys in the order of the numbers make that order the same anywhere.
    for row, key in zip(rows, sorted(uuid7() for _ in rows), strict=True):
        row.pk = key
    issued = Statement.objects.bulk_create(rows, batch_size=1000)
    publishing.drafted(issued)
    return issued


def _statement(run: Run, holder: UUID, content: dict[str, Any], at: datetime) -> Statement:
    return Statement(
        holder_id=holder,
        run=run,
        number=content["statement"],
        currency=content["currency"],
        period=run.period,
        first_day=run.first_day,
        end_day=run.end_day,
        earned=Decimal(content["sums"]["earned"]),
        payable=Decimal(content["sums"]["payable"]),
        content=content,
        sha256=digest(content),
        issued_at=at,
    )
