"""Deeds hold against what was read; claims and change requests by programs; saved views."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from accounts import permissions
from accounts.models import SavedView
from foundation.tenancy import tenant_atomic
from holders.models import Holder
from tests import factories
from tests.access_matrix import EXAMPLES
from tests.api.conftest import Program
from tests.matrix import World
from tests.matrix import api as matrix

pytestmark = pytest.mark.django_db
WHY = {"reason": "The contract says so"}


@pytest.fixture
def claimed(org):
    """A claim of one holder to a recording in Germany, and another holder."""
    with tenant_atomic(org.id):
        world = World(org, org, {})
        pk = matrix.claimed(world)
        taker = Holder.objects.create(kind="label", name="Ebb", created_at=factories.LONG_AGO)
        return f"claims/{pk}", str(world.made["holder"].pk), str(taker.pk)


def pieces(program, address):
    """Return who holds a claim where, and from when."""
    return {
        (each["territory"], each["starts"], share["name"], f"{share['parts']}/{share['of']}")
        for each in program.get(address).json()["items"]
        for share in each["shares"]
    }


def test_a_deed_on_a_claim_holds_against_what_was_read(program, claimed):
    address, giver, taker = claimed
    tag = program.get(address)["ETag"]
    sent = {"giver": giver, "taker": taker, "portion": "1/2", **WHY}
    bare = program.post(f"{address}/transfer", sent)
    assert (bare.status_code, bare.json()["code"]) == (428, "if_match_needed")
    key = str(uuid4())
    done = program.post(f"{address}/transfer", sent, If_Match=tag, Idempotency_Key=key)
    assert done.status_code == 200
    assert {(name, part) for _, _, name, part in pieces(program, address)} == {
        ("Kes", "1/2"),
        ("Ebb", "1/2"),
    }
    late = program.post(f"{address}/withdraw", WHY, If_Match=tag)
    assert (late.status_code, late.json()["code"]) == (412, "outdated")
    again = program.post(f"{address}/transfer", sent, If_Match=tag, Idempotency_Key=key)
    assert (again.status_code, again.content) == (200, done.content)  # replayed, not outdated


def test_a_claim_is_corrected_as_a_whole_and_keeps_its_id(program, claimed):
    address, giver, taker = claimed
    terms = {
        "right_type": "master",
        "territory": "FR",
        "starts": "2026-01-01",
        "shares": [{"holder": taker, "parts": 1}],
    }
    tag = program.get(address)["ETag"]
    done = program.post(f"{address}/correct", {**terms, **WHY}, If_Match=tag)
    assert (done.status_code, f"claims/{done.json()['id']}") == (200, address)
    (only,) = pieces(program, address)
    assert only[1:] == ("2026-01-01", "Ebb", "1/1")
    unknown = program.post(
        f"{address}/correct",
        {**terms, "shares": [{"holder": str(uuid4()), "parts": 1}], **WHY},
        If_Match="*",
    )
    assert unknown.status_code in (404, 422)
    assert pieces(program, address) == {only}


def test_the_owner_of_a_default_claim_is_said_and_only_of_one(program, claimed):
    address, _, taker = claimed
    work = program.get(address).json()["items"][0]["work"]
    defaults = [
        each for each in program.get(f"works/{work}/claims").json()["items"]
        if each["source"] == "default"
    ]  # fmt: skip
    default = f"claims/{defaults[0]['id']}"
    sent = {"shares": [{"holder": taker, "parts": 1}], **WHY}
    tag = program.get(default)["ETag"]
    assert program.post(f"{default}/owner", sent, If_Match=tag).status_code == 200
    assert {name for _, _, name, _ in pieces(program, default)} == {"Ebb"}
    refused = program.post(f"{address}/owner", sent, If_Match="*")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_claim")


@pytest.fixture
def asked(program):
    """A deal whose signature the program itself asked for; the address of the request."""
    document = json.loads((EXAMPLES / "d2-standard-hardback.json").read_text())
    deal = program.post("deals", {"document": document}).json()["deal"]
    tag = program.get(f"deals/{deal}")["ETag"]
    made = program.post(f"deals/{deal}/signature", WHY, If_Match=tag)
    assert made.status_code == 201
    return f"changes/{made.json()['id']}"


def test_a_program_cant_approve_what_needs_a_person(program, org, asked):
    shown = program.get(asked)
    assert shown.json()["state"] == "pending"
    seen = {"payload_hash": shown.json()["payload_hash"]}
    for each in (program, Program(org)):
        refused = each.post(f"{asked}/approve", seen, If_Match=shown["ETag"])
        assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")
    assert program.get(asked).json()["state"] == "pending"


def test_who_asked_withdraws_and_nobody_else(program, org, asked):
    other = Program(org)
    refused = other.post(f"{asked}/withdraw", If_Match="*")
    assert (refused.status_code, refused.json()["code"]) == (409, "change_refused")
    done = program.post(f"{asked}/withdraw", If_Match=program.get(asked)["ETag"])
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    items = other.get("changes?state=withdrawn").json()["items"]
    assert [f"changes/{each['id']}" for each in items] == [asked]


@pytest.mark.parametrize(("fresh", "status"), [(False, 403), (True, 200)])
def test_a_person_approves_with_a_fresh_second_factor(program, org, asked, fresh, status):
    browser = factories.sign_in(
        Client(), factories.person(org, permissions.ADMINISTRATOR), fresh=fresh
    )
    seen = browser.get(f"/api/v1/{asked}")
    answer = browser.post(
        f"/api/v1/{asked}/approve",
        {"payload_hash": seen.json()["payload_hash"]},
        content_type="application/json",
        headers={"Idempotency-Key": "k", "If-Match": seen["ETag"]},
    )
    assert answer.status_code == status
    if fresh:
        assert answer.json()["state"] == "applied"
    else:
        assert answer.json()["code"] == "step_up_needed"


def keep(org, person, **more):
    """Keep a view of the list of works."""
    with tenant_atomic(org.id):
        SavedView.objects.create(
            **{
                "list": "/works/", "caption": "Works", "name": "films", "label": "Films",
                "query": "kind=film&sort=-title&cols=title", "shared": "organisation",
                "owner": person, "changed_at": factories.LONG_AGO, **more,
            }
        )  # fmt: skip


def test_a_saved_view_narrows_and_sorts_the_list(program, org):
    keep(org, factories.person(org, permissions.RIGHTS))
    for kind, title in (("film", "A"), ("film", "B"), ("recording", "C"), ("film", "D")):
        program.post("works", {"kind": kind, "title": title})
    seen, address = [], "works?view=films&limit=2"
    while address:
        page = program.get(address).json()
        seen += [each["title"] for each in page["items"]]
        address = page["next"]
    assert seen == ["D", "B", "A"]
    expressly = program.get("works?view=films&kind=recording").json()["items"]
    assert [each["title"] for each in expressly] == ["C"]


def test_an_unknown_view_is_told_with_those_that_there_are(program, org, other_org):
    person = factories.person(org, permissions.RIGHTS)
    keep(org, person)
    keep(org, person, name="mine", shared="private")
    keep(org, person, name="labels", list="/holders/")
    answer = program.get("works?view=mine")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_view")
    assert answer.json()["views"] == ["films"]
    assert Program(other_org).get("works?view=films").json()["views"] == []


@pytest.mark.parametrize("query", ["colour=red", "kind=opera", "kind=film&rights=open"])
def test_a_view_that_the_api_cant_narrow_by_is_refused_not_widened(program, org, query):
    keep(org, factories.person(org, permissions.RIGHTS), query=query)
    answer = program.get("works?view=films")
    assert (answer.status_code, answer.json()["code"]) == (422, "view_not_told")
