"""What two sources say differently: flagged, blocked, and decided with a document."""

import itertools
import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import ChangeRequest
from accounts.services import changes
from audit.models import Event, Fact
from rights.engine import layers as engine
from rights.engine.boxes import ALWAYS, WORLD, Box, Window
from rights.engine.layers import Layer
from rights.engine.shares import Shares
from rights.models import Claim, Conflict
from rights.selectors import blocks, conflicts, ownership
from rights.selectors import claims as questions
from rights.selectors.grants import leaves_in
from rights.services import adjudications, claims, holds, limits
from territories.geography.spans import SpanSet
from tests import factories
from tests.rights.test_claims import (
    ACTOR,
    TODAY,
    YEAR,
    claim,
    holding,
    later,
)

pytestmark = pytest.mark.django_db


def society(work, right, *shares, at=None, **terms):
    return claim(work, right, *shares, at=at, source="society", source_ref="GEMA", **terms)


def blocked(work, code):
    return [part for part in blocks.blocked([work.pk])[work.pk] if part.code == code]


def test_two_sources_that_differ_are_a_conflict_and_the_first_holds_meanwhile(song, people):
    first = claim(song, "mechanical", (people["ana"], 1), territory="DE + FR", window=YEAR)
    second = society(song, "mechanical_stream", (people["ben"], 1), territory="DE + AT")
    in_year = date(2027, 6, 1)
    assert holding(song, "mechanical_stream", "DE", in_year) == {people["ana"]: 1}
    assert holding(song, "mechanical_stream", "AT", in_year) == {people["ben"]: 1}
    assert holding(song, "mechanical_stream", "DE", TODAY) == {people["ben"]: 1}
    (found,) = conflicts.of_work(song.pk)
    assert [side.claim for side in found.sides] == [first, second]
    assert [(part.rights, part.territory) for part in found.parts] == [("mechanical_stream", "DE")]
    assert (found.parts[0].starts, found.parts[0].last_day) == (
        date(2027, 1, 1),
        date(2027, 12, 31),
    )
    assert found.together == "200"
    (part,) = blocked(song, "conflict")
    assert part.by == found.conflict
    assert leaves_in(part.box.rights) == ["mechanical_stream"]
    assert whole_once(song)


def test_a_conflict_is_flagged_in_the_same_transaction_and_told(song, people):
    claim(song, "sync", (people["ana"], 1))
    society(song, "sync", (people["ben"], 1))
    fact = Fact.objects.get(code="rights.conflict.flagged")
    assert Event.objects.get(pk=fact.deed_id).code == "rights.claim.made"


def test_one_source_may_not_contradict_itself(song, people):
    society(song, "sync", (people["ana"], 1), territory="EU")
    before = Claim.every.count()
    with pytest.raises(claims.ClaimInTheWay):
        society(song, "sync", (people["ben"], 1), territory="DE")
    assert Claim.every.count() == before
    assert not Conflict.objects.exists()


def test_sources_that_agree_are_no_conflict(song, people):
    claim(song, "sync", (people["ana"], 1), (people["ben"], 1), territory="EU")
    society(song, "sync", (people["ben"], 2), (people["ana"], 2), territory="EU + CH")
    assert conflicts.of_work(song.pk) == []
    assert holding(song, "sync", "CH") == {people["ana"]: 0.5, people["ben"]: 0.5}


def test_a_default_never_conflicts(song, people):
    society(song, "sync", (people["ana"], 1))
    assert conflicts.of_work(song.pk) == []


def test_a_conflict_is_over_when_a_claim_is_taken_back(song, people):
    claim(song, "sync", (people["ana"], 1))
    second = society(song, "sync", (people["ben"], 1), territory="EU")
    (found,) = conflicts.of_work(song.pk)
    claims.withdraw(claim_id=second, actor=ACTOR, at=later(5), reason="Misread")
    assert conflicts.of_work(song.pk) == [] == blocked(song, "conflict")
    assert conflicts.find(found.conflict).state == "over"
    assert [one.conflict for one in conflicts.of_work(song.pk, as_known_at=later(3))] == [
        found.conflict
    ]


def test_what_waits_takes_the_ground_when_the_first_is_taken_back(song, people):
    first = claim(song, "sync", (people["ana"], 1))
    society(song, "sync", (people["ben"], 1))
    claims.withdraw(claim_id=first, actor=ACTOR, at=later(5), reason="Void")
    assert holding(song, "sync") == {people["ben"]: 1}
    assert whole_once(song)


def test_an_override_is_no_conflict_and_taking_it_back_restores_what_was_inherited(song, people):
    claim(song, "sync", (people["ana"], 1), territory="EU")
    over = society(
        song, "sync", (people["ben"], 1), territory="DE", override_reason="Sub-publishing contract"
    )
    assert conflicts.of_work(song.pk) == []
    assert holding(song, "sync", "DE") == {people["ben"]: 1}
    claims.withdraw(claim_id=over, actor=ACTOR, at=later(9), reason="Ended")
    assert holding(song, "sync", "DE") == {people["ana"]: 1}


@pytest.fixture
def two(org, in_org):
    """Somebody who asks, and an administrator who decides."""
    return tuple(factories.person(org, role) for role in ("rights_manager", "administrator"))


def dispute(song, people):
    claim(song, "sync", (people["ana"], 1), territory="EU", window=YEAR)
    society(song, "sync", (people["ben"], 1), territory="DE + CH")
    (found,) = conflicts.of_work(song.pk)
    paper = limits.file(
        work_id=song.pk, label="Settlement", content=b"%PDF-1.7 settled", name="s.pdf",
        media_type="application/pdf", actor=ACTOR, at=later(2),
    )  # fmt: skip
    return found, paper


def asked(found, paper, people, by, at=None):
    return adjudications.propose(
        conflict_id=found.conflict,
        shares=[(people["ana"], 1), (people["ben"], 2)],
        document_id=paper.pk,
        reason="As settled",
        by=by,
        at=at or later(3),
    )


def approve(request, by, at=None, fresh=True):
    return changes.approve(
        request_id=request.pk, payload_hash=request.payload_hash, by=by, at=at or later(4),
        fresh=fresh,
    )  # fmt: skip


def test_a_decision_becomes_a_claim_and_the_sides_no_longer_speak_there(song, people, two):
    found, paper = dispute(song, people)
    request = asked(found, paper, people, two[0])
    with pytest.raises(changes.StepUpNeeded):
        approve(request, two[1], fresh=False)
    assert conflicts.find(found.conflict).state == "open"
    approve(request, two[1])
    in_year = date(2027, 6, 1)
    assert conflicts.of_work(song.pk) == [] == blocked(song, "conflict")
    told = {share.holder: str(share.fraction) for share in only(song, "DE", in_year).shares}
    assert told == {people["ana"]: "1/3", people["ben"]: "2/3"}
    assert only(song, "DE", in_year).source == "adjudication"
    assert holding(song, "sync", "FR", in_year) == {people["ana"]: 1}
    assert holding(song, "sync", "CH", in_year) == {people["ben"]: 1}
    assert holding(song, "sync", "DE", TODAY) == {people["ben"]: 1}
    decided = conflicts.find(found.conflict)
    assert decided.state == "adjudicated"
    assert decided.outcome.document_id == paper.pk
    assert Event.objects.filter(code="rights.conflict.adjudicated").count() == 1
    assert whole_once(song)


def only(work, place, day):
    (one,) = questions.of_work(work.pk, "sync", place, on=day)
    return one


def test_who_asked_may_not_decide_and_a_change_meanwhile_stops_it(song, people, two):
    found, paper = dispute(song, people)
    request = asked(found, paper, people, two[1])
    with pytest.raises(changes.ChangeRefused):
        approve(request, two[1])
    changes.withdraw(request_id=request.pk, by=two[1], at=later(4))
    request = asked(found, paper, people, two[0], later(5))
    claims.transfer(
        claim_id=found.sides[1].claim, giver=people["ben"], taker=people["cleo"], actor=ACTOR,
        at=later(6), reason="Sold",
    )  # fmt: skip
    with pytest.raises(changes.ChangeRefused, match="changed meanwhile"):
        approve(request, two[1], later(7))


def test_a_decision_needs_a_document_of_that_work(song, people, two):
    found, _ = dispute(song, people)
    with pytest.raises(adjudications.NoDocument):
        adjudications.propose(
            conflict_id=found.conflict, shares=[(people["ana"], 1)], document_id=UUID(int=7),
            reason="Trust me", by=two[0], at=later(3),
        )  # fmt: skip
    assert not ChangeRequest.objects.exists()


def test_restrictions_holds_and_unclaimed_shares_block(song, people):
    mine = claim(song, "sync", (people["ana"], 1), parts_total=2, territory="EU")
    limits.restrict(
        work_id=song.pk, kind="blocked", claim_id=mine, territory="DE + CH", actor=ACTOR,
        at=later(2), detail="Not in German", clause="4.2",
    )  # fmt: skip
    (part,) = blocked(song, "restriction")
    assert (part.clause, part.detail) == ("4.2", "Not in German")
    assert part.box.places == questions._places("DE", TODAY)
    (open_part,) = blocked(song, "unclaimed")
    assert open_part.by == mine
    why = holds.Why("dispute", UUID(int=5), "Disputed upload")
    held = holds.place(work_id=song.pk, why=why, actor=ACTOR, at=later(3))
    assert [one.by for one in blocked(song, "hold")] == [held]
    holds.release(hold_id=held, reason="Cleared", actor=ACTOR, at=later(4))
    assert blocked(song, "hold") == []
    known = blocks.blocked([song.pk], as_known_at=later(3))[song.pk]
    assert "hold" in {one.code for one in known}


def test_nothing_of_a_conflict_is_rewritten_and_none_waits_without_one(song, people):
    first = claim(song, "sync", (people["ana"], 1))
    society(song, "sync", (people["ben"], 1))
    for raw in (
        "UPDATE rights_conflict SET state = 'over'",
        "DELETE FROM rights_conflict",
        "UPDATE rights_document SET label = 'x'",
    ):
        if "document" in raw:
            limits.file(
                work_id=song.pk, label="Deed", content=b"1", name="d", media_type="text/plain",
                actor=ACTOR, at=later(2),
            )  # fmt: skip
        with pytest.raises(Exception, match="only grows|permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(raw)
    with pytest.raises(IntegrityError, match="waits without a conflict"), transaction.atomic():
        leave_one_waiting(first)


def leave_one_waiting(claim_id):
    over = "UPDATE rights_conflict SET superseded_at = '2030-01-01' WHERE superseded_at IS NULL"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        claims.end(
            claim_id=claim_id, until=date(2030, 1, 1), actor=ACTOR, at=later(9), reason="Over"
        )
        cursor.execute(over)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def whole_once(work) -> bool:
    boxes = [one.box for one in ownership.of_works([work.pk])[work.pk]]
    apart = all(a.common(b) is None for a, b in itertools.combinations(boxes, 2))
    return apart and whole_of_held(work)


def whole_of_held(work) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return True


# The arithmetic against points: it knows no boxes.
DAYS = [date(2027, 1, 1) + timedelta(days=n) for n in range(5)]
OWNERS = [UUID(int=n + 1) for n in range(3)]


def random_layers(rng):
    low = Box(SpanSet(((0, 4),)), WORLD, ALWAYS)
    found = [Layer(UUID(int=999), "any", "", "default", low, Shares.whole(OWNERS[0]))]
    for number in range(rng.randint(2, 5)):
        places = SpanSet.of((n, n + 1) for n in rng.sample(range(4), rng.randint(1, 4)))
        rights = SpanSet.of((n, n + 1) for n in rng.sample(range(4), rng.randint(1, 3)))
        start, end = sorted(rng.sample(range(5), 2))
        window = Window(DAYS[start], DAYS[end])
        one = Layer(
            UUID(int=100 + number), "any", "", rng.choice(["contract", "society"]),
            Box(rights, places, window), Shares.whole(rng.choice(OWNERS)),
            rng.choice(["", "Local"]),
        )  # fmt: skip
        found.append(one)
    return found


def test_who_holds_and_what_is_in_conflict_is_as_found_point_by_point():
    rng = random.Random(20261127)
    seen = 0
    for _ in range(300):
        told = random_layers(rng)
        pieces, found = engine.held(told), engine.disputes(told)
        for right, place, day in itertools.product(range(4), range(4), DAYS):
            point = Box(SpanSet(((right, right + 1),)), SpanSet(((place, place + 1),)),
                        Window(day, day + timedelta(days=1)))  # fmt: skip
            says = [one for one in told if not one.default and one.box.common(point)]
            holders = [piece.layer for piece in pieces if piece.box.common(point)]
            assert len(holders) == 1
            expected = min(says, key=engine.rank) if says else told[0]
            assert holders == [expected]
            pairs = {
                frozenset((a.origin, b.origin))
                for a, b in itertools.combinations(says, 2)
                if a.shares != b.shares and not over(a, b) and not over(b, a)
                and not any(over(c, a) and over(c, b) for c in says)
            }  # fmt: skip
            here = [frozenset((d.holding, d.contending)) for d in found if d.box.common(point)]
            assert len(here) == len(set(here))
            assert set(here) == pairs
            seen += len(pairs)
    assert seen > 1000


def over(one, other):
    inside = set(points(one)) < set(points(other))
    return bool(one.override_reason) and inside


def points(layer):
    return [n for n in range(4) if layer.box.places.covers_span((n, n + 1))]
