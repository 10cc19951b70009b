"""Nobody overrides a claim alone: not by a new one, a correction, or a share that passes on."""

from datetime import date
from uuid import uuid4

import pytest

from accounts.models import ChangeRequest
from accounts.services import changes
from rights.models import Claim
from rights.services import claims, overrides, preview
from rights.services.terms import NewClaim
from tests import factories
from tests.rights.conftest import ACTOR
from tests.rights.test_claims import YEAR, holding, later

pytestmark = pytest.mark.django_db
LOCAL = {"territory": "DE", "override_reason": "Local contract"}


def terms(*shares, **more):
    return NewClaim("sync", shares, **more)


def make(song, told, **more):
    return claims.claim(work_id=song.pk, terms=told, actor=ACTOR, at=later(2), **more).claim


def correct(made, told):
    return claims.correct(claim_id=made, terms=told, actor=ACTOR, at=later(5), reason="Misread")


def transfer(made, giver, taker):
    return claims.transfer(
        claim_id=made, giver=giver, taker=taker, actor=ACTOR, at=later(5), reason="Sold"
    )


@pytest.fixture
def wide(song, people):
    """A claim of Ana's to the EU."""
    return make(song, terms((people["ana"], 1), territory="EU"))


@pytest.fixture
def two(org, in_org):
    """Somebody who asks, and an administrator who decides."""
    return tuple(factories.person(org, role) for role in ("rights_manager", "administrator"))


def refused(song, people, deed):
    """See a deed refused with what to do, and nothing changed."""
    before = list(Claim.every.order_by("id").values())
    with pytest.raises(claims.NeedsApproval, match="somebody else has to approve") as refusal:
        deed()
    assert refusal.value.code == "override_needs_approval"
    assert list(Claim.every.order_by("id").values()) == before
    assert holding(song, "sync", "DE") == {people["ana"]: 1}


def test_a_new_claim_overrides_nothing_by_itself(song, people, wide):
    refused(song, people, lambda: make(song, terms((people["ben"], 1), **LOCAL)))


def test_a_reason_lifts_no_claim_of_another_source_either(song, people, wide):
    told = terms((people["ben"], 1), source="society", override_reason="x")
    refused(song, people, lambda: make(song, told))
    make(song, terms((people["ben"], 1), source="society"))
    assert holding(song, "sync", "DE") == {people["ana"]: 1}


def test_a_correction_overrides_nothing_by_itself(song, people, wide):
    made = make(song, terms((people["ben"], 1), territory="US"))
    refused(song, people, lambda: correct(made, terms((people["ben"], 1), **LOCAL)))
    same = make(song, terms((people["ana"], 1), **LOCAL))
    refused(song, people, lambda: correct(same, terms((people["ben"], 1), **LOCAL)))


def test_a_share_that_passes_on_overrides_nothing_by_itself(song, people, wide):
    same = make(song, terms((people["ana"], 1), **LOCAL))
    refused(song, people, lambda: transfer(same, people["ana"], people["ben"]))


def test_what_takes_nothing_from_others_needs_nobody(song, people, wide):
    make(song, terms((people["ana"], 1), **LOCAL))
    make(song, terms((people["ben"], 1), territory="US", override_reason="For the record"))
    assert not ChangeRequest.objects.exists()


def test_an_approved_override_is_narrowed_and_passed_on_freely_but_never_grows(song, people, wide):
    over = make(song, terms((people["ben"], 1), **LOCAL), approved=True)
    correct(over, terms((people["ben"], 1), window=YEAR, **LOCAL))
    transfer(over, people["ben"], people["cleo"])
    assert holding(song, "sync", "DE", date(2027, 6, 1)) == {people["cleo"]: 1}
    for told in (
        terms((people["cleo"], 1), **LOCAL),
        terms((people["cleo"], 1), window=YEAR, **{**LOCAL, "territory": "DE + FR"}),
        terms((people["ben"], 1), window=YEAR, **LOCAL),
    ):
        with pytest.raises(claims.NeedsApproval):
            correct(over, told)


def test_a_preview_says_that_it_would_override(song, people, wide):
    told = {"work_id": song.pk, "actor": ACTOR, "at": later(2)}
    assert preview.of_claim(terms=terms((people["ben"], 1), **LOCAL), **told).overrides
    assert not preview.of_claim(terms=terms((people["ana"], 1), **LOCAL), **told).overrides
    assert holding(song, "sync", "DE") == {people["ana"]: 1}


def approve(request, by):
    changes.approve(
        request_id=request.pk, payload_hash=request.payload_hash, by=by, at=later(9), fresh=True
    )


def test_a_new_claim_holds_once_somebody_else_approves_it(song, people, wide, two):
    wished = uuid4()
    request = overrides.propose(
        work_id=song.pk, terms=terms((people["ben"], 1), **LOCAL), by=two[0], at=later(2),
        new_id=wished,
    )  # fmt: skip
    assert holding(song, "sync", "DE") == {people["ana"]: 1}
    with pytest.raises(changes.OwnChange):
        changes.approve(
            request_id=request.pk, payload_hash=request.payload_hash, by=two[0], at=later(3),
            fresh=True,
        )  # fmt: skip
    approve(request, two[1])
    assert holding(song, "sync", "DE") == {people["ben"]: 1}
    assert Claim.objects.filter(origin=wished).exists()


def test_a_correction_holds_once_somebody_else_approves_it(song, people, wide, two):
    made = make(song, terms((people["ben"], 1), territory="US"))
    request = overrides.propose(
        work_id=song.pk, claim_id=made, terms=terms((people["ben"], 1), **LOCAL), by=two[0],
        at=later(3), reason="Misread",
    )  # fmt: skip
    told = overrides.explain(request.target_id, request.payload)
    assert told[0].title == "What a claim is corrected to"
    assert holding(song, "sync", "DE") == {people["ana"]: 1}
    approve(request, two[1])
    assert holding(song, "sync", "DE") == {people["ben"]: 1}
    assert holding(song, "sync", "US") == {people["house"]: 1}


def test_a_share_passes_on_once_somebody_else_approves_it(song, people, wide, two):
    same = make(song, terms((people["ana"], 1), **LOCAL))
    request = overrides.propose_passing(
        work_id=song.pk, claim_id=same, giver=people["ana"], taker=people["ben"], portion=None,
        on=None, by=two[0], at=later(3), reason="Sold",
    )  # fmt: skip
    assert holding(song, "sync", "DE") == {people["ana"]: 1}
    approve(request, two[1])
    assert holding(song, "sync", "DE") == {people["ben"]: 1}


def test_what_couldnt_be_done_once_approved_isnt_asked_for(song, people, wide, two):
    told = terms((people["ben"], 1), **{**LOCAL, "territory": "EU"})
    with pytest.raises(claims.ClaimInTheWay):
        overrides.propose(work_id=song.pk, terms=told, by=two[0], at=later(2))
    assert not ChangeRequest.objects.exists()
