"""Sixteen people change the same works at once: no share is lost, doubled or deadlocked (R3)."""

import random
import threading
from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID

import pytest
from django.db import IntegrityError, OperationalError, connection

from accounts.models import Organisation
from audit import actors
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.services import holders
from kernel.errors import DomainError
from rights.engine import layers
from rights.engine.boxes import ALWAYS, WORLD, Box, Window, cut
from rights.models import Claim, Conflict, Share
from rights.selectors import claims as questions
from rights.services import claims, ground
from rights.services.registration import ROOTS, Registration, register_works
from rights.services.terms import NewClaim
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACTOR = actors.command("tests")
THREADS, WORKS, DEEDS = 16, 24, 30
TERRITORIES = ["WORLD", "EU", "DE + FR", "DE", "US", "WORLD - US"]
RIGHTS = ["mechanical", "mechanical_stream", "sync", "music"]
STARTS = [None, date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)]


def one_deed(rng: random.Random, work: UUID, people: list[UUID]) -> str:
    """Do something at random to a work; return what it was, or why it was refused."""
    common = {"actor": ACTOR, "at": NOW}
    start = rng.choice(STARTS)
    terms = NewClaim(
        right_type=rng.choice(RIGHTS),
        shares=[(holder, rng.randint(1, 3)) for holder in rng.sample(people, 2)],
        territory=rng.choice(TERRITORIES),
        window=rng.choice([ALWAYS, Window(start, None)]),
        override_reason=rng.choice(["", "Local contract"]),
        source=rng.choice(["contract", "society"]),
    )
    there = list(questions.of_work(work, on=None))
    told = [one for one in there if one.source != "default"]
    kind = rng.choice(["claim", "transfer", "end", "withdraw", "correct"]) if told else "claim"
    chosen = rng.choice(there if kind == "transfer" else told or there)
    try:
        if kind == "claim":
            claims.claim(work_id=work, terms=terms, approved=True, **common)
        elif kind == "transfer":
            giver = chosen.shares[0]
            taker = rng.choice([one for one in people if one != giver.holder])
            part = rng.choice([None, giver.fraction * Fraction(1, 2)])
            claims.transfer(
                claim_id=chosen.claim, giver=giver.holder, taker=taker, portion=part, on=start,
                reason="Sold", approved=True, **common,
            )  # fmt: skip
        elif kind == "end":
            until = rng.choice(STARTS[1:])
            claims.end(claim_id=chosen.claim, until=until, reason="Over", **common)
        elif kind == "withdraw":
            claims.withdraw(claim_id=chosen.claim, reason="Void", **common)
        else:
            common |= {"terms": terms, "approved": True}
            claims.correct(claim_id=chosen.claim, reason="Misread", **common)
    except DomainError as refusal:
        return refusal.code
    return kind


@pytest.fixture
def works(org: Organisation) -> tuple[list[UUID], list[UUID]]:
    """A few dozen works and six holders."""
    with tenant_atomic(org.id):
        people = [
            holders.register(kind="person", name=f"Holder {number}", actor=ACTOR, at=NOW).pk
            for number in range(6)
        ]
        rows = [
            Registration(NewWork(kind="composition", title=f"Tide {number}"))
            for number in range(WORKS)
        ]
        made = register_works(rows=rows, actor=ACTOR, at=NOW)
        return [work.pk for work in made], people


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_shares_sum_to_the_whole_whoever_writes_at_once(org, works, isolation):
    made, people = works
    outcomes: Counter[str] = Counter()
    troubles: list[BaseException] = []
    barrier = threading.Barrier(THREADS)

    def attempt(rng: random.Random, work: UUID) -> str:
        """Do one deed in a transaction of its own; one that lost the race is counted."""
        try:
            with tenant_atomic(org.id):
                return one_deed(rng, work, people)
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", "")
            if state != "40001":
                raise
            return "to be tried again"
        except IntegrityError as error:
            if isolation == "READ COMMITTED" or "one_claim_to_a_right" not in str(error):
                raise
            return "to be tried again"

    def run(number: int) -> None:
        rng = random.Random(number)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {isolation}"
                )
            barrier.wait()
            for _ in range(DEEDS):
                outcomes[attempt(rng, rng.choice(made[: WORKS // 2 if number % 2 else WORKS]))] += 1
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert outcomes["claim"]
    if isolation == "READ COMMITTED":
        assert {"transfer", "end", "withdraw", "correct"} <= outcomes.keys()
        assert "to be tried again" not in outcomes
    with tenant_atomic(org.id):
        assert [work for work in made if not exact(work)] == []
        if isolation == "READ COMMITTED":
            assert Conflict.objects.filter(work_id__in=made).exists()
        assert [work for work in made if not flagged(work)] == []


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_who_read_a_work_before_a_claim_was_made_has_to_try_again(org, works, isolation):
    """A claim that only waits supersedes no row, so nothing but the work's row tells of it."""
    (work, *_), people = works
    with tenant_atomic(org.id):
        contend(work, people[0], "contract")

    def meanwhile() -> None:
        try:
            with tenant_atomic(org.id):
                contend(work, people[1], "society")
        finally:
            connection.close()

    set_level(isolation)

    def read_wait_and_claim():
        with tenant_atomic(org.id):
            assert list(questions.of_work(work, on=None))
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join()
            contend(work, people[2], "import")

    with pytest.raises(OperationalError) as failed:
        read_wait_and_claim()
    set_level("READ COMMITTED")
    assert getattr(failed.value.__cause__, "sqlstate", "") == "40001"
    with tenant_atomic(org.id):
        assert flagged(work)
        assert Conflict.objects.known_at().filter(work_id=work, state="open").count() == 1


def set_level(isolation: str) -> None:
    """Let this connection's next transactions run at a level."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {isolation}")


def contend(work: UUID, holder: UUID, source: str) -> None:
    """Claim the synchronisation right for one holder alone, by one source."""
    terms = NewClaim(right_type="sync", shares=[(holder, 1)], source=source)
    claims.claim(work_id=work, terms=terms, actor=ACTOR, at=NOW)


def flagged(work: UUID) -> bool:
    """Return whether the open conflicts are those of the claims that stand, no more, no less."""
    state = ground.lock(work, at=NOW)
    rows = Conflict.objects.known_at().filter(work_id=work, state="open")
    told = {
        (row.holding, row.contending, Box(row.rights, row.span, ground.window_of(row.window)))
        for row in rows
    }
    found = layers.disputes([*state.roots, *state.claims])
    return told == {(one.holding, one.contending, one.box) for one in found}


def exact(work: UUID) -> bool:
    """Return whether the live rows fill the whole once, and each one's shares sum to its parts."""
    rows = list(Claim.objects.known_at().filter(work_id=work))
    boxes = [Box(row.rights, row.span, ground.window_of(row.window)) for row in rows]
    whole = Box(
        SpanSet.of(right_types()[root].span for root in ROOTS["composition"]), WORLD, ALWAYS
    )
    apart = all(
        one.common(other) is None for at, one in enumerate(boxes) for other in boxes[at + 1 :]
    )
    sums = all(
        sum(share.parts for share in Share.objects.filter(claim=row)) == row.parts_total
        for row in rows
    )
    return apart and cut([whole], boxes) == [] and cut(boxes, [whole]) == [] and sums
