"""Whatever is claimed, sold, ended, withdrawn or corrected: each point has its holders, once.

The registry is held against an oracle that goes point by point, now and as it was known then.
"""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import actors
from catalog.services.works import NewWork
from holders.services import holders
from kernel.errors import DomainError
from kernel.ids import uuid7
from rights.engine.boxes import Window
from rights.models import Claim, Share
from rights.services import claims
from rights.services.registration import register_work
from rights.services.terms import NewClaim
from territories.geography.allocation import register
from territories.geography.rights import right_types
from tests.rights.oracle import DAYS, PLACES, POINTS, RIGHTS, Oracle, Refused, Word

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACTOR = actors.command("tests")
EDGES = [date.min, date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1), date.max]
SPANS = (
    {right: right_types()[right].span for right in RIGHTS["music"]},
    {place: register()[place].span for place in PLACES["WORLD"]},
)
DEEDS = ["claim", "claim", "claim", "transfer", "end", "withdraw", "correct", "sell"]


@dataclass
class World:
    """One work in the registry and in the oracle."""

    work: UUID
    people: list[UUID]
    oracle: Oracle
    step: int = 0

    @property
    def at(self) -> datetime:
        return NOW + timedelta(minutes=self.step)

    def default(self, root: str) -> UUID | None:
        rows = Claim.objects.known_at().filter(work_id=self.work, source="default")
        return rows.filter(right_type_id=root).values_list("origin", flat=True).first()


def window(first: int, last: int) -> Window:
    """Return the days of the stretches from ``first`` to ``last``."""
    return Window(EDGES[first], EDGES[last + 1])


def terms(draw, people):
    """Return terms for the registry, and the same for the oracle."""
    right, place = draw(st.sampled_from(sorted(RIGHTS))), draw(st.sampled_from(sorted(PLACES)))
    first, last = sorted(draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
    reason = draw(st.booleans())
    chosen = draw(st.lists(st.sampled_from(people), min_size=1, max_size=3, unique=True))
    shares = [(holder, draw(st.integers(1, 3))) for holder in chosen]
    total = sum(parts for _, parts in shares)
    told = NewClaim(
        right_type=right,
        shares=shares,
        territory=place,
        window=window(first, last),
        override_reason="Local contract" if reason else "",
    )
    held = tuple((holder, Fraction(parts, total)) for holder, parts in shares)
    word = Word(
        None, frozenset(RIGHTS[right]), frozenset(PLACES[place]),
        frozenset(range(first, last + 1)), held, reason,
    )  # fmt: skip
    return told, word


def deed(draw, world: World):
    """Draw a deed; return how to do it in the registry, and its change to an oracle."""
    kind = draw(st.sampled_from(DEEDS))
    common = {"actor": ACTOR, "at": world.at}
    approved = {**common, "approved": True}
    standing = sorted({word.claim for word in world.oracle.words}, key=str)
    made = uuid7()
    if kind == "sell":
        root, taker = draw(st.sampled_from(["mechanical", "sync"])), draw(holder(world))
        on, default = draw(st.sampled_from(DAYS)), world.default(root)
        if default is None:
            return None
        return (
            lambda: claims.transfer(
                claim_id=default, giver=world.people[0], taker=taker, reason="Sale",
                on=EDGES[on] if on else None, **approved,
            ).claim,
            lambda oracle, claim: oracle.sell(root, claim, taker, on),
        )  # fmt: skip
    if kind == "claim" or not standing:
        told, word = terms(draw, world.people)
        return (
            lambda: claims.claim(work_id=world.work, terms=told, claim_id=made, **approved).claim,
            lambda oracle, claim: oracle.put(renamed(word, claim)),
        )
    claim_id = draw(st.sampled_from(standing))
    common |= {"claim_id": claim_id, "reason": "As agreed"}
    approved |= common
    if kind == "transfer":
        known = {who for word in world.oracle.words for who in dict(word.shares)}
        giver = draw(st.sampled_from(sorted(known)))
        taker = draw(st.sampled_from([one for one in world.people if one != giver]))
        part, on = draw(st.sampled_from([Fraction(1), Fraction(1, 3)])), draw(st.sampled_from(DAYS))
        return (
            lambda: (
                claims.transfer(
                    giver=giver, taker=taker, portion=part, on=EDGES[on] if on else None, **approved
                ).claim
            ),
            lambda oracle, _: oracle.transfer(claim_id, giver, taker, part, on),
        )
    if kind == "end":
        until = draw(st.integers(1, len(DAYS) - 1))
        return (
            lambda: claims.end(until=EDGES[until], **common).claim,
            lambda oracle, _: oracle.end(claim_id, until),
        )
    if kind == "withdraw":
        return lambda: claims.withdraw(**common).claim, lambda oracle, _: oracle.drop(claim_id)
    told, word = terms(draw, world.people)

    def corrected(oracle: Oracle, _: object) -> None:
        oracle.drop(claim_id)
        oracle.put(renamed(word, claim_id))

    return lambda: claims.correct(terms=told, **approved).claim, corrected


def holder(world: World):
    return st.sampled_from(world.people[1:])


def renamed(word: Word, claim: object) -> Word:
    return Word(claim, word.rights, word.places, word.days, word.shares, word.reason)


def in_registry(work: UUID, known: datetime | None = None) -> dict:
    """Return who holds each point by the rows, having counted that one row does."""
    rows = list(Claim.objects.known_at(known).filter(work_id=work))
    shares: dict[UUID, dict[UUID, Fraction]] = {row.pk: {} for row in rows}
    totals = {row.pk: row.parts_total for row in rows}
    for share in Share.objects.filter(claim_id__in=shares):
        shares[share.claim_id][share.holder_id] = Fraction(share.parts, totals[share.claim_id])
    found: dict = {}
    for row in rows:
        for point in product(*covered(row)):
            assert point not in found, "two rows hold one point"
            found[point] = shares[row.pk]
    assert all(sum(held.values()) == 1 for held in shares.values())
    return found


def covered(row: Claim) -> tuple:
    """Return the atoms that a row covers, by right, place and day."""
    return (
        [one for one in SPANS[0] if row.rights.covers_span(SPANS[0][one])],
        [one for one in SPANS[1] if row.span.covers_span(SPANS[1][one])],
        [
            day
            for day in DAYS
            if (row.window.lower or date.min) <= EDGES[day]
            and EDGES[day] < (row.window.upper or date.max)
        ],
    )


def in_oracle(oracle: Oracle) -> dict:
    return {point: oracle.holders(point) for point in POINTS}


@pytest.mark.slow
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_the_registry_says_what_the_oracle_says(people, data):
    world = new_world(people)
    history = []
    for _ in range(data.draw(st.integers(1, 8), label="deeds")):
        world.step += 1
        drawn = deed(data.draw, world)
        if drawn is None:
            continue
        act, change = drawn
        done, refusal = None, None
        try:
            with transaction.atomic():
                done = act()
                connection.check_constraints()
        except DomainError as error:
            refusal = error
        wanted = deepcopy(world.oracle)
        try:
            change(wanted, done)
            allowed = wanted.all_speak()
        except Refused:
            allowed = False
        bought = any(word.lowest is not None for word in world.oracle.words)
        if refusal is None:
            assert allowed or bought
            world.oracle = wanted
        else:
            assert not allowed or bought, refusal
        assert in_registry(world.work) == in_oracle(world.oracle)
        history.append((world.at, in_oracle(world.oracle)))
    for moment, held in history:
        assert in_registry(world.work, moment) == held


@pytest.fixture
def people(in_org) -> list[UUID]:
    """The house and three others."""
    made = [holders.ensure_reserved(at=NOW)[0].pk]
    made += [
        holders.register(kind="person", name=name, actor=ACTOR, at=NOW).pk
        for name in ("Ana Reef", "Ben Sound", "Cleo Strand")
    ]
    return made


def new_world(people: list[UUID]) -> World:
    """Return a composition of the house's."""
    work = register_work(work=NewWork(kind="composition", title="Low Tide"), actor=ACTOR, at=NOW)
    house = {people[0]: Fraction(1)}
    roots = ("mechanical", "sync", "performance")
    return World(work.pk, people, Oracle({root: house for root in roots}))
