# ruff: noqa: F811
"""Restrictions, holds and the chain of title in the browser."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import permissions
from foundation.tenancy import tenant_atomic
from rights.models import Claim, Document, Restriction
from rights.selectors import blocks
from rights.services import holds
from tests import factories
from tests.rights.test_editing_pages import browser, register, saved, terms, words  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def song(org, browser):
    """A composition with one claim by contract."""
    work = register(org, browser)
    saved(browser, f"/works/{work.pk}/claims/new/", terms())
    return work


@pytest.fixture
def files(settings, tmp_path):
    """A place for files that goes with the test."""
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


def restriction(**more):
    """Return what the form of a restriction sends."""
    told = {"kind": "blocked", "right_type": "mechanical", "territory": "DE + AT"}
    return {**told, "detail": "Not in German", "clause": "4.2", **more}


def blocked(org, work, code):
    with tenant_atomic(org.id):
        return [one for one in blocks.blocked([work.pk])[work.pk] if one.code == code]


def test_a_restriction_is_told_changed_and_lifted(org, browser, song):
    with tenant_atomic(org.id):
        claim = Claim.objects.exclude(source="default").first().origin
    new = f"/works/{song.pk}/restrictions/new/"
    assert "The restriction holds." in words(
        browser.post(new, restriction(claim=str(claim)), follow=True)
    )
    tab = browser.get(f"/works/{song.pk}/rights/?days=all")
    assert "Not in German (4.2)" in words(tab)
    assert "Contract: Mechanical reproduction in DE + FR" in words(tab)
    (part,) = blocked(org, song, "restriction")
    assert (part.clause, part.detail) == ("4.2", "Not in German")
    page = next(
        each for each in re.findall(rf"/works/{song.pk}/restrictions/[^/]+/", tab.content.decode())
        if not each.endswith("new/")
    )  # fmt: skip
    changed = restriction(territory="AT", detail="Not in Austria", deed="change")
    assert browser.post(page, changed).status_code == 422  # no reason
    assert "is changed" in words(
        browser.post(page, {**changed, "reason": "As agreed"}, follow=True)
    )
    with tenant_atomic(org.id):
        now = Restriction.objects.known_at().get()
        before = Restriction.objects.exclude(pk=now.pk).get()
    assert (now.origin, now.territory) == (before.origin, "AT")
    lifted = {"deed": "lift", "lift-reason": "Waived"}
    assert "is lifted" in words(browser.post(page, lifted, follow=True))
    assert blocked(org, song, "restriction") == []
    assert "Over since" in words(browser.get(page))
    again = browser.post(page, lifted)
    assert again.status_code == 422
    assert "it is over" in words(again)
    log = words(browser.get(f"/works/{song.pk}/changelog/"))
    assert "As agreed" in log
    assert "Waived" in log


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"territory": "Frnace"}, "is not a known territory"),
        ({"detail": ""}, "This field is required"),
        ({"first_day": "2027-01-01", "last_day": "2026-01-01"}, "comes before the first"),
    ],
)
def test_what_is_wrong_with_a_restriction_is_said(org, browser, song, wrong, said):
    answer = browser.post(f"/works/{song.pk}/restrictions/new/", restriction(**wrong))
    assert answer.status_code == 422
    assert said in words(answer)
    with tenant_atomic(org.id):
        assert not Restriction.objects.exists()


def test_a_work_is_held_by_hand_and_released(org, browser, song):
    new = f"/works/{song.pk}/holds/new/"
    told = {"kind": "legal", "right_type": "any", "territory": "FR", "reason": "Letter of claim"}
    assert "The work is held." in words(browser.post(new, told, follow=True))
    (part,) = blocked(org, song, "hold")
    again = browser.post(new, told)
    assert again.status_code == 422
    assert "You hold this work so already" in words(again)
    page = f"/works/{song.pk}/holds/{part.by}/"
    assert "Letter of claim" in words(browser.get(page))
    assert "is released" in words(browser.post(page, {"reason": "Settled"}, follow=True))
    assert blocked(org, song, "hold") == []


def test_a_hold_of_a_dispute_is_not_released_by_hand(org, browser, song):
    with tenant_atomic(org.id):
        held = holds.place(
            work_id=song.pk, why=holds.Why("dispute", song.pk, "Disputed"), actor=factories.TESTS,
            at=factories.LONG_AGO,
        )  # fmt: skip
    page = f"/works/{song.pk}/holds/{held}/"
    assert "ends with what is behind it" in words(browser.get(page))
    assert browser.post(page, {"reason": "I say so"}).status_code == 404


def document(content=b"%PDF-1.7 deed", **more):
    """Return what the form of a document sends."""
    file = SimpleUploadedFile("deed.pdf", content, "application/pdf")
    return {"label": "Assignment", "file": file, "dated": "2024-05-02", **more}


@pytest.mark.usefixtures("files")
def test_a_document_is_filed_read_replaced_and_taken_out(org, browser, song):
    said = browser.post(
        f"/works/{song.pk}/documents/new/", document(parties="Ada to Ben"), follow=True
    )
    assert "The document is filed." in words(said)
    assert "Ada to Ben" in words(said)
    with tenant_atomic(org.id):
        first = Document.objects.get()
    assert first.dated == date(2024, 5, 2)
    page = f"/works/{song.pk}/documents/{first.pk}/"
    assert first.sha256 in words(browser.get(page))
    file = browser.get(f"{page}file/")
    assert b"".join(file.streaming_content) == b"%PDF-1.7 deed"
    assert file["Content-Disposition"] == 'attachment; filename="deed.pdf"'
    other = document(b"%PDF-1.7 better", label="Assignment, signed", deed="replace")
    assert browser.post(page, other).status_code == 422  # no reason
    other = document(
        b"%PDF-1.7 better", label="Assignment, signed", deed="replace", reason="Signed"
    )
    assert "is replaced" in words(browser.post(page, other, follow=True))
    tab = words(browser.get(f"/works/{song.pk}/rights/"))
    assert "Assignment, signed" in tab
    assert "Out of the chain of title" in words(browser.get(page))
    with tenant_atomic(org.id):
        second = Document.objects.known_at().get()
    page = f"/works/{song.pk}/documents/{second.pk}/"
    out = {"deed": "out", "out-reason": "Another work's"}
    assert "is taken out" in words(browser.post(page, out, follow=True))
    assert browser.get(f"{page}file/").status_code == 200  # it stays on record
    assert "No contract, assignment or judgment" in words(browser.get(f"/works/{song.pk}/rights/"))


@pytest.mark.usefixtures("files")
def test_an_empty_file_or_none_is_refused(org, browser, song):
    new = f"/works/{song.pk}/documents/new/"
    assert "The file is empty." in words(browser.post(new, document(b"")))
    assert browser.post(new, {"label": "Deed"}).status_code == 422
    with tenant_atomic(org.id):
        assert not Document.objects.exists()


@pytest.mark.usefixtures("files")
def test_who_only_reads_sees_and_downloads_but_changes_nothing(org, browser, song):
    browser.post(f"/works/{song.pk}/documents/new/", document())
    browser.post(f"/works/{song.pk}/restrictions/new/", restriction())
    with tenant_atomic(org.id):
        filed, limit = Document.objects.get(), Restriction.objects.get()
    reader = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    tab = words(reader.get(f"/works/{song.pk}/rights/"))
    assert "Assignment" in tab
    assert "Restrict a right" not in tab
    page = f"/works/{song.pk}/documents/{filed.pk}/"
    assert "Take it out" not in words(reader.get(page))
    assert reader.get(f"{page}file/").status_code == 200
    assert reader.post(page, {"deed": "out", "out-reason": "x"}).status_code == 403
    limit_page = f"/works/{song.pk}/restrictions/{limit.origin}/"
    assert "Lift it" not in words(reader.get(limit_page))
    assert reader.post(limit_page, {"deed": "lift", "lift-reason": "x"}).status_code == 403
    with tenant_atomic(org.id):
        assert Document.objects.known_at().exists()
        assert Restriction.objects.known_at().exists()


@pytest.mark.usefixtures("files")
def test_limits_of_another_work_are_not_here(org, browser, song):
    browser.post(f"/works/{song.pk}/documents/new/", document())
    with tenant_atomic(org.id):
        filed = Document.objects.get()
    other = register(org, browser, title="Other")
    assert browser.get(f"/works/{other.pk}/documents/{filed.pk}/").status_code == 404
    assert browser.get(f"/works/{other.pk}/documents/{filed.pk}/file/").status_code == 404
