"""What a run of a period has to calculate, and whether that has changed since."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.db.models import Min

from kernel.period import Period
from royalties.engine.periods import period_label, periods_ending
from royalties.engine.reading import read_deal
from royalties.engine.terms import Deal as Terms
from royalties.models import Cost, Deal, DealVersion, MatchKey
from territories.selectors import atlas


@dataclass(frozen=True, slots=True)
class Step:
    """One deal's own period that ends in the period of the run."""

    deal: UUID
    code: str
    version: UUID
    label: str
    start: date
    end: date

    def as_json(self) -> list[str]:
        """Return the step as it is kept in a job."""
        days = [self.start.isoformat(), self.end.isoformat()]
        return [str(self.deal), self.code, str(self.version), self.label, *days]

    @classmethod
    def of_json(cls, kept: list[str]) -> "Step":
        """Return a kept step."""
        deal, code, version, label, start, end = kept
        days = date.fromisoformat(start), date.fromisoformat(end)
        return cls(UUID(deal), code, UUID(version), label, *days)


def steps(period: Period) -> list[Step]:
    """Return the steps of a run of ``period``, by deal code, then by time.

    A deal without a signed version that has begun takes no part. A version holds for whole periods
    of its deal: the newest one that begins on or before a period's first day.
    """
    found: list[Step] = []
    for deal, versions in _signed():
        terms = read_deal(versions[0].document)
        for label, own in periods_ending(terms, period):
            version = _in_force(versions, own.start)
            if version is not None:
                assert own.end is not None
                found.append(Step(deal.pk, deal.code, version.pk, label, own.start, own.end))
    return found


def in_force(period: Period) -> list[tuple[Terms, str, Period]]:
    """Return every deal's terms in force at a period's last day, with its own period then."""
    assert period.last_day is not None
    found = []
    for _, versions in _signed():
        terms = read_deal(versions[0].document)
        label = period_label(terms, period.last_day)
        own = Period.of(label, year_starts=terms.year_starts)
        version = _in_force(versions, own.start)
        if version is not None:
            found.append((read_deal(version.document), label, own))
    return found


def _signed() -> list[tuple[Deal, list[DealVersion]]]:
    """Return each deal with its signed versions, the newest first."""
    rows = DealVersion.objects.signed().select_related("deal").order_by("deal__code", "-number")
    found: dict[UUID, tuple[Deal, list[DealVersion]]] = {}
    for version in rows:
        found.setdefault(version.deal_id, (version.deal, []))[1].append(version)
    return list(found.values())


def _in_force(versions: list[DealVersion], start: date) -> DealVersion | None:
    return next((v for v in versions if v.starts is None or v.starts <= start), None)


def earliest_day() -> date | None:
    """Return the first day on which a line or cost counts; None where there is none."""
    found = [
        MatchKey.objects.live().aggregate(day=Min("counts_on"))["day"],
        Cost.objects.filter(withdrawn_at=None).aggregate(day=Min("counts_on"))["day"],
    ]
    return min((day for day in found if day is not None), default=None)


_LINES = """
SELECT count(*), coalesce(sum(hashtextextended(
    k.file_id::text || k.number || k.work_id::text || k.counts_on, 0)::numeric), 0)
FROM royalties_matchkey k JOIN royalties_salesfile f ON f.org_id = k.org_id AND f.id = k.file_id
WHERE k.counts_on >= %s AND k.counts_on < %s AND f.reversed_at IS NULL
"""
_OTHERS = (
    "SELECT count(*), coalesce(sum(hashtextextended(id::text, 0)::numeric), 0) "
    "FROM royalties_rematch WHERE counts_on >= %s AND counts_on < %s",
    "SELECT count(*), coalesce(sum(hashtextextended(id::text, 0)::numeric), 0) FROM royalties_cost "
    "WHERE counts_on >= %s AND counts_on < %s AND withdrawn_at IS NULL",
)
_DATED = (
    "SELECT count(*), coalesce(sum(hashtextextended(id::text, 0)::numeric), 0) "
    "FROM royalties_fxrate WHERE superseded_at IS NULL",
    "SELECT count(*), coalesce(sum(number), 0) FROM royalties_ratetable",
)


def inputs_hash(planned: list[Step]) -> str:
    """Return a hash of everything that the steps' calculations read: it changes when that does."""
    parts = [step.as_json() for step in planned]
    if planned:
        days = [min(step.start for step in planned), max(step.end for step in planned)]
        with connection.cursor() as cursor:
            for question in (_LINES, *_OTHERS):
                cursor.execute(question, days)
                parts.append([str(value) for value in cursor.fetchone()])
            for question in _DATED:
                cursor.execute(question)
                parts.append([str(value) for value in cursor.fetchone()])
        parts.append([atlas.fingerprint()])
    return sha256(repr(parts).encode()).hexdigest()
