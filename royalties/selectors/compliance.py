"""The compliance report: a licensee's use, payments and reports of a period against the terms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from catalog.selectors import works as titled
from holders.selectors import holders
from kernel.errors import DomainError
from kernel.period import Period
from licenses.selectors import compliance as licensed
from licenses.selectors.compliance import Due, Licensed
from rights.engine.boxes import Window
from rights.selectors import grants
from royalties.engine import compliance as engine
from royalties.engine.compliance import Breach, Rows, Term, Use
from royalties.linestore.sources import key
from royalties.models import SourceRule
from royalties.selectors import compliance_words as words
from royalties.selectors import licensed_use, publishing, sources
from royalties.selectors.compliance_words import Finding
from royalties.selectors.sources import Cell


class NoLicensee(DomainError):
    """Nobody has that id or code, or the licence is another's."""

    code = "no_licensee"
    status = 404


@dataclass(frozen=True, slots=True)
class Section:
    """One licence with what was found; ``license`` None: what concerns the licensee as a whole."""

    license: Licensed | None
    findings: tuple[Finding, ...]
    due: tuple[Due, ...] = ()
    reports: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of one licensee in one period, as known at ``at``."""

    licensee: UUID
    name: str
    reference: str
    label: str
    period: Period
    at: datetime
    lines: int
    sections: tuple[Section, ...]

    @property
    def breaches(self) -> int:
        """How many findings are breaches for certain."""
        return sum(one.sure for section in self.sections for one in section.findings)

    @property
    def open(self) -> int:
        """How many can't be told either way."""
        return sum(not one.sure for section in self.sections for one in section.findings)


def report(*, licensee: str, label: str, at: datetime, license: str = "") -> Report:
    """Return the report on a licensee (id or code) for an accounting period such as 2026-Q1.

    ``license`` (id or code) keeps one licence's section alone; all of the licensee's licences are
    still looked at, so that use under another one is no breach. The number of questions doesn't
    grow with licences, works or lines. Raises NoLicensee, InvalidValue.
    """
    holder = holders.by_reference(licensee.strip())
    if holder is None:
        raise NoLicensee(f"No holder has the id or code {licensee!r}. Look it up under Holders.")
    period = Period.of(label)
    party = holders.lines([holder])[holder]
    zone = publishing.zone()
    today = at.astimezone(zone).date()
    held = licensed.of_licensee(holder, today)
    only = _only(held, license, party.name)
    keys = {folded for text in (party.name, party.code) if (folded := key(text or ""))}
    uses, waiting, breaches = _use(holder, keys, period)
    titles = titled.titles(list({use.work for one in breaches for use in one.uses}))
    by_license: dict[UUID | None, list[Finding]] = {}
    for owner, finding in words.of_breaches(breaches, titles, _codes(held)):
        by_license.setdefault(owner, []).append(finding)
    sections = []
    for one in held:
        due = tuple(_due(one, period, today))
        found = (*by_license.get(one.id, ()), *words.of_dues(due, today))
        if only in (None, one.id) and (one.runs_in(period) or found or due or only == one.id):
            sections.append(Section(one, found, due))
    if only is None:
        sections.append(_of_the_whole(by_license, waiting, keys, period, at, zone, bool(held)))
    lines = sum(use.lines for use in uses)
    return Report(holder, party.name, party.reference, label, period, at, lines, tuple(sections))


def _only(held: Sequence[Licensed], asked: str, name: str) -> UUID | None:
    if not asked.strip():
        return None
    for one in held:
        if asked.strip() in (one.code, str(one.id)):
            return one.id
    raise NoLicensee(f"{name} has no signed licence {asked!r}. Take one of the list, or none.")


def _codes(held: Iterable[Licensed]) -> dict[UUID, str]:
    return {one.id: one.code for one in held}


def _use(
    holder: UUID, keys: set[str], period: Period
) -> tuple[list[Use], list[Rows], list[Breach]]:
    """Return the uses in a period, the rows that wait for their work, and what is wrong."""
    window = Window(period.start, period.end)
    limited, since = grants.limited_since(holder)
    begin = period.start
    if limited:
        begin = date.min if since is None else min(since, period.start)
    everything = licensed_use.of_sources(keys, None if begin == date.min else begin, window.high)
    works = {use.work for use in everything.uses}
    terms = [Term(one.license, one.row) for one in grants.of_licensee(holder, works)]
    uses = [use for use in everything.uses if use.window.common(window) is not None]
    by_work: dict[UUID, list[Term]] = {}
    for term in terms:
        by_work.setdefault(term.row.work_id, []).append(term)
    found = [one for use in uses for one in engine.judge(use, by_work.get(use.work, ()))]
    found += engine.over_caps(terms, everything.uses, window)
    return uses, [one.rows for one in everything.waiting if one.window.common(window)], found


def _due(one: Licensed, period: Period, today: date) -> Iterator[Due]:
    """Yield the instalments that concern a period: due in it, or before and open at its start."""
    for due in one.instalments:
        if period.end is not None and due.due >= period.end:
            continue
        if due.due >= period.start or due.paid_on is None or due.paid_on >= period.start:
            yield due


def _of_the_whole(
    by_license: dict[UUID | None, list[Finding]],
    waiting: Sequence[Rows],
    keys: set[str],
    period: Period,
    at: datetime,
    zone: ZoneInfo,
    licensed_now: bool,
) -> Section:
    """Return what concerns the licensee as a whole: use without any licence, reports, matching."""
    rules = list(SourceRule.objects.filter(key__in=keys).order_by("source", "first_day"))
    cells = sources.coverage(rules, at, most=None, zone=zone) if rules else {}
    reports = tuple(
        (rule.source, cell)
        for rule in rules
        for cell in reversed(cells[rule.pk])
        if cell.days.overlaps(period)
    )
    found = [*by_license.get(None, ())]
    found += words.of_waiting(waiting)
    found += words.of_reports(reports)
    if not rules and licensed_now:
        found.append(words.no_rule())
    return Section(None, tuple(found), (), reports)
