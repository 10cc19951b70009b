"""Who holds a right: defaults yield, claims don't overlap, and every part has a holder."""

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.permissions import RIGHTS
from accounts.services import memberships
from audit import actors
from audit.models import Event
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.services import holders, portal
from rights import policies
from rights.engine.boxes import Window
from rights.engine.shares import BadShares
from rights.models import Claim
from rights.selectors import claims as questions
from rights.selectors import clauses
from rights.services import claims, ground
from rights.services.registration import register_work
from rights.services.terms import NewClaim

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ACTOR = actors.command("tests")
YEAR = Window(date(2027, 1, 1), date(2028, 1, 1))


def register(**fields):
    return register_work(work=NewWork(**fields), actor=ACTOR, at=NOW)


def later(minutes: int = 1) -> datetime:
    return NOW + timedelta(minutes=minutes)


def claim(work, right_type, *shares, at=None, **terms):
    told = NewClaim(right_type=right_type, shares=shares, **terms)
    done = claims.claim(work_id=work.pk, terms=told, actor=ACTOR, at=at or later(), approved=True)
    return done.claim


def holding(work, right_type, territory="WORLD", on=TODAY, **more):
    """Return who holds a right in a place on a day, by holder, as fractions."""
    found = questions.of_work(work.pk, right_type=right_type, territory=territory, on=on, **more)
    assert len(found) == 1, found
    return {share.holder: share.fraction for share in found[0].shares}


def default_claim(work, right_type):
    """Return the default claim that still holds some of a right."""
    found = questions.of_work(work.pk, right_type, on=TODAY)
    return {one.claim for one in found if one.source == "default"}.pop()


def whole(work) -> bool:
    """Return whether the claims fill the whole as the arithmetic counts it."""
    state = ground.lock(work.pk, at=NOW)
    return {piece.box for piece in state.rows.values()} == {
        piece.box for piece in ground.held([*state.roots, *state.claims])
    }


def test_a_new_work_is_the_houses_in_every_right_everywhere(song, people):
    found = questions.of_work(song.pk, on=TODAY)
    assert {one.right_type for one in found} == {
        "mechanical", "performance", "sync", "print", "grand", "sampling",
    }  # fmt: skip
    assert {one.territory for one in found} == {"WORLD"}
    assert all(one.source == "default" and one.starts is one.last_day is None for one in found)
    assert all(one.shares[0].holder == people["house"] for one in found)
    assert all((one.shares[0].percent, one.shares[0].parts) == ("100", 1) for one in found)


def test_a_default_yields_for_exactly_the_part_claimed(song, people):
    claim(song, "mechanical_stream", (people["ana"], 1), territory="DACH", window=YEAR)
    in_year, before = date(2027, 6, 1), date(2026, 12, 31)
    assert holding(song, "mechanical_stream", "DE", in_year) == {people["ana"]: 1}
    assert holding(song, "mechanical_stream", "CH", in_year) == {people["ana"]: 1}
    for right, place, day in [
        ("mechanical_stream", "DE", before),
        ("mechanical_stream", "DE", date(2028, 1, 1)),
        ("mechanical_stream", "FR", in_year),
        ("mechanical_download", "DE", in_year),
        ("sync", "DE", in_year),
    ]:
        assert holding(song, right, place, day) == {people["house"]: 1}
    assert whole(song)
    told = {
        (one.rights, one.territory) for one in questions.of_work(song.pk, "mechanical", on=None)
    }
    assert told == {
        ("mechanical - mechanical_stream", "WORLD"),
        ("mechanical_stream", "WORLD - AT - DE - CH"),
        ("mechanical_stream", "AT + DE + CH"),
        ("mechanical_stream", "DACH"),
    }


def test_thirds_are_exact_and_the_rest_is_unclaimed(song, people):
    three = [(people[name], 1) for name in ("ana", "ben", "cleo")]
    claim(song, "mechanical", *three)
    assert set(holding(song, "mechanical").values()) == {Fraction(1, 3)}
    claim(song, "performance", (people["ana"], 60), parts_total=100)
    assert holding(song, "performance") == {
        people["ana"]: Fraction(3, 5),
        people["unclaimed"]: Fraction(2, 5),
    }


def test_a_second_claim_to_the_same_is_refused_and_names_the_first(song, people):
    first = claim(song, "mechanical", (people["ana"], 1), territory="EU", window=YEAR)
    before = list(Claim.objects.order_by("id").values())
    with pytest.raises(claims.ClaimInTheWay) as refusal:
        claim(song, "mechanical_stream", (people["ben"], 1), territory="DE + US")
    assert refusal.value.extra["claim"] == str(first)
    assert str(refusal.value) == (
        "In the way is the contract claim to Mechanical reproduction in DE, "
        "from 2027-01-01 to 2027-12-31, held by Ana Reef 100 %. End or correct that claim first; "
        "claim fewer places than it does, with a reason; or name another source, and the two are "
        "a conflict that is to be decided."
    )
    assert list(Claim.objects.order_by("id").values()) == before
    claim(song, "mechanical", (people["ben"], 1), territory="US", window=YEAR)
    claim(song, "mechanical", (people["ben"], 1), territory="DE", window=Window(YEAR.end, None))


def test_a_narrower_claim_with_a_reason_lies_above(song, people):
    world = claim(song, "sync", (people["ana"], 1))
    with pytest.raises(claims.ClaimInTheWay):
        claim(song, "sync", (people["ben"], 1), territory="DE")
    own = claim(song, "sync", (people["ben"], 1), territory="DE", override_reason="Sub-publisher")
    assert holding(song, "sync", "DE") == {people["ben"]: 1}
    assert holding(song, "sync", "FR") == {people["ana"]: 1}
    with pytest.raises(claims.ClaimInTheWay) as refusal:
        claim(song, "sync", (people["cleo"], 1), territory="DE", override_reason="Me too")
    assert refusal.value.extra["claim"] == str(own)
    claims.withdraw(claim_id=own, actor=ACTOR, at=later(5), reason="Never signed")
    assert holding(song, "sync", "DE") == {people["ana"]: 1}
    assert [one.territory for one in questions.of_work(song.pk, "sync", on=TODAY)] == ["WORLD"]
    claims.withdraw(claim_id=world, actor=ACTOR, at=later(6), reason="Never signed")
    assert holding(song, "sync", "DE") == {people["house"]: 1}
    assert whole(song)


def test_overrides_may_not_hide_a_claim_altogether(song, people):
    claim(song, "sync", (people["ana"], 1), territory="DE + AT")
    claim(song, "sync", (people["ben"], 1), territory="DE", override_reason="Local")
    with pytest.raises(ground.NothingLeft, match="End or correct it"):
        claim(song, "sync", (people["cleo"], 1), territory="AT", override_reason="Local")


def test_an_ended_claim_goes_back_to_who_had_the_right(song, people):
    made = claim(song, "print", (people["ana"], 1), window=YEAR)
    claims.end(claim_id=made, until=date(2027, 7, 1), actor=ACTOR, at=later(9), reason="Terminated")
    assert holding(song, "print", on=date(2027, 6, 30)) == {people["ana"]: 1}
    assert holding(song, "print", on=date(2027, 7, 1)) == {people["house"]: 1}
    for until in (date(2027, 7, 1), date(2027, 1, 1)):
        with pytest.raises(claims.BadClaim):
            claims.end(claim_id=made, until=until, actor=ACTOR, at=later(10), reason="Again")


def test_a_share_passes_on_from_a_day(song, people):
    made = claim(song, "mechanical", (people["ana"], 1), (people["ben"], 2))
    claims.transfer(
        claim_id=made,
        giver=people["ben"],
        taker=people["cleo"],
        portion=Fraction(1, 6),
        on=date(2027, 1, 1),
        actor=ACTOR,
        at=later(2),
        reason="Sold",
    )
    third = Fraction(1, 3)
    assert holding(song, "mechanical", on=date(2026, 12, 31)) == {
        people["ana"]: third,
        people["ben"]: 2 * third,
    }
    assert holding(song, "mechanical", on=date(2027, 1, 1)) == {
        people["ana"]: third,
        people["ben"]: Fraction(1, 2),
        people["cleo"]: Fraction(1, 6),
    }
    with pytest.raises(BadShares, match="no share"):
        claims.transfer(
            claim_id=made, giver=people["house"], taker=people["ana"], actor=ACTOR, at=later(3),
            reason="x",
        )  # fmt: skip


def test_a_default_that_passes_on_no_longer_yields(song, people):
    claim(song, "grand", (people["ana"], 1), territory="FR")
    (default,) = {
        one.claim
        for one in questions.of_work(song.pk, "grand", on=TODAY)
        if one.source == "default"
    }
    sold = claims.transfer(
        claim_id=default, giver=people["house"], taker=people["ben"], actor=ACTOR, at=later(2),
        on=date(2027, 1, 1), reason="Catalogue sale",
    ).claim  # fmt: skip
    assert holding(song, "grand", "US", date(2026, 12, 31)) == {people["house"]: 1}
    assert holding(song, "grand", "US", date(2027, 1, 1)) == {people["ben"]: 1}
    assert holding(song, "grand", "FR", date(2027, 1, 1)) == {people["ana"]: 1}
    with pytest.raises(claims.ClaimInTheWay) as refusal:
        claim(song, "grand", (people["cleo"], 1), territory="US")
    assert refusal.value.extra["claim"] == str(sold)


def test_a_correction_replaces_the_terms_and_keeps_what_we_knew(song, people):
    made = claim(song, "mechanical", (people["ana"], 1), territory="EU")
    claim(song, "mechanical", (people["cleo"], 1), territory="FR", override_reason="Local")
    terms = NewClaim(
        right_type="mechanical",
        shares=[(people["ana"], 1), (people["ben"], 1)],
        territory="EU + CH",
    )
    claims.correct(claim_id=made, terms=terms, actor=ACTOR, at=later(30), reason="Misread")
    half = {people["ana"]: Fraction(1, 2), people["ben"]: Fraction(1, 2)}
    assert holding(song, "mechanical", "CH") == half
    assert holding(song, "mechanical", "FR") == {people["cleo"]: 1}
    known = later(29)
    assert holding(song, "mechanical", "DE", as_known_at=known) == {people["ana"]: 1}
    assert holding(song, "mechanical", "CH", as_known_at=known) == {people["house"]: 1}
    event = Event.objects.order_by("-id").first()
    assert event.code == "rights.claim.corrected"


def test_a_wrong_owner_is_corrected_and_goes_on_yielding(song, people):
    claim(song, "sync", (people["ana"], 1), territory="DE")
    default = default_claim(song, "sync")
    claims.correct_owner(
        claim_id=default, shares=[(people["ben"], 1)], actor=ACTOR, at=later(2), reason="Typo"
    )
    assert holding(song, "sync", "US") == {people["ben"]: 1}
    assert holding(song, "sync", "DE") == {people["ana"]: 1}
    claim(song, "sync", (people["cleo"], 1), territory="US")
    for wrong in (claims.withdraw, claims.end):
        more = {"until": TODAY} if wrong is claims.end else {}
        with pytest.raises(claims.BadClaim, match="default"):
            wrong(claim_id=default, actor=ACTOR, at=later(3), reason="x", **more)


def test_a_default_that_was_wholly_claimed_comes_back(song, people):
    made = claim(song, "sync", (people["ana"], 1))
    assert not Claim.objects.known_at().filter(source="default", right_type_id="sync").exists()
    claims.withdraw(claim_id=made, actor=ACTOR, at=later(3), reason="Unsigned")
    assert holding(song, "sync") == {people["house"]: 1}
    assert whole(song)


def test_groups_are_read_on_the_day_the_claim_says(song, people):
    claim(song, "print", (people["ana"], 1), territory="EU", signed_on=date(2019, 1, 1))
    assert holding(song, "print", "GB") == {people["ana"]: 1}
    claim(song, "grand", (people["ana"], 1), territory="EU", date_rule="current")
    assert holding(song, "grand", "GB", date(2019, 1, 1)) == {people["ana"]: 1}
    assert holding(song, "grand", "GB", TODAY) == {people["house"]: 1}
    assert holding(song, "grand", "HR", date(2012, 1, 1)) == {people["house"]: 1}
    assert holding(song, "grand", "HR", date(2014, 1, 1)) == {people["ana"]: 1}
    assert whole(song)


def test_a_right_that_the_work_doesnt_have_cant_be_claimed(song, people):
    with pytest.raises(claims.BadClaim, match="no such right"):
        claim(song, "svod", (people["ana"], 1))
    claim(song, "music", (people["ana"], 1))
    assert len(questions.of_work(song.pk, on=TODAY)) == 1
    for wrong in ({"source": "default"}, {"date_rule": "never"}, {"override_reason": "x" * 501}):
        with pytest.raises(claims.BadClaim):
            claim(song, "sync", (people["ana"], 1), **wrong)
    with pytest.raises(clauses.UnknownRight):
        claim(song, "mechanicals", (people["ana"], 1))


def test_deeds_are_recorded_in_the_order_the_lock_gave(song, people):
    made = claim(song, "sync", (people["ana"], 1), at=later(10))
    claims.withdraw(claim_id=made, actor=ACTOR, at=later(2), reason="Clock behind")
    rows = Claim.objects.filter(origin=made)
    assert [row.superseded_at - row.recorded_at for row in rows] == [ground.TICK]


def test_claims_of_another_organisation_are_out_of_reach(org, other_org):
    with tenant_atomic(org.id):
        work = register(kind="film", title="Salt")
        claim_id = Claim.objects.get().origin
        stranger = holders.ensure_reserved(at=NOW)[0].pk
    with tenant_atomic(other_org.id):
        assert questions.of_work(work.pk, on=TODAY) == ()
        with pytest.raises(claims.UnknownClaim):
            claims.withdraw(claim_id=claim_id, actor=ACTOR, at=NOW, reason="x")
        other = register(kind="film", title="Salt")
        with pytest.raises(holders.UnknownHolder):
            claim(other, "svod", (stranger, 1))


def answer(**options):
    """Return what the command says."""
    said = StringIO()
    call_command("rights", org="harbour", json=True, stdout=said, **options)
    return json.loads(said.getvalue())


def test_rights_are_asked_for_by_work_by_holder_and_by_territory(song, people):
    film = register(kind="film", title="Salt")
    claim(song, "mechanical", (people["ana"], 1), (people["ben"], 2), territory="DE")
    by_work = answer(work=song.pk, right="mechanical", territory="DACH", on=TODAY)
    assert [(one["territory"], one["shares"][0]["percent"]) for one in by_work["claims"]] == [
        ("DE", "33.3333"),
        ("WORLD - DE", "100"),
    ]
    by_holder = answer(holder=people["ben"])
    assert [(one["title"], one["shares"][1]["parts"]) for one in by_holder["claims"]] == [
        ("Low Tide", 2)
    ]
    by_place = answer(territory="DE", right="svod")
    assert [one["work"] for one in by_place["claims"]] == [str(film.pk)]
    assert len(answer(territory="DE", always=True)["claims"]) == 7
    assert answer(work=song.pk, on=date(1900, 1, 1))["on"] == "1900-01-01"
    with pytest.raises(CommandError, match="--work"):
        answer()


def test_pages_follow_each_other(people, monkeypatch):
    monkeypatch.setattr(questions, "STRETCH", 4)
    for number in range(5):
        register(kind="composition", title=f"Tide {number}")
    seen, last = [], None
    while page := questions.in_territory("FR", on=TODAY, after=last, limit=7):
        seen += [one.row for one in page]
        last = (page[-1].work, page[-1].row)
    assert len(seen) == len(set(seen)) == 30
    assert {one.right_type for one in questions.in_territory("FR", "sync_film", on=TODAY)} == {
        "sync"
    }
    mine = questions.of_holder(people["house"], "sync", on=TODAY, limit=3)
    assert [one.right_type for one in mine] == ["sync"] * 3
    monkeypatch.setattr(questions, "FEW", 2)
    assert questions.of_holder(people["house"], "sync", on=TODAY, limit=3) == mine
    assert questions.of_holder(people["ana"], on=TODAY) == ()


def test_only_who_may_see_claims_sees_them(song, in_org):
    guest = User.objects.create_user("guest@example.org")
    manager = User.objects.create_user("manager@example.org")
    memberships.give(user=manager, role=RIGHTS, by=ACTOR, at=NOW)
    seen = {
        who: questions.of_work(song.pk, on=TODAY, among=policies.claims_seen_by(who))
        for who in (guest, manager)
    }
    assert (len(seen[guest]), len(seen[manager])) == (0, 6)


def test_a_work_belongs_to_the_holder_its_registrar_acts_for(people):
    clerk = User.objects.create_user("clerk@example.org")
    portal.give(holder_id=people["ana"], user_id=clerk.pk, actor=ACTOR, at=NOW)
    work = register_work(work=NewWork(kind="book", title="Ebb"), actor=clerk, at=NOW)
    found = questions.of_work(work.pk, on=TODAY)
    assert {one.right_type for one in found} == {"book", "audiovisual"}
    assert {one.shares[0].holder for one in found} == {people["ana"]}
