"""The gate agrees with the oracle on random works and questions, on the days around every edge."""

import random
from datetime import date, timedelta
from itertools import product

import pytest

from kernel.errors import DomainError
from kernel.period import Period
from rights.engine.boxes import ALWAYS, Box, Window
from rights.selectors import gate
from rights.selectors.clauses import right_span
from rights.selectors.gate_questions import Question
from rights.services import limits
from territories.geography.allocation import register
from territories.services import explicit
from tests import factories
from tests.rights.gate import oracle, world
from tests.rights.gate.world import NOW, film, grant, hold, holdback, places, write

pytestmark = pytest.mark.django_db
# One point in each place that the words below can tell apart: the upper half of a place's interval
# is nobody's but its own.
OWN = {code: register()[code].span[1] - 1 for code in ("US", "US-CA", "CA", "DE", "DE-BY", "AE")}
OWN["JP"] = register()["JP"].span[0]
WORDS = ["US", "US-CA", "US - US-CA", "DE", "DE + CA", "DE-BY", "AE", "WORLD - US", "WORLD"]
RIGHTS = ["svod", "tvod", "video_on_demand", "audiovisual"]
FIRST = date(2026, 6, 15)
EDGES = [FIRST + timedelta(days=number) for number in range(4)]


def window(rng):
    """Return days that begin and end on an edge, or are open."""
    low, high = sorted(rng.sample(EDGES, 2))
    return rng.choice([ALWAYS, Window(low, high), Window(low, None), Window(None, high)])


def leaf(rng):
    """Return a leaf right."""
    return rng.choice(["svod", "tvod", "avod"])


def deeds(rng, work, holders):
    """Do something about a work; what can't be done is left undone."""
    where, days, right = rng.choice(WORDS), window(rng), rng.choice(RIGHTS)
    depends = rng.choice(["", "", "theatrical DE"])
    told = {"work_id": work.pk, "actor": factories.TESTS, "at": NOW}
    kind = rng.choice(["blocked", "explicit"])
    holder, parts = rng.choice([*holders, None]), rng.choice([4, 10])
    choice = rng.randrange(6)
    if choice == 0:
        write(grant(work, where, days, leaf(rng), exclusive=rng.random() < 0.7, depends=depends))
    elif choice == 1:
        binds = rng.choice(["licensor", "licensee"])
        write(holdback(work, where, days, binds=binds, right=right, depends=depends))
    elif choice == 2:
        hold(work, ground=Box(right_span(right), places(where), days))
    elif choice == 3:
        limits.restrict(kind=kind, right_type=right, territory=where, window=days, **told)
    else:
        made = world.claim(
            work, [(holder or house(), parts)], where, right, days,
            source=rng.choice(["contract", "society"]), ref=str(rng.random()),
        )  # fmt: skip
        if rng.random() < 0.5:
            limits.restrict(kind=kind, claim_id=made.claim, territory="WORLD", **told)


def house():
    """Return the organisation's own holder."""
    from holders.selectors import holders

    return holders.reserved("house")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_gate_agrees_with_the_oracle(in_org, seed):
    rng = random.Random(seed)
    works = [film(f"Film {number}") for number in range(14)]
    people = [world.holder("Ebb"), world.holder("Flow")]
    told = {"basis": "House", "actor": factories.TESTS, "at": NOW}
    explicit.lay_down(expression="AE", forbids=False, period=Period(EDGES[1], EDGES[2]), **told)
    explicit.lay_down(expression="DE-BY + US", forbids=True, period=None, **told)
    for work in works:
        for _ in range(rng.randrange(5)):
            try:
                deeds(rng, work, people)
            except DomainError:
                continue
    asked = [
        Question(work.pk, right, where, day)
        for work, day, where in product(works, [FIRST - timedelta(1), *EDGES], WORDS)
        for right in [rng.choice(RIGHTS)]
        if rng.random() < 0.5
    ]
    found = gate.decide(asked, now=NOW)
    seen, read = set(), {work.pk: oracle.Oracle(work.pk) for work in works}
    for one, decision in zip(asked, found, strict=True):
        inside = places(one.territory)
        points = [point for point in OWN.values() if inside.covers_span((point, point + 1))]
        wanted = read[one.work].codes(one.right, points, [one.on])
        assert {reason.code.value for reason in decision.reasons} == wanted, one
        seen |= wanted
    assert len(seen) >= 8, seen
    assert 0.1 < sum(one.allowed for one in found) / len(found) < 0.9
