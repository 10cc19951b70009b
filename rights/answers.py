"""Answers about avails as pages show them: proof with links, ways out, map, timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from foundation.pages.charts import Chart, Stretch, stretches
from foundation.pages.filters import day_text
from foundation.pages.tilemaps import Tile, tiles
from rights import telling
from rights.asking import Asking
from rights.engine.asked import Block, Change, Code, Verdict, Way
from rights.engine.boxes import Box
from rights.selectors import registry
from rights.selectors.avails import Title
from territories.selectors import names
from territories.selectors.regions import Region

DRAWN = 24
SAID = {
    Code.NO_RIGHTS_IN: "Not ours",
    Code.GAP_IN_WINDOW: "Ours on other days only",
    Code.SOLD_EXCLUSIVELY: "Sold exclusively",
    Code.SOLD_NON_EXCLUSIVELY: "Sold, and exclusivity is asked",
    Code.HOLDBACK: "Held back",
    Code.CONFLICT: "In conflict",
    Code.RESTRICTION: "Restricted",
    Code.HOLD: "On hold",
    Code.RUN_LIMIT: "Run limit",
    Code.DEPENDS_ON_EVENT: "Depends on an event",
    Code.STARTS_OUTSIDE: "Begins on other days",
    Code.ENDS_OUTSIDE: "Ends on other days",
}
PAGES = {Code.RESTRICTION: "restriction", Code.HOLD: "hold"}
SHORT = {Verdict.YES: "yes", Verdict.NO: "no", Verdict.DEPENDS: "?"}


@dataclass(frozen=True, slots=True)
class Ground:
    """Some ground in words; days included, None is open."""

    rights: str
    territory: str
    starts: date | None
    last_day: date | None

    @classmethod
    def of(cls, box: Box) -> "Ground":
        """Return a box in words."""
        rights = names.right_words(box.rights)
        places = names.words_for(box.places)
        return cls(
            registry.right_name(rights) if rights else "several rights",
            registry.short(places) if places else "several territories",
            box.window.start,
            box.window.last_day,
        )

    @property
    def where(self) -> str:
        """Rights and places."""
        return f"{self.rights} in {self.territory}"

    @property
    def begins(self) -> str:
        """The first day in words."""
        return day_text(self.starts) if self.starts else "open"

    @property
    def ends(self) -> str:
        """The last day in words."""
        return day_text(self.last_day) if self.last_day else "open"

    @property
    def words(self) -> str:
        """All of it in a line."""
        return f"{self.where}, {self.begins} – {self.ends}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One clause in the way. ``links`` lead to what it stands in, each with its words."""

    said: str
    words: str
    links: tuple[tuple[str, str], ...]
    ground: Ground
    needed: bool

    @property
    def line(self) -> str:
        """It in a line, for tables and files."""
        what = " ".join(part for part in (self.words, *(word for word, _ in self.links)) if part)
        return f"{self.said}: {what}; {self.ground.words}" if what else (
            f"{self.said}: {self.ground.words}"
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WayOut:
    """A way out: what to do, what it costs, what is left; ``query`` asks just that."""

    words: str
    cost: str
    asked: tuple[Ground, ...]
    waivers: tuple[tuple[str, str], ...]
    query: str


def address(name: str, *args: Any) -> str:
    """Return a page's address; nothing where there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def reasons(title: Title) -> list[Reason]:
    """Return what is in the way: first what alone suffices, then the rest."""
    blocks = sorted(title.answer.blocking, key=lambda block: not block.needed)
    return [_reason(block, title) for block in blocks]


def _reason(block: Block, title: Title) -> Reason:
    clause = block.clause
    words, links = clause.clause, []
    if clause.license:
        words = f"clause {clause.clause} of"
        links = [(clause.document, address("license", clause.license))]
    elif clause.code is Code.CONFLICT and clause.by:
        words, links = "", [(clause.clause, address("conflict", clause.by))]
    elif clause.code is Code.GAP_IN_WINDOW and clause.by:
        words, links = "", [(clause.clause, _claims(title.work))]
    elif clause.code is Code.NO_RIGHTS_IN:
        found = [one.words for one in telling.others(block, title)]
        links = [(said, _claims(title.work)) for said in dict.fromkeys(found)]
        words = "" if links else "the work has no such right"
    elif clause.code in PAGES and clause.by:
        words = ""
        links = [(clause.clause, address(PAGES[clause.code], title.work, clause.by))]
    return Reason(SAID[clause.code], words, tuple(links), Ground.of(block.part), block.needed)


def _claims(work: UUID) -> str:
    return f"{address('work_rights', work)}?days=all"


def ways(title: Title, asking: Asking) -> list[WayOut]:
    """Return the ways out, the cheapest first."""
    documents = {
        block.clause.license: block.clause.document
        for block in title.answer.blocking
        if block.clause.license
    }
    return [_way(way, documents, asking) for way in title.answer.ways]


def _way(way: Way, documents: dict[UUID, str], asking: Asking) -> WayOut:
    cost = f"{way.given_up:,} territory-day{'' if way.given_up == 1 else 's'} given up"
    if way.waivers:
        many = len(way.waivers)
        cost = f"{many} licence{'' if many == 1 else 's'} to be waived, {cost}"
    return WayOut(
        telling.words(way),
        cost if way.exact else f"{cost}; perhaps fewer licences suffice",
        tuple(Ground.of(box) for box in way.asked),
        tuple((documents.get(one, "licence"), address("license", one)) for one in way.waivers),
        _query(way, asking),
    )


def _query(way: Way, asking: Asking) -> str:
    """Return the question that is left, where it is one and needs nobody else."""
    if way.waivers or len(way.asked) != 1:
        return ""
    [box] = way.asked
    places = names.words_for(box.places)
    if places is None or len(places) > 1000:
        return ""
    changed = {
        "territory": places,
        "from": box.window.start.isoformat() if box.window.start else "",
        "to": box.window.last_day.isoformat() if box.window.last_day else "",
    }
    if Change.DROP_PLACES not in way.changes:
        del changed["territory"]
    if Change.NON_EXCLUSIVE in way.changes:
        changed["exclusive"] = ""
    return asking.query_with(**changed)


def free(title: Title) -> list[Ground]:
    """Return what is free, in words."""
    return [Ground.of(box) for box in title.answer.free]


def timeline(title: Title, asking: Asking, today: date) -> Chart | None:
    """Return the free parts and what is in the way as lines over the days asked."""
    found = [("Free", ground, False) for ground in free(title)]
    found += [(reason.said, reason.ground, True) for reason in reasons(title)]
    if not found:
        return None
    rows = [
        Stretch(kind, one.where, one.starts, one.last_day, one.begins, one.ends, against)
        for kind, one, against in found[:DRAWN]
    ]
    assert asking.question is not None
    window = asking.question.box.window
    grounds = [ground for _, ground, _ in found]
    first, end = edges(window.start, window.last_day, grounds, today)
    more = f" (the first {DRAWN} of {len(found)})" if len(found) > DRAWN else ""
    return stretches(f"Free time, and what is in the way{more}", rows, first, end)


def edges(
    first: date | None, last: date | None, grounds: Iterable[Ground], today: date
) -> tuple[date, date]:
    """Return where a picture of days begins and ends: open sides reach a year beyond all days."""
    days = [today, *(day for one in grounds for day in (one.starts, one.last_day) if day)]
    days += [day for day in (first, last) if day]
    low = first or date(max(min(days).year - 1, 1), 1, 1)
    high = last or date(min(max(days).year + 1, 9998), 12, 31)
    return low, date.fromordinal(max(high, low).toordinal() + 1)


def chart(title: str, regions: Sequence[Region], answer: Any) -> Chart:
    """Return a map of tiles; ``answer`` tells, for a set of places, the verdict and its words."""
    drawn = []
    for region in regions:
        row = []
        for country in region.countries:
            verdict, said, words = answer(country.places)
            row.append(Tile(country.code, country.name, verdict.value, said, words))
        drawn.append((region.place.name, row))
    return tiles(title, drawn, head=("Country", "Region", "Answer"))


def of_title(title: Title, regions: Sequence[Region]) -> Chart:
    """Return the map of one title's answer."""

    def told(places: Any) -> tuple[Verdict, str, str]:
        verdict = title.answer.within(places) or Verdict.NO
        return verdict, SHORT[verdict], verdict.value

    return chart("Answer by country", regions, told)


def of_titles(
    titles: Sequence[Title],
    regions: Sequence[Region],
    caption: str = "Titles of this page that are free, by country",
) -> Chart:
    """Return the map of several titles: how many of them are free in each country."""

    def told(places: Any) -> tuple[Verdict, str, str]:
        found = [one.answer.within(places) for one in titles]
        yes, perhaps = found.count(Verdict.YES), found.count(Verdict.DEPENDS)
        verdict = Verdict.of(yes == len(found), bool(yes or perhaps))
        if not yes and not perhaps:
            verdict = Verdict.NO
        words = f"{yes} of {len(found)} titles free"
        return verdict, str(yes), words + (f", {perhaps} depend" if perhaps else "")

    return chart(caption, regions, told)
