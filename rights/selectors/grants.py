"""Rights out and holds, for many works at once, by both clocks. Avails and the gate read these."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from rights.engine import written
from rights.engine.boxes import Box, Window
from rights.models import Grant, Hold, Holdback, LicenseOption, RunCap
from rights.models.grants import Recorded, Written
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet

Value = TypeVar("Value", bound=written.Row, covariant=True)


@dataclass(frozen=True, slots=True)
class Standing(Generic[Value]):
    """A written clause with the licence it is of, and whom that is for."""

    row_id: UUID
    license: UUID
    version: int
    licensee: UUID
    document: str
    row: Value


@dataclass(frozen=True, slots=True)
class Held:
    """A hold on rights in a work."""

    hold: UUID
    work_id: UUID
    box: Box
    kind: str
    reason: str
    cause: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """What rows are wanted: of these works; None leaves a side open."""

    works: Iterable[UUID]
    rights: SpanSet | None = None
    places: SpanSet | None = None
    window: Window | None = None
    as_known_at: datetime | None = None


def grants(asked: Asked) -> list[Standing[written.Grant]]:
    """Return who may use what: live grants that meet what is asked."""
    return [standing_grant(row) for row in _granted(asked)]


def exclusive(asked: Asked) -> list[Standing[written.Grant]]:
    """Return those of them that are exclusive."""
    return [standing_grant(row) for row in _granted(asked).filter(exclusive=True)]


def holdbacks(asked: Asked) -> list[Standing[written.Holdback]]:
    """Return what is held back."""
    return [standing_holdback(row) for row in _by_rights(Holdback.objects.all(), asked)]


def options(asked: Asked) -> list[Standing[written.Option]]:
    """Return what somebody may ask for first."""
    return [standing_option(row) for row in _by_rights(LicenseOption.objects.all(), asked)]


def run_caps(asked: Asked) -> list[Standing[written.RunCap]]:
    """Return how often works may be shown."""
    return [standing_cap(row) for row in _by_rights(RunCap.objects.all(), asked)]


def holds(asked: Asked) -> list[Held]:
    """Return what nobody may use until it is released."""
    return [
        Held(row.pk, row.work_id, Box(row.rights, row.span, _window(row)), row.kind, row.reason,
             row.cause)
        for row in _by_rights(Hold.objects.all(), asked)
    ]  # fmt: skip


def of_license(license_id: UUID, *, as_known_at: datetime | None = None) -> list[Standing[Any]]:
    """Return every clause that a licence has written down, as known now or at a moment."""
    found: list[Standing[Any]] = []
    for model, told in READERS.items():
        rows = model.objects.known_at(as_known_at).filter(license=license_id)
        found += [told(row) for row in rows.order_by("work_id", "clause", "id")]
    return found


def of_licensee(licensee: UUID, works: Iterable[UUID]) -> list[Standing[Any]]:
    """Return what licences of a licensee say today of some works: grants, holdbacks, limits."""
    asked = list(works)
    return [
        READERS[model](row)
        for model in (Grant, Holdback, RunCap)
        for row in model.objects.known_at()
        .on_works(asked)
        .filter(licensee=licensee)
        .order_by("license", "clause", "id")
    ]


def limited_since(licensee: UUID) -> tuple[bool, date | None]:
    """Return whether anything limits how often a licensee shows works, and since when at the
    earliest (None: always)."""
    rows = RunCap.objects.known_at().filter(licensee=licensee).order_by()
    lows = [one.lower for one in rows.values_list("window", flat=True).distinct()]
    return bool(lows), None if None in lows else min(lows, default=None)


def licenses_granting(
    *,
    works: Iterable[UUID] | None = None,
    rights: SpanSet | None = None,
    places: SpanSet | None = None,
    window: Window | None = None,
) -> set[UUID]:
    """Return the licences with a live grant that meets all of what is asked."""
    rows: QuerySet[Any] = Grant.objects.known_at()
    if works is not None:
        rows = rows.on_works(works)  # type: ignore[attr-defined]
    if rights is not None:
        rows = rows.filter(right_id__in=leaves_in(rights))
    if places is not None:
        rows = rows.filter(span__overlaps=places)
    if window is not None:
        rows = rows.filter(window__overlap=(window.start, window.end))
    return set(rows.order_by().values_list("license", flat=True).distinct())


def leaves_in(rights: SpanSet) -> list[str]:
    """Return the leaf rights inside a set."""
    return [one.code for one in right_types().values() if one.leaf and rights.covers_span(one.span)]


def right_set(code: str) -> SpanSet:
    """Return a leaf right's interval as a set."""
    return SpanSet((right_types()[code].span,))


def _granted(asked: Asked) -> QuerySet[Any]:
    rows = _met(Grant.objects.all(), asked)
    return rows if asked.rights is None else rows.filter(right_id__in=leaves_in(asked.rights))


def _met(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    rows = rows.known_at(asked.as_known_at).on_works(asked.works)  # type: ignore[attr-defined]
    if asked.places is not None:
        rows = rows.filter(span__overlaps=asked.places)
    if asked.window is not None:
        rows = rows.filter(window__overlap=(asked.window.start, asked.window.end))
    return rows.order_by("work_id", "id")


def _by_rights(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    rows = _met(rows, asked)
    return rows if asked.rights is None else rows.filter(rights__overlaps=asked.rights)


def _window(row: Recorded) -> Window:
    return Window(row.window.lower, row.window.upper)


def _clause(row: Written) -> dict[str, Any]:
    return {
        "work_id": row.work_id,
        "clause": row.clause,
        "territory": row.territory,
        "span": row.span,
        "window": _window(row),
        "depends": row.depends,
    }


def _stands(row: Written, told: Any) -> Standing[Any]:
    return Standing(row.pk, row.license, row.version, row.licensee_id, row.document, told)


def standing_grant(row: Grant) -> Standing[written.Grant]:
    """Return a row of the table as what it says."""
    told = written.Grant(
        **_clause(row),
        right=row.right_id,
        exclusive=row.exclusive,
        languages=row.languages,
        tongues=row.tongues,
        known_breach=row.known_breach,
    )
    return _stands(row, told)


def standing_holdback(row: Holdback) -> Standing[written.Holdback]:
    """Return a row of the table as what it says."""
    return _stands(row, written.Holdback(**_clause(row), rights=row.rights, binds=row.binds))


def standing_option(row: LicenseOption) -> Standing[written.Option]:
    """Return a row of the table as what it says."""
    exercise = Window(row.exercise.lower, row.exercise.upper)
    told = written.Option(**_clause(row), rights=row.rights, kind=row.kind, exercise=exercise)
    return _stands(row, told)


def standing_cap(row: RunCap) -> Standing[written.RunCap]:
    """Return a row of the table as what it says."""
    told = written.RunCap(
        **_clause(row), rights=row.rights, runs=row.runs, exhibition_days=row.exhibition_days
    )
    return _stands(row, told)


READERS: dict[type[Written], Callable[[Any], Standing[Any]]] = {
    Grant: standing_grant,
    Holdback: standing_holdback,
    LicenseOption: standing_option,
    RunCap: standing_cap,
}
