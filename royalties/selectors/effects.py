"""What an amendment would have made of every posted period, and makes of the next: the money.

Nothing is written. Each posted period is calculated again with the draft, on its own lines, rates
and groups as that run knew them, from the balances that the draft itself closed the period before
with; and the first open period on the sales of the same period a year before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from kernel.errors import DomainError
from kernel.period import Period
from royalties.engine.periods import period_label
from royalties.engine.reading import read_deal
from royalties.models import DealVersion, Run, RunResult
from royalties.selectors import calculations, given, lines
from royalties.selectors.calculations import Asked, LinesOf


def posted_of(draft: DealVersion) -> QuerySet[RunResult]:
    """Return the deal's posted results, the oldest first."""
    found = RunResult.objects.filter(deal=draft.deal_id, run__state=Run.State.POSTED)
    return found.select_related("deal", "version").defer("cells", "working").order_by("first_day")


def effect(draft: DealVersion, former: DealVersion | None, *, at: datetime) -> dict[str, Any]:
    """Return the effect as JSON: ``currency``, ``names``, ``past`` and ``next``.

    ``past`` has an entry for each posted period, in order of time: ``period`` and, by payee, what
    is ``due`` as posted (``old``) and with the draft (``new``), or why the draft ``refused``, after
    which later periods aren't calculated. ``next`` is one more such entry, whose ``old`` is of the
    version in force, or None where no sales of a year before are known.
    """
    once = lru_cache(maxsize=2)(lines.in_period)
    listed, last, opening = [], None, None
    for result in posted_of(draft).iterator(20):
        last = result
        entry, opening = _past(draft, result, opening, once)
        listed.append(entry)
        if "refused" in entry:
            break
    return {
        "currency": draft.deal.currency,
        "names": {name: body.get("name", name) for name, body in draft.document["payees"].items()},
        "past": listed,
        "next": _next(draft, former, last, at, once) if last and former else None,
    }


def _past(
    draft: DealVersion, result: RunResult, opening: dict[str, Any] | None, once: LinesOf
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    asked = replace(calculations.asked_for(result), terms=read_deal(draft.document))
    if opening is not None:
        asked = replace(asked, opening=opening)
    old = {name: figures["due"] for name, figures in result.figures["payees"].items()}
    try:
        done = calculations.work_out(
            asked, lines_of=once, places=calculations.own_matcher(asked.known_at)
        )
    except DomainError as refusal:
        return {"period": result.period, "refused": refusal.detail}, None
    return _entry(result.period, old, _dues(done.result)), done.result["closing"]


def _next(
    draft: DealVersion, former: DealVersion, last: RunResult, at: datetime, once: LinesOf
) -> dict[str, Any] | None:
    terms = read_deal(draft.document)
    label = period_label(terms, last.end_day)
    period = Period.of(label, year_starts=terms.year_starts)
    assert period.end is not None
    before = _year_before(period.start), _year_before(period.end)
    if not once(*before).count:
        return None
    tables, _ = given.tables()
    asked = Asked(last.deal, terms, label, period, last.closing, tables, at)
    places = calculations.own_matcher()

    def of_last_year(_start: date, _end: date) -> Any:
        return once(*before)

    try:
        old, new = (
            _dues(
                calculations.work_out(
                    replace(asked, terms=read_deal(version.document)),
                    lines_of=of_last_year,
                    places=places,
                ).result
            )
            for version in (former, draft)
        )
    except DomainError as refusal:
        return {"period": label, "refused": refusal.detail}
    return _entry(label, old, new)


def _year_before(day: date) -> date:
    """Return the same day a year before; periods begin on days that every year has."""
    return day.replace(year=day.year - 1)


def _dues(result: Mapping[str, Any]) -> dict[str, str]:
    return {name: figures["due"] for name, figures in result["payees"].items()}


def _entry(period: str, old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, Any]:
    names = list(dict.fromkeys([*new, *old]))
    dues = {name: {"old": old.get(name, "0"), "new": new.get(name, "0")} for name in names}
    return {"period": period, "due": dues}


@dataclass(frozen=True, slots=True)
class Difference:
    """What one payee was due, would be due, and the difference; ``period`` empty for all."""

    period: str
    payee: str
    old: Decimal
    new: Decimal

    @property
    def more(self) -> Decimal:
        """What the amendment adds; below zero what it takes."""
        return self.new - self.old


def differences(entries: list[Mapping[str, Any]]) -> tuple[list[Difference], list[Difference]]:
    """Return the periods' differences that aren't zero, and each payee's sum over all periods."""
    found = [
        Difference(entry["period"], payee, Decimal(due["old"]), Decimal(due["new"]))
        for entry in entries
        for payee, due in entry.get("due", {}).items()
    ]
    sums: dict[str, Difference] = {}
    for each in found:
        known = sums.get(each.payee, Difference("", each.payee, Decimal(), Decimal()))
        sums[each.payee] = replace(known, old=known.old + each.old, new=known.new + each.new)
    return [each for each in found if each.more], list(sums.values())
