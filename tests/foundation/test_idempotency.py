"""A request that comes twice has one effect and one answer (R4)."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from foundation import idempotency
from foundation.idempotency import Answer, KeyReused, StillInFlight, request_hash
from foundation.models import IdempotencyKey
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ANA = uuid4()
ASKED = request_hash("POST", "/api/v1/payments", b'{"amount": "10.00"}')


def answering(body=b"first", status=201):
    """Return an act that answers ``body`` and counts its calls."""

    def act():
        act.calls += 1
        return Answer(status, body)

    act.calls = 0
    return act


def ask(act, **other):
    """Ask with the usual key."""
    request = {"key": "k1", "caller_id": ANA, "asked": ASKED, "at": NOW, **other}
    return idempotency.once(act=act, **request)


def test_the_second_request_gets_the_first_answer_byte_for_byte(in_org):
    first, second = answering(b'{"id":  1}'), answering(b"other")
    assert ask(first) == ask(second) == Answer(201, b'{"id":  1}')
    assert (first.calls, second.calls) == (1, 0)


def test_the_key_with_another_request_is_refused(in_org):
    ask(answering())
    with pytest.raises(KeyReused):
        ask(answering(), asked=request_hash("POST", "/api/v1/payments", b"{}"))


def test_another_caller_or_organisation_has_keys_of_its_own(org, other_org):
    with tenant_atomic(org.id):
        ask(answering(b"ana"))
        assert ask(answering(b"ben"), caller_id=uuid4()).body == b"ben"
    with tenant_atomic(other_org.id):
        assert ask(answering(b"theirs")).body == b"theirs"


def test_a_refusal_is_not_remembered(in_org):
    assert ask(answering(b"no", 422)).status == 422
    assert ask(answering(b"yes")).body == b"yes"


def test_a_rolled_back_effect_is_not_remembered(org):
    def failing():
        raise RuntimeError("after the effect")

    with pytest.raises(RuntimeError), tenant_atomic(org.id):
        ask(failing)
    with tenant_atomic(org.id):
        assert ask(answering(b"again")).body == b"again"


def test_answers_are_forgotten_after_thirty_days(org):
    with tenant_atomic(org.id):
        ask(answering())
        ask(answering(), key="k2", at=NOW - timedelta(days=31))
    assert idempotency.forget(at=NOW) == 1
    with tenant_atomic(org.id):
        assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["k1"]


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_have_one_effect():
    org = Organisation.objects.create(slug="harbour", name="Harbour").id
    start, act = threading.Barrier(50), answering(b"once")
    outcomes = []

    def one():
        start.wait()
        try:
            with tenant_atomic(org):
                outcomes.append(ask(act).body)
        except StillInFlight:
            outcomes.append("in flight")
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert act.calls == 1
    assert len(outcomes) == 50
    assert set(outcomes) <= {b"once", "in flight"}
    with tenant_atomic(org):
        assert ask(answering(b"late")).body == b"once"
