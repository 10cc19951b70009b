"""Write a licence's clauses down, and take them away: rows are compared, never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from catalog.services import works
from rights.engine import written
from rights.engine.boxes import Window
from rights.engine.written import Row
from rights.models import Grant, Holdback, LicenseOption, RunCap
from rights.models.grants import Written
from rights.selectors.grants import READERS

TICK = timedelta(microseconds=1)
TABLES: dict[type[Row], type[Written]] = {
    written.Grant: Grant,
    written.Holdback: Holdback,
    written.Option: LicenseOption,
    written.RunCap: RunCap,
}


@dataclass(frozen=True, slots=True)
class Source:
    """The licence that clauses are of: its version, whom it is for, and how it is cited."""

    license: UUID
    version: int
    licensee: UUID
    document: str


@dataclass(frozen=True, slots=True)
class Settled:
    """How many rows a deed added and how many it ended."""

    added: int
    ended: int


def lock(license_id: UUID, rows: Sequence[Row]) -> None:
    """Lock the works of ``rows`` and those that a licence's clauses stand on, in one order."""
    ids = {row.work_id for row in rows}
    for model in READERS:
        live = model.objects.known_at().filter(license=license_id)
        ids |= set(live.values_list("work_id", flat=True))
    works.lock_many(ids)


@transaction.atomic
def settle(*, source: Source, rows: Sequence[Row], at: datetime) -> Settled:
    """Make ``rows`` what the registry says of a licence: the others end, the new ones are added.

    What stays the same stays, with the version that wrote it. The works must be locked (``lock``).
    PostgreSQL refuses exclusive grants that meet; look at ``obstacles`` first. It is part of a deed
    on the licence, which records it.
    """
    added = ended = 0
    for kind, model in TABLES.items():
        live = {
            READERS[model](row).row: row
            for row in model.objects.known_at().filter(license=source.license)
        }
        wanted = dict.fromkeys(row for row in rows if isinstance(row, kind))
        gone = [row for told, row in live.items() if told not in wanted]
        fresh = [row for row in wanted if row not in live]
        moment = max([at, *(row.recorded_at + TICK for row in gone)])
        if gone:
            ended += model.objects.filter(pk__in=[row.pk for row in gone]).supersede(moment)
        if fresh:
            moment = max(moment, _after_all(model, source.license, moment))
            model.objects.bulk_create(
                [model(**_columns(row, source), recorded_at=moment) for row in fresh],
                batch_size=2000,
            )
            added += len(fresh)
    return Settled(added, ended)


def _after_all(model: type[Written], license_id: UUID, at: datetime) -> datetime:
    """Return a moment after which nothing of the licence was known otherwise."""
    rows = model.objects.filter(license=license_id).exclude(superseded_at=None)
    last = rows.aggregate(last=Max("superseded_at"))["last"]
    return max(at, last) if last else at


def _columns(row: Row, source: Source) -> dict[str, Any]:
    common = {
        "license": source.license,
        "version": source.version,
        "licensee_id": source.licensee,
        "document": source.document,
        "work_id": row.work_id,
        "clause": row.clause,
        "territory": row.territory,
        "span": row.span,
        "window": _days(row.window),
        "depends": row.depends,
    }
    if isinstance(row, written.Grant):
        return common | {
            "right_id": row.right,
            "exclusive": row.exclusive,
            "languages": row.languages,
            "tongues": row.tongues,
            "known_breach": row.known_breach,
        }
    common["rights"] = row.rights
    if isinstance(row, written.Holdback):
        return common | {"binds": row.binds}
    if isinstance(row, written.Option):
        return common | {"kind": row.kind, "exercise": _days(row.exercise)}
    return common | {"runs": row.runs, "exhibition_days": row.exhibition_days}


def _days(window: Window) -> DateRange:
    return DateRange(window.start, window.end)
