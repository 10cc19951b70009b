"""Questions and sources by the API: read, answered, closed; what is late."""

import pytest

from foundation.tenancy import tenant_atomic
from royalties.models import Question
from tests.api.conftest import Program
from tests.matrix import World
from tests.matrix.questions import question
from tests.matrix.sources import rule

pytestmark = pytest.mark.django_db


def test_a_question_is_answered_and_closed_and_what_was_read_holds(org, other_org, program):
    with tenant_atomic(org.id):
        key = question(World(org=org, other_org=other_org, people={}))["pk"]
    [listed] = program.get("questions?state=open").json()["items"]
    assert (listed["id"], listed["about"]) == (str(key), "the whole statement")
    read = program.get(f"questions/{key}")
    silent = program.post(f"questions/{key}/close", {}, If_Match=read["ETag"])
    assert (silent.status_code, silent.json()["code"]) == (422, "question_words")
    answered = program.post(
        f"questions/{key}/answer", {"text": "Nothing was sold."}, If_Match=read["ETag"]
    )
    assert answered.status_code == 200, answered.content
    assert answered.json()["state"] == "answered"
    assert [each["text"] for each in answered.json()["thread"]][-1] == "Nothing was sold."
    stale = program.post(f"questions/{key}/close", {}, If_Match=read["ETag"])
    assert stale.status_code == 412
    closed = program.post(f"questions/{key}/close", {}, If_Match="*")
    assert closed.json()["state"] == "closed"
    again = program.post(f"questions/{key}/answer", {"text": "More"}, If_Match="*")
    assert (again.status_code, again.json()["code"]) == (409, "question_closed")
    with tenant_atomic(org.id):
        assert Question.objects.get().state == "closed"
    few = Program(org, codes=["royalties.sales.see"])
    assert few.get("questions").status_code == 403
    assert few.get(f"questions/{key}").status_code == 404


def test_sources_say_what_is_late(org, other_org, program):
    with tenant_atomic(org.id):
        key = rule(World(org=org, other_org=other_org, people={}))["pk"]
    [source] = program.get("sources?late=yes").json()["items"]
    assert (source["id"], source["every"]) == (str(key), "month")
    assert "late" in {each["state"] for each in source["periods"]}
    assert program.get("sources?every=year").json()["items"] == []
