"""The files of a report that comes in several: which have come, and whether one may come or go."""

from typing import Any

from django.db import connection

from foundation.tenancy import current_org
from integrations.files import dsr_parts
from integrations.models import Import
from kernel.errors import DomainError


class PartRefused(DomainError):
    """A part of a report that can't be taken, or taken back, as the other parts stand."""

    code = "report_part_refused"


def of(row: Import) -> list[dict[str, Any]]:
    """Return what the checked and taken other parts of a file's report say of themselves."""
    return [
        {**other.figures["part"], "file": other.file_name, "sha256": other.sha256}
        for other in _others(row)
    ]


def _others(row: Import) -> list[Import]:
    report = row.detection.get("report", "")
    if not report or row.corrects_id is not None:
        return []
    rows = Import.objects.filter(state__in=(Import.State.VALIDATED, Import.State.COMMITTED))
    same = rows.filter(figures__part__report=report, corrects=None).exclude(pk=row.pk)
    return list(same.order_by("begun_at", "id").defer("findings", "mapping"))


def may_come(row: Import) -> None:
    """Raise PartRefused where a checked part doesn't fit the other parts any more.

    Part after part of one report comes: who asks waits for who asked before.
    """
    part = row.figures.get("part")
    if not part:
        return
    _one_at_a_time(part["report"])
    others = of(row)
    taken = [other for other in _others(row) if other.state == Import.State.COMMITTED]
    for other in taken:
        if other.figures["part"]["number"] == part["number"]:
            raise PartRefused(
                f"{row.file_name} is part {part['number']} of a report whose part "
                f"{part['number']} was taken from {other.file_name}. Take that one back first."
            )
    if part["completes"]:
        stands = {other["sha256"] for other in others}
        fits = stands == set(part["completes"]) and not any(o["completes"] for o in others)
    else:
        fits = not dsr_parts.completes(part, others)
    if not fits:
        raise PartRefused(
            f"Other parts of its report have come or gone since {row.file_name} was checked. "
            "Check it again, then take it."
        )


def may_go(row: Import) -> None:
    """Raise PartRefused where another taken part counts what no block of all parts allocates."""
    part = row.figures.get("part")
    if not part or row.state != Import.State.COMMITTED:
        return
    _one_at_a_time(part["report"])
    for other in _others(row):
        completing = other.figures["part"]["completes"]
        if other.state == Import.State.COMMITTED and row.sha256 in completing:
            raise PartRefused(
                f"{other.file_name} holds what no part of the report allocates, counted with "
                f"{row.file_name}. Take {other.file_name} back first."
            )


def _one_at_a_time(report: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"report:{current_org()}:{report}"],
        )
