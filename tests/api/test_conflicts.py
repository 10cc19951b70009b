"""Conflicts by the API: the queue, one with both sides, and the question how it is decided."""

import json
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts import permissions
from accounts.models import ChangeRequest
from foundation.tenancy import tenant_atomic
from rights.models import Document
from rights.services.claims import claim
from rights.services.terms import NewClaim
from tests import factories
from tests.api.conftest import Program
from tests.api.test_deeds import keep
from tests.matrix import World
from tests.matrix import api as matrix

pytestmark = pytest.mark.django_db


class Dispute:
    """A recording that Kes holds in the EU, and of which a society says otherwise, twice."""

    def __init__(self, org):
        with tenant_atomic(org.id):
            world = World(org, org, {})
            self.work, self.kes = matrix.work(world).pk, str(matrix.holder(world).pk)
            self.other = matrix._taker(world)
            for holder, where, source in (
                (self.kes, "EU", "contract"), (self.other, "DE", "society"),
                (self.other, "FR", "society"),
            ):  # fmt: skip
                terms = NewClaim("master", [(UUID(holder), 1)], territory=where, source=source)
                made = claim(work_id=self.work, terms=terms, actor=matrix.BY, at=matrix.AT)
            self.last = str(made.conflicts[0])


@pytest.fixture
def dispute(org):
    return Dispute(org)


def decision(holder, **more):
    """Return a form that asks for a decision."""
    return {
        "file": ContentFile(b"%PDF-1.7", name="settled.pdf"),
        "label": "Settlement",
        "shares": json.dumps([{"holder": holder, "parts": 2}]),
        "parts_total": "3",
        "reason": "As settled",
        **more,
    }


def ask(program, address, form, **headers):
    """Send it as a program does."""
    given = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": str(uuid4())}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().post(f"/api/v1/{address}/decision", form, headers=given)


def test_the_queue_is_read_page_by_page_and_narrowed(program, dispute):
    seen, address = [], "conflicts?limit=1&state=open"
    while address:
        page = program.get(address).json()
        seen += page["items"]
        address = page["next"]
    assert [each["territory"] for each in seen] == ["DE", "FR"]
    assert {each["title"] for each in seen} == {"Long Shore"}
    assert len(program.get(f"conflicts?work={dispute.work}&q=shore").json()["items"]) == 2
    for nothing in ("state=over", f"work={uuid4()}", "q=pier"):
        assert program.get(f"conflicts?{nothing}").json()["items"] == []
    assert program.get("conflicts?colour=red").status_code == 422


def test_a_list_of_conflicts_costs_the_same_for_many(
    program, dispute, django_assert_max_num_queries
):
    program.get("conflicts")  # the client's use of the day is noted
    with django_assert_max_num_queries(20):
        assert len(program.get("conflicts").json()["items"]) == 2


def test_a_saved_view_of_the_page_narrows_it(program, org, dispute):
    person = factories.person(org, permissions.RIGHTS)
    keep(org, person, list="/conflicts/", name="over", query="state=over")
    assert program.get("conflicts?view=over").json()["items"] == []


def test_one_conflict_shows_both_sides(program, dispute):
    answer = program.get(f"conflicts/{dispute.last}")
    told = answer.json()
    assert [(each["holds"], each["claim"]["shares"][0]["name"]) for each in told["sides"]] == [
        (True, "Kes"),
        (False, "Taker"),
    ]
    assert (told["together"], told["outcome"]) == ("200", None)
    assert [each["territory"] for each in told["parts"]] == ["FR"]
    again = program.get(f"conflicts/{dispute.last}", If_None_Match=answer["ETag"])
    assert again.status_code == 304


def test_a_decision_is_asked_for_and_made_by_a_person(program, org, dispute):
    address = f"conflicts/{dispute.last}"
    seen = program.get(address)
    bare = ask(program, address, decision(dispute.kes))
    assert (bare.status_code, bare.json()["code"]) == (428, "if_match_needed")
    asked = ask(program, address, decision(dispute.kes), If_Match=seen["ETag"])
    assert asked.status_code == 202, asked.content
    change = program.get(asked["Location"])
    assert (change.json(), change["ETag"]) == (asked.json(), asked["ETag"])
    assert program.get(address)["ETag"] == seen["ETag"]
    person = factories.person(org, permissions.ADMINISTRATOR)
    answer = factories.sign_in(Client(), person, fresh=True).post(
        f"{asked['Location']}/approve",
        {"payload_hash": change.json()["payload_hash"]},
        content_type="application/json",
        headers={"Idempotency-Key": "k", "If-Match": change["ETag"]},
    )
    assert answer.status_code == 200
    told = program.get(address).json()
    assert (told["state"], told["outcome"]["change"]) == ("adjudicated", change.json()["id"])
    made = program.get(f"claims/{told['outcome']['claim']}").json()["items"][0]
    assert {each["percent"] for each in made["shares"]} == {"66.6667", "33.3333"}
    late = ask(program, address, decision(dispute.kes), If_Match="*")
    assert (late.status_code, late.json()["code"]) == (404, "no_open_conflict")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"shares": "Kes 100"}, 400),
        ({"shares": "[]"}, 422),
        ({"shares": '[{"holder": "7", "parts": 1}]'}, 422),
        ({"parts_total": "0"}, 422),
        ({"parts_total": "1"}, 422),
        ({"label": " "}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(program, org, dispute, wrong, status):
    answer = ask(program, f"conflicts/{dispute.last}", decision(dispute.kes, **wrong), If_Match="*")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    with tenant_atomic(org.id):
        assert not ChangeRequest.objects.exists()
        assert not Document.objects.exists()


def test_who_only_reads_asks_for_nothing(org, dispute):
    reader = Program(org, ["rights.claim.view"])
    answer = ask(reader, f"conflicts/{dispute.last}", decision(dispute.kes), If_Match="*")
    assert answer.status_code == 403
