"""Accept a sales file: its lines kept as immutable blocks, its keys matched; or take it back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import transaction

from audit.actors import Actor
from audit.services import events
from foundation.database import bulk
from foundation.locks import lock_for_change
from kernel.errors import DomainError
from kernel.ids import uuid7
from kernel.period import Period
from royalties.linestore import blocks, keys, sources
from royalties.models import FileSource, MatchKey, SalesBlock, SalesFile
from royalties.selectors import matching
from royalties.services import exceptions, periods


class AlreadyPosted(DomainError):
    """A file whose money stands in the ledger can't be taken back."""

    code = "sales_file_posted"


@transaction.atomic
def accept(
    *,
    actor: Actor,
    file_name: str,
    sha256: str,
    profile: str,
    period: str,
    lines_path: Path,
    scales: Mapping[str, int],
    reported: Sequence[Mapping[str, Any]],
    at: datetime,
) -> UUID:
    """Keep a file's accepted lines and match them; return the SalesFile's id.

    ``lines_path`` is Parquet with ``_row``, the texts that name works (isrc, iswc, upc, own, title,
    artist), other texts, days, and amount, units and list_price as whole numbers at ``scales``.
    ``reported`` has currency, reported and accepted for each currency, as text. A file that was
    accepted before, and not taken back, is left as it is: its id is the answer.
    """
    known = accepted(sha256)
    if known is not None:
        return known
    days = Period.of(period)
    assert days.end is not None
    first_open = periods.hold_open()
    table = blocks.read(lines_path)
    found = keys.distinct(table, scales.get("amount", 0))
    file = SalesFile(
        name=file_name,
        sha256=sha256,
        profile=profile,
        period=period,
        lines=table.num_rows,
        totals=[dict(each) for each in reported],
        accepted_at=at,
        accepted_by=actor.actor_id,
    )
    file.first_day, file.end_day = days.start, days.end
    file.save(force_insert=True)
    _keep_sources(file, sources.named(table))
    table = blocks.prepared(table, found.codes)
    _keep_blocks(file, table)
    del table  # a large file's lines needn't be in memory while its keys are matched
    counts_on = periods.counting_day(periods.last_day(days.end), first_open)
    open_keys = _keep_keys(file, found, counts_on, at)
    _told(file, open_keys, actor, at)
    return file.pk


def _told(file: SalesFile, open_keys: int, actor: Actor, at: datetime) -> None:
    kept = {name: getattr(file, name) for name in ("name", "sha256", "period", "lines")}
    events.record(
        "royalties.sales.accepted",
        subject=file,
        actor=actor,
        at=at,
        after=kept,
        facts=[("royalties.sales.unmatched", {"keys": open_keys})] if open_keys else [],
    )


def accepted(sha256: str) -> UUID | None:
    """Return the accepted file with this content, None where there is none."""
    rows = SalesFile.objects.filter(sha256=sha256, reversed_at=None)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    return found


@transaction.atomic
def take_back(*, file_id: UUID, reason: str, by: Actor, at: datetime) -> SalesFile:
    """Take a file back, with all its lines, while none of its money is posted."""
    first_open = periods.hold_open()
    file: SalesFile
    [file] = lock_for_change((SalesFile, [file_id]))
    if file.reversed_at is not None:
        return file
    if first_open and MatchKey.objects.filter(file=file, counts_on__lt=first_open).exists():
        raise AlreadyPosted(
            f"{file.name} was posted with its period. Correct it in the open period instead.",
            file=file.name,
        )
    file.reversed_at = at
    file.save(update_fields=["reversed_at"])
    exceptions.refresh(
        set(MatchKey.objects.filter(file=file).values_list("fingerprint", flat=True))
    )
    events.record("royalties.sales.taken_back", subject=file, actor=by, at=at, reason=reason)
    return file


def _keep_blocks(file: SalesFile, table: pa.Table) -> None:
    for block in blocks.packed(table):
        bulk.add(
            SalesBlock,
            {
                "id": uuid7(),
                "file": file.pk,
                "number": block.number,
                "lines": block.lines,
                "sha256": block.sha256,
                "data": block.data,
            },
        )


def _keep_sources(file: SalesFile, found: Sequence[sources.Source]) -> None:
    rows = [FileSource(file=file, key=e.key, name=e.name, lines=e.lines) for e in found]
    FileSource.objects.bulk_create(rows, batch_size=1000)


def _keep_keys(file: SalesFile, found: keys.Keys, counts_on: Any, at: datetime) -> int:
    """Write the file's keys with their decisions; return how many are open."""
    count = len(found)
    if not count:
        return 0
    prints = [
        keys.fingerprint({name: found.texts[name][at_] for name in keys.KEY_COLUMNS})
        for at_ in range(count)
    ]
    decisions = matching.decide(found.texts, prints)
    decided = [each.work is not None for each in decisions]
    bulk.insert(
        MatchKey,
        {
            "id": [uuid7() for _ in range(count)],
            "file": [file.pk] * count,
            "number": list(range(count)),
            **{name: found.texts[name] for name in keys.KEY_COLUMNS},
            "fingerprint": prints,
            "lines": found.lines,
            "amounts": [
                json.dumps({name: f"{value:f}" for name, value in each.items()})
                for each in found.amounts
            ],
            "work": [each.work for each in decisions],
            "how": [each.how for each in decisions],
            "doubt": [each.doubt[:200] for each in decisions],
            "counts_on": [counts_on if yes else None for yes in decided],
            "decided_at": [at if yes else None for yes in decided],
        },
    )
    waiting = {prints[n] for n, yes in enumerate(decided) if not yes}
    exceptions.refresh(waiting)
    return decided.count(False)
