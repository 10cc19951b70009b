# ruff: noqa: F811
"""Deeds on one claim in the browser: each is seen before it is saved."""

import html
import re
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import ChangeRequest
from accounts.services import changes
from catalog.models import Work
from foundation.tenancy import tenant_atomic
from holders.selectors import holders
from rights.models import Claim
from rights.selectors import claims, conflicts
from rights.services import overrides
from tests import factories
from tests.rights.test_conflict_pages import whole
from tests.rights.test_editing_pages import browser, register, saved, terms, words  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def song(org, browser):
    """A composition that three writers claim for Germany and France, a third each."""
    work = register(org, browser)
    saved(browser, f"/works/{work.pk}/claims/new/", terms())
    return work


def made(org, **about):
    """Return the one claim that somebody made."""
    with tenant_atomic(org.id):
        return Claim.every.known_at().exclude(source="default").filter(**about).first().origin


def held(org, work, where="DE", on=None, right="mechanical"):
    """Return who holds how much of a right there, in words."""
    with tenant_atomic(org.id):
        day = date.fromisoformat(on) if on else None
        found = claims.of_work(work.pk, right, where, on=day)
        return [[f"{s.name} {s.parts}/{s.of}" for s in one.shares] for one in found]


def page(work, claim, deed):
    return f"/works/{work.pk}/claims/{claim}/{deed}/"


def test_a_share_passes_on_from_a_day_once_it_was_seen(org, browser, song):
    claim = made(org)
    with tenant_atomic(org.id):
        ada = holders.by_reference("ADA")
    address = page(song, claim, "transfer")
    assert "Ada Vale (33.3333 %)" in words(browser.get(address))
    told = {"giver": str(ada), "taker": "BEN", "portion": "1/6", "on": "2027-01-01",
            "reason": "Sold half", "deed": "preview"}  # fmt: skip
    seen = words(browser.post(address, told))
    assert "Would hold from now on" in seen
    assert "Ada Vale 16.6667 % 1 of 6" in seen
    assert held(org, song, on="2027-02-01") == [["Ada Vale 1/3", "Ben Quist 1/3", "Cyd Moor 1/3"]]
    assert "The share has passed on." in words(saved(browser, address, told))
    assert held(org, song, on="2026-12-31") == [["Ada Vale 1/3", "Ben Quist 1/3", "Cyd Moor 1/3"]]
    assert held(org, song, on="2027-01-01") == [["Ada Vale 1/6", "Ben Quist 3/6", "Cyd Moor 2/6"]]
    assert "Sold half" in words(browser.get(f"/works/{song.pk}/changelog/"))


def test_more_than_the_giver_has_does_not_pass_on(org, browser, song):
    claim = made(org)
    with tenant_atomic(org.id):
        ada = holders.by_reference("ADA")
    told = {"giver": str(ada), "taker": "BEN", "portion": "50", "reason": "x", "deed": "preview"}
    answer = browser.post(page(song, claim, "transfer"), told)
    assert answer.status_code == 422
    assert "holds 33.3333 % and can't pass on 50 %" in words(answer)


def test_a_default_that_passes_on_becomes_a_claim_of_its_source(org, browser):
    work = register(org, browser)
    with tenant_atomic(org.id):
        (default,) = claims.of_work(work.pk, "sync", on=None)
    told = {"giver": str(default.shares[0].holder), "taker": "CYD", "source": "society",
            "reason": "Assigned", "deed": "preview"}  # fmt: skip
    saved(browser, page(work, default.claim, "transfer"), told)
    assert held(org, work, right="sync") == [["Cyd Moor 1/1"]]
    made(org, source="society")


def test_a_claim_is_corrected_from_the_terms_that_it_has(org, browser, song):
    claim = made(org)
    address = page(song, claim, "correct")
    opened = browser.get(address).content.decode()
    names = dict(re.findall(r'name="(\w+)" value="([^"]*)"', opened))
    assert names["share_1"] == "1/3"
    assert html.unescape(names["territory"]) == "DE + FR"
    told = terms(share_1="50", share_2="50", holder_3="", share_3="", reason="Two of them")
    assert held(org, song) == [["Ada Vale 1/3", "Ben Quist 1/3", "Cyd Moor 1/3"]]
    assert "The claim is corrected." in words(saved(browser, address, told))
    assert held(org, song) == [["Ada Vale 1/2", "Ben Quist 1/2"]]
    assert made(org) == claim


def test_a_correction_needs_its_reason(org, browser, song):
    answer = browser.post(page(song, made(org), "correct"), terms())
    assert answer.status_code == 422


def test_a_correction_that_overrides_waits_for_somebody_else(org, browser):
    work = register(org, browser)
    new = f"/works/{work.pk}/claims/new/"
    saved(browser, new, whole("ADA", territory="EU"))
    saved(browser, new, whole("ADA", territory="DE", override_reason="Local contract"))
    claim = made(org, override_reason="Local contract")
    told = whole("BEN", territory="DE", override_reason="Local contract", reason="It is his")
    said = words(saved(browser, page(work, claim, "correct"), told))
    assert "waits for somebody else" in said
    assert "What a claim is corrected to" in said
    assert held(org, work) == [["Ada Vale 1/1"]]
    approved(org)
    assert held(org, work) == [["Ben Quist 1/1"]]
    assert made(org, override_reason="Local contract") == claim


def test_a_share_that_comes_to_override_waits_for_somebody_else(org, browser):
    work = register(org, browser)
    new = f"/works/{work.pk}/claims/new/"
    saved(browser, new, whole("ADA", territory="EU"))
    saved(browser, new, whole("ADA", territory="DE", override_reason="Local contract"))
    claim = made(org, override_reason="Local contract")
    with tenant_atomic(org.id):
        ada = holders.by_reference("ADA")
    told = {"giver": str(ada), "taker": "BEN", "portion": "25", "reason": "Part", "deed": "preview"}
    said = words(saved(browser, page(work, claim, "transfer"), told))
    assert "from Ada Vale to Ben Quist" in said
    assert held(org, work) == [["Ada Vale 1/1"]]
    approved(org)
    assert held(org, work) == [["Ada Vale 3/4", "Ben Quist 1/4"]]


def approved(org):
    """Approve the one request that waits, as somebody else."""
    other = factories.person(org, "administrator")
    with tenant_atomic(org.id):
        request = ChangeRequest.objects.get()
        assert request.kind in (overrides.KIND, overrides.PASSING)
        changes.approve(
            request_id=request.pk, payload_hash=request.payload_hash, by=other, fresh=True,
            at=timezone.now(),
        )  # fmt: skip


def test_a_claim_gets_a_last_day_once_it_was_seen(org, browser, song):
    address = page(song, made(org), "end")
    told = {"last_day": "2027-12-31", "reason": "Term over", "deed": "preview"}
    assert "to 31" in words(browser.post(address, told))
    assert len(held(org, song)) == 1
    assert "has its last day" in words(saved(browser, address, told))
    assert "Ada" in str(held(org, song, on="2027-12-31"))
    assert "Ada" not in str(held(org, song, on="2028-01-01"))
    again = browser.post(address, told)
    assert again.status_code == 422
    assert "Nothing was changed" in words(again)


def test_a_claim_is_taken_back_once_it_was_seen(org, browser, song):
    claim = made(org)
    address = page(song, claim, "take-back")
    told = {"reason": "A mistake", "deed": "preview"}
    assert "In place of" in words(browser.post(address, told))
    assert "Ada" in str(held(org, song))
    saved(browser, address, told)
    assert "Ada" not in str(held(org, song))
    assert browser.get(f"/works/{song.pk}/claims/{claim}/").status_code == 404


def test_the_owner_of_a_default_is_put_right_once_it_was_seen(org, browser, song):
    with tenant_atomic(org.id):
        default = claims.of_work(song.pk, "sync", on=None)[0].claim
    right = {"rows": "3", "holder_1": "ADA", "share_1": "100", "reason": "Hers", "deed": "preview"}
    address = page(song, default, "owner")
    assert "Ada Vale 100 %" in words(browser.post(address, right))
    assert "Ada" not in str(held(org, song, right="sync"))
    saved(browser, address, right)
    assert held(org, song, right="sync") == [["Ada Vale 1/1"]]


@pytest.mark.parametrize("deed", ["correct", "end", "take-back"])
def test_a_default_has_no_terms_to_correct_or_end(org, browser, song, deed):
    with tenant_atomic(org.id):
        default = claims.of_work(song.pk, "sync", on=None)[0].claim
    assert browser.get(page(song, default, deed)).status_code == 404
    assert browser.get(page(song, made(org), "owner")).status_code == 404


def test_what_was_not_seen_is_not_done(org, browser, song):
    told = {"reason": "A mistake", "deed": "save", "mark": "17"}
    assert "Not saved yet" in words(browser.post(page(song, made(org), "take-back"), told))
    assert "Ada" in str(held(org, song))


def test_a_claim_that_waits_is_taken_back_and_its_conflict_ends(org, browser):
    work = register(org, browser)
    new = f"/works/{work.pk}/claims/new/"
    saved(browser, new, whole("ADA"))
    saved(browser, new, whole("BEN", source="society", source_ref="GEMA"))
    claim = made(org, source="society")
    with tenant_atomic(org.id):
        assert len(conflicts.of_work(work.pk)) == 1
    assert "In conflict" in words(browser.get(new))
    assert "another claim holds meanwhile" in words(
        browser.get(f"/works/{work.pk}/claims/{claim}/")
    )
    address = page(work, claim, "take-back")
    told = {"reason": "Theirs was wrong", "deed": "preview"}
    seen = words(browser.post(address, told))
    assert "This ends a conflict" in seen
    assert "Nobody would hold anything else than now" in seen
    saved(browser, address, told)
    with tenant_atomic(org.id):
        assert conflicts.of_work(work.pk) == []
        assert Work.objects.filter(pk=work.pk).exists()
