"""Who asks after a signature was committed is told of it: real connections, at the same time."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from foundation.tenancy import tenant_atomic
from licenses.models import License
from rights.engine.asked import Verdict
from rights.selectors import avails
from rights.selectors.avails import Terms
from tests.licenses.world import World

pytestmark = pytest.mark.django_db(transaction=True)
READERS, AFTER = 4, 8
TODAY = date(2026, 1, 5)
ASKED = Terms(("svod",), "US", date(2026, 3, 1), date(2026, 3, 31), exclusive=True)


@pytest.fixture
def world(org):
    with tenant_atomic(org.id):
        made = World(org)
        made.works = [made.film("F-1").pk, made.film("F-2").pk]
        works = ["F-1", "F-2"]
        made.request = made.ask(made.document(grants=[made.grant(works=works)]), at=timezone.now())
    return made


def ask(world):
    return [one.answer.verdict for one in
            avails.of_works(world.works, avails.question(ASKED, today=TODAY))]  # fmt: skip


def in_thread(work, troubles):
    def run():
        try:
            work()
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_an_answer_asked_for_after_the_commit_never_misses_it(world):
    """Readers ask without a pause; each notes, before it asks, whether the signature was there."""
    signed, begun = threading.Event(), threading.Barrier(READERS + 1)
    troubles, told = [], []

    def read():
        for number in range(200):
            if number == 1:
                begun.wait()
            was_signed = signed.is_set()
            with tenant_atomic(world.org.id):
                told.append((was_signed, tuple(ask(world))))
            if sum(was for was, _ in told) >= READERS * AFTER:
                return

    def sign():
        begun.wait()
        with tenant_atomic(world.org.id):
            world.approve(world.request, at=timezone.now())
        signed.set()

    threads = [in_thread(read, troubles) for _ in range(READERS)] + [in_thread(sign, troubles)]
    for thread in threads:
        thread.join()
    assert troubles == []
    before = [answers for was, answers in told if not was]
    after = [answers for was, answers in told if was]
    assert (Verdict.YES, Verdict.YES) in before
    assert set(after) == {(Verdict.NO, Verdict.NO)}
    # A signature is there for both of its works, or for none, even while it is committed.
    assert set(before) <= {(Verdict.YES, Verdict.YES), (Verdict.NO, Verdict.NO)}


def test_a_transaction_that_was_open_before_sees_it_too(world):
    asked, signed, troubles, told = threading.Event(), threading.Event(), [], []

    def read():
        with tenant_atomic(world.org.id):
            told.append(ask(world))
            asked.set()
            assert signed.wait(60)
            told.append(ask(world))

    def sign():
        assert asked.wait(60)
        with tenant_atomic(world.org.id):
            world.approve(world.request, at=timezone.now())
            told.append(License.objects.get(code="L-1").in_force)
        signed.set()

    for thread in [in_thread(read, troubles), in_thread(sign, troubles)]:
        thread.join()
    assert troubles == []
    assert told == [[Verdict.YES] * 2, 1, [Verdict.NO] * 2]
