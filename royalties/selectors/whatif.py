"""What a draft would have come to on the last period's sales, beside the version in force.

Nothing is written: both versions are calculated by the engine from what the database holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from kernel.errors import DomainError
from kernel.period import Period
from royalties.engine.calculate import Calculation
from royalties.engine.periods import period_label
from royalties.engine.reading import read_deal
from royalties.models import Deal, DealVersion, MatchKey, RunResult
from royalties.selectors import calculations, deal_pages, given, lines
from royalties.selectors.calculations import Asked, LinesOf
from territories.selectors import atlas

AT_ONCE = 200_000  # lines; more are calculated by a job
FIGURES = (
    ("earned", "Earned"),
    ("recouped", "Recouped"),
    ("due", "Due"),
    ("payable", "Payable"),
)


@dataclass(frozen=True, slots=True)
class Basis:
    """The period that is calculated, with what it opens with; ``posted`` where a run posted it."""

    deal: Deal
    label: str
    period: Period
    opening: dict[str, Any]
    tables: dict[str, int] | None
    known_at: datetime
    posted: RunResult | None
    lines: int


def basis(draft: DealVersion, *, at: datetime) -> Basis | None:
    """Return the last posted period of the deal, else the last one with sales; None without any."""
    deal, terms = draft.deal, read_deal(draft.document)
    posted = deal_pages.last_posted(deal)
    if posted is not None:
        days = Period(posted.first_day, posted.end_day)
        known = datetime.fromisoformat(posted.inputs["known_at"])
        numbers = posted.inputs["tables"]
        count = _count(days)
        return Basis(deal, posted.period, days, posted.opening, numbers, known, posted, count)
    last: date | None = MatchKey.objects.live().aggregate(day=Max("counts_on"))["day"]
    if last is None:
        return None
    label = period_label(terms, last)
    days = Period.of(label, year_starts=terms.year_starts)
    return Basis(deal, label, days, dict(draft.opening), None, at, None, _count(days))


def _count(days: Period) -> int:
    rows = MatchKey.objects.live().filter(counts_on__gte=days.start, counts_on__lt=days.end)
    return rows.aggregate(n=Sum("lines"))["n"] or 0


def draft_asked_about(payload: Mapping[str, Any]) -> DealVersion | None:
    """Return the draft that a job's ``version`` and ``sha256`` name, None once it was changed."""
    asked = DealVersion.objects.filter(pk=payload["version"], sha256=payload["sha256"])
    return asked.select_related("deal").first()


def former(draft: DealVersion) -> DealVersion | None:
    """Return the newest signed version, which the draft would follow; None for a new deal."""
    return DealVersion.objects.signed().filter(deal=draft.deal_id).order_by("-number").first()


def compared(draft: DealVersion, base: Basis, *, lines_of: LinesOf | None = None) -> dict[str, Any]:
    """Return what both versions come to, as JSON: figures by payee, workings, or why not."""
    found = lines_of or lines.in_period
    cache: dict[tuple[date, date], Any] = {}

    def once(start: date, end: date) -> Any:
        if (start, end) not in cache:
            cache[start, end] = found(start, end)
        return cache[start, end]

    old = former(draft)
    return {
        "period": base.label,
        "currency": draft.deal.currency,
        "old": _worked(old, base, once) if old else None,
        "new": _worked(draft, base, once),
    }


def _worked(version: DealVersion, base: Basis, lines_of: LinesOf) -> dict[str, Any]:
    """Return one version's figures, or the reason why it can't be calculated on these sales."""
    tables, _ = given.tables(base.tables)
    asked = Asked(
        base.deal,
        read_deal(version.document),
        base.label,
        base.period,
        base.opening,
        tables,
        base.known_at,
    )
    try:
        done = calculations.work_out(
            asked, lines_of=lines_of, places=calculations.own_matcher(base.known_at)
        )
    except DomainError as refusal:
        return {"number": version.number, "refused": refusal.detail}
    return {
        "number": version.number,
        "lines": done.parts.given.lines.count,
        "payees": {name: _figures(each) for name, each in done.result["payees"].items()},
        "names": {n: body.get("name", n) for n, body in version.document["payees"].items()},
        "untaken": _untaken(done),
        "working": done.working,
        "hash": done.results_hash,
    }


def _figures(payee: Mapping[str, Any]) -> dict[str, str]:
    sums = {name: sum(map(Decimal, payee[name].values()), Decimal()) for name in FROM_PARTS}
    return {
        **{name: f"{value:f}" for name, value in sums.items()},
        "due": payee["due"],
        "payable": payee["payable"],
    }


FROM_PARTS = ("earned", "recouped")


def _untaken(done: Calculation) -> int:
    return max((each["lines"] for each in done.result["untaken"].values()), default=0)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one payee, before and after; None where a version can't say."""

    payee: str
    figure: str
    label: str
    old: Decimal | None
    new: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """New less old; against nothing where there was no version."""
        if self.new is None:
            return None
        return self.new - (self.old or Decimal())


def table(answer: Mapping[str, Any]) -> tuple[list[tuple[str, list[Row]]], list[Row]]:
    """Return the rows of each payee, and those of all of them together."""
    old, new = (_payees(answer[side]) for side in ("old", "new"))
    names = list(dict.fromkeys([*(new or {}), *(old or {})]))
    groups = [
        (
            name,
            [Row(name, f, label, _one(old, name, f), _one(new, name, f)) for f, label in FIGURES],
        )
        for name in names
    ]
    totals = [Row("", f, label, _total(old, f), _total(new, f)) for f, label in FIGURES]
    return groups, totals


def _payees(side: Mapping[str, Any] | None) -> dict[str, dict[str, str]] | None:
    return None if side is None or "refused" in side else side["payees"]


def _one(side: dict[str, dict[str, str]] | None, name: str, figure: str) -> Decimal | None:
    return None if side is None or name not in side else Decimal(side[name][figure])


def _total(side: dict[str, dict[str, str]] | None, figure: str) -> Decimal | None:
    if side is None:
        return None
    return sum((Decimal(each[figure]) for each in side.values()), Decimal())


def last_day(base: Basis) -> date:
    """Return the last day of the period, included."""
    assert base.period.end is not None
    return base.period.end - timedelta(days=1)


def fingerprint(draft: DealVersion, base: Basis) -> str:
    """Return what a job's answer is kept under: another draft, period or input asks anew."""
    end = base.period.end
    keys = MatchKey.objects.live().filter(counts_on__gte=base.period.start, counts_on__lt=end)
    newest = keys.aggregate(at=Max("decided_at"))["at"]
    old = former(draft)
    parts = (draft.pk, draft.sha256, base.label, base.lines, newest, old.pk if old else "")
    return f"{':'.join(map(str, parts))}:{atlas.fingerprint()}"
