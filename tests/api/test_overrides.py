"""What a program may not do alone: put a claim above another with other shares."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts import permissions
from foundation.tenancy import tenant_atomic
from rights.services.claims import claim
from rights.services.terms import NewClaim
from tests import factories
from tests.matrix import World
from tests.matrix import api as matrix

pytestmark = pytest.mark.django_db
WHY = {"reason": "Sold in May"}


class Ground:
    """A recording that Kes holds in the EU."""

    def __init__(self, org, program):
        self.program = program
        with tenant_atomic(org.id):
            world = World(org, org, {})
            self.work, self.kes = matrix.work(world).pk, matrix.holder(world).pk
            self.ebb = matrix._taker(world)
            terms = NewClaim("master", [(self.kes, 1)], territory="EU")
            claim(work_id=self.work, terms=terms, actor=matrix.BY, at=matrix.AT)

    def terms(self, holder, territory, **more):
        """Return terms as they are sent."""
        shares = [{"holder": str(holder), "parts": 1}]
        return {"right_type": "master", "territory": territory, "shares": shares, **more}

    def make(self, terms):
        """Claim it."""
        return self.program.post(f"works/{self.work}/claims", terms)

    @property
    def germany(self):
        """Who holds it in Germany."""
        where = f"works/{self.work}/claims?territory=DE&right_type=master"
        items = self.program.get(where).json()["items"]
        return [share["name"] for each in items for share in each["shares"]]


@pytest.fixture
def ground(org, program):
    return Ground(org, program)


def waits(ground, answer, kind="rights.claim.override"):
    """See that a deed became a change request, and changed nothing."""
    assert answer.status_code == 202, answer.content
    assert ground.germany == ["Kes"]
    change = ground.program.get(answer["Location"])
    assert (change.json(), change["ETag"]) == (answer.json(), answer["ETag"])
    assert (change.json()["kind"], change.json()["state"]) == (kind, "pending")
    seen = {"payload_hash": change.json()["payload_hash"]}
    by = ground.program.post(f"{answer['Location']}/approve", seen, If_Match=answer["ETag"])
    assert (by.status_code, by.json()["code"]) == (403, "person_needed")
    return answer["Location"], seen


def approved(org, address, seen):
    """Let a rights manager approve it."""
    person = factories.sign_in(Client(), factories.person(org, permissions.RIGHTS), fresh=True)
    answer = person.post(
        f"{address}/approve",
        seen,
        content_type="application/json",
        headers={"Idempotency-Key": "k", "If-Match": "*"},
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "applied")


def test_a_claim_that_overrides_is_asked_for_and_made_once_approved(org, ground):
    wished = str(uuid4())
    sent = ground.terms(ground.ebb, "DE", override_reason="Local contract", id=wished)
    address, seen = waits(ground, ground.make(sent))
    again = ground.make(sent)
    assert (again.status_code, again.json()["code"]) == (409, "change_refused")
    approved(org, address, seen)
    assert ground.germany == ["Taker"]
    assert ground.program.get(f"claims/{wished}").status_code == 200


def test_the_same_request_again_asks_once(ground):
    sent = ground.terms(ground.ebb, "DE", override_reason="Local contract")
    key, address = str(uuid4()), f"works/{ground.work}/claims"
    first, again = (ground.program.post(address, sent, Idempotency_Key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert (first.content, first["Location"]) == (again.content, again["Location"])


def test_a_correction_that_overrides_is_asked_for(org, ground):
    made = ground.make(ground.terms(ground.ebb, "US"))
    sent = ground.terms(ground.ebb, "DE", override_reason="Local contract", **WHY)
    answer = ground.program.post(f"{made['Location']}/correct", sent, If_Match="*")
    address, seen = waits(ground, answer)
    approved(org, address, seen)
    assert ground.germany == ["Taker"]


def test_a_share_that_would_pass_on_into_an_override_is_asked_for(org, ground):
    made = ground.make(ground.terms(ground.kes, "DE", override_reason="Local contract"))
    assert made.status_code == 201
    sent = {"giver": str(ground.kes), "taker": ground.ebb, **WHY}
    answer = ground.program.post(f"{made['Location']}/transfer", sent, If_Match="*")
    address, seen = waits(ground, answer, "rights.share.override")
    approved(org, address, seen)
    assert ground.germany == ["Taker"]


def test_the_description_tells_both_answers(program):
    told = program.get("openapi.json").json()["paths"]["/api/v1/works/{pk}/claims"]["post"]
    assert set(told["responses"]) >= {"201", "202"}
    waiting = told["responses"]["202"]
    assert waiting["content"]["application/json"]["schema"]["$ref"].endswith("ChangeRequestInFull")
    assert set(waiting["headers"]) == {"ETag", "Location"}
