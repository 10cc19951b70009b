"""Registry, gate, list and avails agree with the oracle, by both clocks, on random questions.

Each question is put to all four. A few hundred questions each time; `MEDIATRACK_QUESTIONS=10000`
asks that many, about 500 works.
"""

import os
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory

from holders.selectors import holders
from kernel.errors import DomainError
from kernel.period import Period
from rights.door import Gate
from rights.engine.boxes import ALWAYS, Box, Window
from rights.selectors import avails, gate, ownership
from rights.selectors.clauses import right_span
from rights.selectors.gate_questions import Question
from rights.services import claims, granting, holds, limits
from territories import geoip
from territories.geography.allocation import register
from territories.location import UNKNOWN
from territories.services import explicit
from tests import factories
from tests.rights.gate import oracle, world
from tests.rights.gate.world import NOW, film, grant, hold, holdback, places, write
from tests.territories import mmdb

pytestmark = pytest.mark.django_db
COUNT = int(os.environ.get("MEDIATRACK_QUESTIONS", "300"))
WORKS = max(12, min(500, COUNT // 20))
SITTINGS = max(5, min(24, COUNT // 60))
# One point in each place that the words below can tell apart: the upper half of a place's interval
# is nobody's but its own.
OWN = {code: register()[code].span[1] - 1 for code in ("US", "US-CA", "CA", "DE", "DE-BY", "AE")}
OWN["JP"] = register()["JP"].span[0]
WORDS = ["US", "US-CA", "US - US-CA", "DE", "DE + CA", "DE-BY", "AE", "WORLD - US", "WORLD"]
RIGHTS = ["svod", "tvod", "video_on_demand", "audiovisual"]
FIRST = date(2026, 6, 15)
EDGES = [FIRST + timedelta(days=number) for number in range(4)]
MOMENTS = [NOW + timedelta(hours=number) for number in range(6)]
# Places whose date is one time zone's, their country's main one; elsewhere it may be any date from
# UTC-12 to UTC+14.
ZONES = {
    "DE": "Europe/Berlin", "DE-BY": "Europe/Berlin", "AE": "Asia/Dubai", "JP": "Asia/Tokyo",
    "US": "America/New_York", "US-CA": "America/New_York", "CA": "America/Toronto",
}  # fmt: skip
ANY = ["WORLD", "DE + CA", "US - US-CA", "WORLD - US", UNKNOWN]
NETWORKS = {place: f"192.0.2.{number * 16}" for number, place in enumerate(ZONES)}
NOWHERE = "10.0.0.1"


def window(rng):
    """Return days that begin and end on an edge, or are open."""
    low, high = sorted(rng.sample(EDGES, 2))
    return rng.choice([ALWAYS, Window(low, high), Window(low, None), Window(None, high)])


class Story:
    """Deeds about one work in the order of time; each can be undone later."""

    def __init__(self, rng, work, people):
        self.rng, self.work, self.people, self.undo = rng, work, people, []

    def happen(self, at):
        """Do or undo something; what is refused is left undone."""
        try:
            if self.undo and self.rng.random() < 0.35:
                self.undo.pop(self.rng.randrange(len(self.undo)))(at)
            else:
                self._do(at)
        except DomainError:
            return

    def _do(self, at):
        rng, work = self.rng, self.work
        where, days, right = rng.choice(WORDS), window(rng), rng.choice(RIGHTS)
        kind, depends = rng.choice(["blocked", "explicit"]), rng.choice(["", "theatrical DE"])
        told = {"work_id": work.pk, "actor": factories.TESTS, "at": at}
        match rng.randrange(6):
            case 0:
                more = {"exclusive": rng.random() < 0.6, "depends": depends}
                self._sell(
                    grant(work, where, days, rng.choice(["svod", "tvod", "avod"]), **more), at
                )
            case 1:
                binds = rng.choice(["licensor", "licensee"])
                more = {"binds": binds, "right": right, "depends": depends}
                self._sell(holdback(work, where, days, **more), at)
            case 2:
                placed = hold(work, at, ground=Box(right_span(right), places(where), days))
                self.undo.append(lambda later: holds.release(hold_id=placed, **_why(later)))
            case 3:
                limits.restrict(kind=kind, right_type=right, territory=where, window=days, **told)
            case _:
                held = [
                    (rng.choice([*self.people, holders.reserved("house")]), rng.choice([4, 10]))
                ]
                source = {"source": rng.choice(["contract", "society"]), "ref": str(rng.random())}
                made = world.claim(work, held, where, right, days, at=at, **source)
                self.undo.append(lambda later: claims.withdraw(claim_id=made.claim, **_why(later)))
                if rng.random() < 0.5:
                    limits.restrict(kind=kind, claim_id=made.claim, territory="WORLD", **told)

    def _sell(self, row, at):
        source = write(row, at=at)
        ended = replace(source, version=2)
        self.undo.append(lambda later: granting.settle(source=ended, rows=[], at=later))


def _why(at):
    return {"actor": factories.TESTS, "at": at, "reason": "Settled"}


def points_in(text):
    """Return the points inside an expression; where nobody knows the place, it may be any."""
    inside = places("WORLD" if text == UNKNOWN else text)
    return [point for point in OWN.values() if inside.covers_span((point, point + 1))]


def dates(where, now):
    """Return the dates that it may be in a place at a moment."""
    if where in ZONES:
        return [now.astimezone(ZoneInfo(ZONES[where])).date()]
    low, high = ((now + timedelta(hours=hours)).date() for hours in (-12, 14))
    return [low + timedelta(days=number) for number in range((high - low).days + 1)]


@pytest.fixture
def told(in_org):
    """Works with their stories, and the oracle of each."""
    rng = random.Random(COUNT)
    works = [film(f"Film {number}") for number in range(WORKS)]
    people = [world.holder("Ebb"), world.holder("Flow")]
    rule = {"actor": factories.TESTS, "basis": "House"}
    day = Period(EDGES[1], EDGES[2])
    explicit.lay_down(expression="AE", forbids=False, period=day, at=MOMENTS[0], **rule)
    explicit.lay_down(expression="DE-BY + US", forbids=True, period=None, at=MOMENTS[2], **rule)
    for work in works:
        story = Story(rng, work, people)
        for moment in MOMENTS[:-1]:
            if rng.random() < 0.6:
                story.happen(moment)
    return rng, works, {work.pk: oracle.Oracle(work.pk) for work in works}


@pytest.fixture(autouse=True)
def _databases(settings, tmp_path):
    """Networks in each place."""
    settings.GEOIP_DIR = tmp_path
    known = {f"{low}/28": mmdb.place(*place.split("-")) for place, low in NETWORKS.items()}
    mmdb.write(tmp_path / geoip.PLACES, known)


def drawn(rng, works, now):
    """Return a question, and the days that it is about."""
    work, right = rng.choice(works).pk, rng.choice(RIGHTS)
    if rng.random() < 0.5:
        where = rng.choice([*ZONES, *ANY])
        return Question(work, right, where), dates(where, now)
    day = rng.choice([FIRST - timedelta(1), *EDGES])
    return Question(work, right, rng.choice(WORDS), day), [day]


def sitting(rng):
    """Return what time it is, near a date's end as often as not, and what is known."""
    hours = rng.choice([0, 1, 9, 10, 12, 20, 21, 22, 23])
    now = datetime(2026, 6, 14, hours, 30, tzinfo=UTC) + timedelta(days=rng.randrange(5))
    return now, rng.choice([None, *MOMENTS, *(one - timedelta(minutes=1) for one in MOMENTS)])


@pytest.mark.slow
def test_registry_gate_list_and_avails_are_the_oracles(told):
    rng, works, now_known = told
    seen, verdicts, listed, allowed = set(), set(), [0, 0], 0
    sizes = [COUNT // SITTINGS + (number < COUNT % SITTINGS) for number in range(SITTINGS)]
    for size in sizes:
        now, known = sitting(rng)
        then = {work: one.then(known) for work, one in now_known.items()}
        asked = [drawn(rng, works, now) for _ in range(size)]
        codes = gate_agrees(asked, then, now, known)
        seen, allowed = seen.union(*codes), allowed + codes.count(set())
        registry_agrees(asked, then, known)
        verdicts |= avails_agree(rng, asked, then, known)
        for shown, left_out in list_agrees(rng, asked, now_known, now):
            listed = [listed[0] + shown, listed[1] + left_out]
    assert len(seen) >= 7, seen
    assert 0.05 < allowed / COUNT < 0.95
    assert verdicts == {"yes", "no", "depends"}
    assert all(listed)


def gate_agrees(asked, then, now, known):
    """Hold each decision's reasons against the oracle; return them."""
    found = gate.decide([one for one, _ in asked], now=now, as_known_at=known)
    wanted = [
        then[one.work].codes(one.right, points_in(one.territory), days) for one, days in asked
    ]
    for (one, _), decision, codes in zip(asked, found, wanted, strict=True):
        assert {reason.code.value for reason in decision.reasons} == codes, (one, now, known)
    return wanted


def registry_agrees(asked, then, known):
    """Hold who holds what, cell by cell, against the oracle."""
    held = ownership.of_works({one.work for one, _ in asked}, as_known_at=known)
    for one, days in asked:
        points = points_in(one.territory)
        found = ground(held.get(one.work, []), one.right, points, days)
        assert found == then[one.work].ground(one.right, points, days), (one, known)


def ground(pieces, right, points, days):
    """Return what the registry says, as the oracle does."""
    return {
        (leaf.code, point, day): sorted(
            (one.ours, one.open_part) for one in pieces
            if one.box.rights.covers_span(leaf.span)
            and one.box.places.covers_span((point, point + 1)) and one.box.window.contains(day)
        )
        for leaf in oracle.leaves(right) for point in points for day in days
    }  # fmt: skip


def avails_agree(rng, asked, then, known):
    """Hold what is free to license, of each question's ground, against the oracle."""
    same, verdicts = defaultdict(set), set()
    for one, days in asked:
        where = "WORLD" if one.territory == UNKNOWN else one.territory
        same[one.right, where, days[0], days[-1], rng.random() < 0.5].add(one.work)
    for (right, where, first, last, exclusive), some in same.items():
        terms = avails.Terms((right,), where, first, last, exclusive)
        question = avails.question(terms, today=first)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        for title in avails.of_works(sorted(some), question, as_known_at=known):
            one = then[title.work]
            wanted = one.verdict(right, points_in(where), days, exclusive=exclusive)
            assert title.answer.verdict.value == wanted, (title.work, terms, known)
            verdicts.add(wanted)
    return verdicts


def list_agrees(rng, asked, then, now):
    """Hold what lists leave out today against the oracle, for requests from the questions' places
    (from any where no request comes from there); yield how many are shown and left out."""
    by_place = defaultdict(set)
    for one, _ in asked:
        where = one.territory if one.territory in ZONES else rng.choice([*ZONES, UNKNOWN])
        by_place[where].add((one.work, one.right))
    for where, contents in by_place.items():
        listed = Gate(RequestFactory().get("/", REMOTE_ADDR=address(where)), now=now)
        assert listed.location.territory == where
        points, days = points_in(where), dates(where, now)
        shown = {
            (work, right) for work, right in contents if not then[work].codes(right, points, days)
        }
        assert listed.open_to(contents) == shown, (where, now)
        yield len(shown), len(contents - shown)


def address(where):
    """Return an address in a place."""
    return NETWORKS.get(where, NOWHERE)
