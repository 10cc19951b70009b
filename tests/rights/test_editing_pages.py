"""Register, edit and claim in the browser: what is refused, what is seen before it is saved."""

import html
import re
from fractions import Fraction

import pytest
from django.test import Client

from accounts import permissions
from catalog.models import Work
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.engine.shares import BadShares, fraction
from rights.models import Claim
from rights.selectors import claims
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.LONG_AGO


@pytest.fixture
def browser(org):
    """The rights manager's browser, and three writers."""
    with tenant_atomic(org.id):
        for code, name in (("ADA", "Ada Vale"), ("BEN", "Ben Quist"), ("CYD", "Cyd Moor")):
            holders.register(kind="person", name=name, code=code, actor=factories.TESTS, at=NOW)
    return factories.sign_in(Client(), factories.person(org, permissions.RIGHTS))


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def register(org, browser, **more):
    """Register a composition by the form; return it."""
    browser.post("/works/new/", {"kind": "composition", "title": "Blue Hour", **more})
    with tenant_atomic(org.id):
        return Work.objects.order_by("-created_at").first()


def terms(**more):
    """Return what the claim's form sends: three writers with a third each."""
    rows = {"rows": "3"}
    for at, code in enumerate(("ADA", "Ben Quist", "cyd"), 1):
        rows |= {f"holder_{at}": code, f"share_{at}": "1/3"}
    told = {"right_type": "mechanical", "territory": "DE + FR", "source": "contract"}
    return {**rows, **told, "date_rule": "signature", "deed": "preview", **more}


def saved(browser, page, told):
    """Preview a claim and save what was seen."""
    seen = browser.post(page, told).content.decode()
    mark = re.search(r'name="mark" value="([0-9]+)"', seen).group(1)
    return browser.post(page, {**told, "deed": "save", "mark": mark}, follow=True)


@pytest.mark.parametrize(
    ("text", "share"), [("1/3", (1, 3)), ("50", (1, 2)), ("12.5 %", (1, 8)), ("0,1", (1, 1000))]
)
def test_a_share_is_read_exactly(text, share):
    assert fraction(text) == Fraction(*share)


@pytest.mark.parametrize("text", ["", "0", "101", "4/3", "1/0", "third", "-5", "1/3/3"])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(BadShares, match="is no share"):
        fraction(text)


def test_a_number_that_fails_its_check_is_kept_only_when_confirmed(org, browser):
    wrong = {"kind": "composition", "title": "Low Tide", "scheme_1": "iswc"}
    wrong["value_1"] = "T-123456789-5"
    answer = browser.post("/works/new/", wrong)
    assert answer.status_code == 422
    assert "should be 4" in words(answer)
    with tenant_atomic(org.id):
        assert not Work.objects.exists()
    answer = browser.post("/works/new/", {**wrong, "confirmed": "on"}, follow=True)
    assert "Low Tide is registered" in words(answer)


def test_who_edits_what_somebody_else_changed_sees_both(org, browser):
    work = register(org, browser)
    page = f"/works/{work.pk}/edit/"
    mark = re.search(r'name="version" value="([0-9]+)"', browser.get(page).content.decode())[1]
    first = {"deed": "details", "title": "Blue Hour II", "version": mark}
    browser.post(page, first)
    late = browser.post(page, {**first, "title": "The Blue Hour"})
    assert late.status_code == 409
    assert "Blue Hour II" in words(late)
    assert "The Blue Hour" in late.content.decode()
    with tenant_atomic(org.id):
        assert Work.objects.get(pk=work.pk).title == "Blue Hour II"


def test_a_claim_of_thirds_is_seen_then_saved(org, browser):
    work = register(org, browser)
    page = f"/works/{work.pk}/claims/new/"
    seen = browser.post(page, terms())
    assert "Would hold from now on" in words(seen)
    assert "Ada Vale 33.3333 % 1 of 3" in words(seen)
    with tenant_atomic(org.id):
        assert not Claim.objects.exclude(source="default").exists()
    assert "The claim holds." in words(saved(browser, page, terms(reason="Letter of May")))
    with tenant_atomic(org.id):
        held = claims.of_work(work.pk, "mechanical", "FR", on=None)
    assert [share.parts for share in held[0].shares] == [1, 1, 1]
    assert "Letter of May" in words(browser.get(f"/works/{work.pk}/changelog/"))


def test_what_was_not_seen_is_not_saved(org, browser):
    work = register(org, browser)
    page = f"/works/{work.pk}/claims/new/"
    answer = browser.post(page, terms(deed="save", mark="17"))
    assert "Not saved yet" in words(answer)
    with tenant_atomic(org.id):
        assert not Claim.objects.exclude(source="default").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"territory": "DE + Frnace"}, "'Frnace' at character 6 is not a known territory"),
        ({"share_1": "2/3"}, "over the whole by 33.3333 %"),
        ({"holder_2": "Nobody Atall"}, "No holder is called “Nobody Atall”"),
        ({"holder_2": "ADA"}, "Row 1 names it already"),
        ({"first_day": "2027-01-01", "last_day": "2026-01-01"}, "comes before the first"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(org, browser, wrong, said):
    work = register(org, browser)
    answer = browser.post(f"/works/{work.pk}/claims/new/", terms(**wrong))
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_claim_in_the_way_is_named_before_anything_is_saved(org, browser):
    work = register(org, browser)
    page = f"/works/{work.pk}/claims/new/"
    saved(browser, page, terms())
    answer = browser.post(page, terms(territory="FR"))
    assert "In the way is the contract claim to Mechanical reproduction" in words(answer)
    over = terms(territory="FR", override_reason="Sold on in May")
    assert "The claim holds." in words(saved(browser, page, over))


def test_a_recording_is_joined_to_its_composition_and_parted_again(org, browser):
    song = register(org, browser, code="SONG")
    take = register(org, browser, kind="recording", title="Blue Hour (Live)", code="TAKE")
    page = f"/works/{take.pk}/edit/"
    told = {"deed": "join", "join-relation": "records"}
    wrong = browser.post(page, {**told, "join-other": "TAKE"})
    assert wrong.status_code == 422
    assert "joined to another one, not to itself" in words(wrong)
    done = browser.post(page, {**told, "join-other": "SONG"}, follow=True)
    assert "Joined to Blue Hour." in words(done)
    assert "It is a recording of Blue Hour" in words(browser.get(f"/works/{take.pk}/"))
    assert "It is recorded as Blue Hour (Live)" in words(browser.get(f"/works/{song.pk}/"))
    again = browser.post(page, {**told, "join-other": "SONG"})
    assert "are joined so already" in words(again)
    row = re.search(
        r'value="part"><input type="hidden" name="row" value="([0-9a-f-]+)"', done.content.decode()
    )[1]
    other = register(org, browser, kind="film", title="Elsewhere")
    stranger = browser.post(f"/works/{other.pk}/edit/", {"deed": "part", "row": row})
    assert stranger.status_code == 404
    parted = browser.post(page, {"deed": "part", "row": row}, follow=True)
    assert "They are joined no longer." in words(parted)
    assert "It is recorded as" not in words(browser.get(f"/works/{song.pk}/"))


def test_fields_for_works_and_holders_offer_names_while_one_types(org, browser):
    work = register(org, browser)
    shown = browser.get(f"/works/{work.pk}/claims/new/").content.decode()
    assert 'hx-get="/suggestions/holder/?of=holder_1"' in shown
    assert '<datalist id="id_holder_1-offered">' in shown
    shown = browser.get(f"/works/{work.pk}/edit/").content.decode()
    assert 'hx-get="/suggestions/work/?of=join-other"' in shown
    offered = browser.get("/suggestions/work/?of=join-other&join-other=blue").content.decode()
    assert 'value="Blue Hour"' in offered
