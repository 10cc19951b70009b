"""The gate by the API: a thousand questions at once, each decided as things stand."""

from uuid import uuid4

import pytest

from foundation.models import IdempotencyKey
from foundation.tenancy import tenant_atomic
from tests.api.conftest import Program
from tests.rights.gate.world import film, grant, hold, write

pytestmark = pytest.mark.django_db
ON = "2026-06-15"


@pytest.fixture
def sold(org):
    """A film that is sold exclusively in the US."""
    with tenant_atomic(org.id):
        work = film()
        write(grant(work))
        return work


def question(work, territory="US", **more):
    """Return a question as JSON."""
    return {"work": str(work), "right": "svod", "territory": territory, "on": ON, **more}


def ask(program, *questions):
    """Ask; return the answer."""
    return program.post("gate/decisions", {"questions": questions}, Idempotency_Key=None)


def test_decisions_come_in_the_questions_order_with_their_reasons(program, sold):
    answer = ask(program, question(sold.pk), question(sold.pk, "CA"), question(uuid4()))
    assert answer.status_code == 200
    first, second, third = answer.json()["decisions"]
    assert (first["allowed"], first["work"], first["territory"]) == (False, str(sold.pk), "US")
    [reason] = first["reasons"]
    assert (reason["code"], reason["clause"]) == ("sold_exclusively", "Out 1")
    assert (second["allowed"], second["reasons"]) == (True, [])
    assert [each["code"] for each in third["reasons"]] == ["unknown_work"]


def test_the_same_question_is_decided_again_and_nothing_is_kept(program, org, sold):
    sent = {"questions": [question(sold.pk, "CA")]}
    assert program.post("gate/decisions", sent, Idempotency_Key="k").json()["decisions"][0][
        "allowed"
    ]
    with tenant_atomic(org.id):
        hold(sold)
        assert not IdempotencyKey.objects.exists()
    again = program.post("gate/decisions", sent, Idempotency_Key="k").json()["decisions"][0]
    assert [each["code"] for each in again["reasons"]] == ["hold"]


def test_every_fault_has_its_place(program, sold):
    answer = ask(
        program,
        question(sold.pk),
        question(sold.pk, "USS"),
        question(sold.pk, right="svodd"),
        question(sold.pk, "DE ?"),
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert [(each["path"], each["code"]) for each in answer.json()["errors"]] == [
        ("/questions/1/territory", "unknown_territory"),
        ("/questions/2/right", "unknown_right_type"),
        ("/questions/3/territory", "bad_territory_expression"),
    ]


def test_a_thousand_are_taken_and_no_more(program, sold):
    many = [question(sold.pk, on=f"2026-06-{1 + number % 28:02}") for number in range(1000)]
    assert len(ask(program, *many).json()["decisions"]) == 1000
    assert ask(program, *many, question(sold.pk)).status_code == 422


def test_another_organisations_work_isnt_there(other_org, sold):
    [decision] = ask(Program(other_org), question(sold.pk)).json()["decisions"]
    assert [each["code"] for each in decision["reasons"]] == ["unknown_work"]


def test_it_is_described_as_a_question_without_a_key(program):
    told = program.get("openapi.json").json()["paths"]["/api/v1/gate/decisions"]["post"]
    assert [each["name"] for each in told["parameters"]] == []
    assert told["x-permission"] == "rights.gate.ask"
