# ruff: noqa: F811
"""Conflicts in the browser: the queue, both sides, the decision, and the two clocks."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import permissions
from accounts.models import ChangeRequest
from foundation.tenancy import tenant_atomic
from rights.models import Claim, Document
from rights.selectors import conflicts
from tests import factories
from tests.rights.test_editing_pages import browser, register, saved, terms, words  # noqa: F401

pytestmark = pytest.mark.django_db


def whole(code, **more):
    return terms(holder_1=code, share_1="100", holder_2="", share_2="", holder_3="", share_3="",
                 **more)  # fmt: skip


@pytest.fixture
def disputed(org, browser):  # noqa: F811
    """A song that two sources claim, as somebody told it by the form."""
    work = register(org, browser)
    page = f"/works/{work.pk}/claims/new/"
    saved(browser, page, whole("ADA"))
    told = whole("BEN", territory="DE", source="society", source_ref="GEMA")
    seen = words(browser.post(page, told))
    assert "This opens a conflict" in seen
    assert "Ada Vale 100 %" in seen
    saved(browser, page, told)
    with tenant_atomic(org.id):
        (found,) = conflicts.of_work(work.pk)
    return work, found


def test_a_conflict_shows_on_the_work_and_in_the_queue(
    browser, disputed, django_assert_max_num_queries
):  # noqa: F811, E501
    work, found = disputed
    assert "In conflict" in words(browser.get(f"/works/{work.pk}/rights/"))
    with django_assert_max_num_queries(30):
        listed = browser.get("/conflicts/?state=open")
    assert "Blue Hour" in words(listed)
    link = re.search(r'href="(/conflicts/[0-9a-f-]{36}/)"', listed.content.decode()).group(1)
    shown = words(browser.get(link))
    assert "Society: GEMA" in shown
    assert "Together the two sides name 200 %" in shown


def paper():
    return SimpleUploadedFile("settled.pdf", b"%PDF-1.7", "application/pdf")


def test_a_decision_is_asked_for_with_its_document(org, browser, disputed):  # noqa: F811
    _, found = disputed
    page = f"/conflicts/{found.conflict}/"
    told = {
        "rows": "3", "holder_1": "ADA", "share_1": "1/3", "holder_2": "BEN", "share_2": "2/3",
        "label": "Settlement", "reason": "As settled", "deed": "decide",
    }  # fmt: skip
    assert browser.post(page, told).status_code == 422
    answer = browser.post(page, {**told, "document": paper()}, follow=True)
    assert "waits for an administrator" in words(answer)
    assert "What would hold" in words(answer)
    with tenant_atomic(org.id):
        assert Document.objects.get().label == "Settlement"
        assert ChangeRequest.objects.get().kind == "rights.conflict.adjudicate"
    assert "waits for approval" in words(browser.post(page, {**told, "document": paper()}))


def test_an_override_is_asked_for_and_not_saved(org, browser):  # noqa: F811
    work = register(org, browser)
    page = f"/works/{work.pk}/claims/new/"
    saved(browser, page, whole("ADA", territory="EU"))
    told = whole("BEN", territory="DE", override_reason="Local contract")
    assert "Somebody else has to approve" in words(browser.post(page, told))
    assert "waits for somebody else" in words(saved(browser, page, told))
    with tenant_atomic(org.id):
        assert not Claim.objects.filter(override_reason="Local contract").exists()


def test_a_work_is_shown_as_it_was_known(browser, disputed):  # noqa: F811
    work, _ = disputed
    page = f"/works/{work.pk}/rights/?on=2026-12-31"
    assert "Ada Vale" in words(browser.get(page))
    before = words(browser.get(f"{page}&known=2020-01-01"))
    assert "Ada Vale" not in before
    assert "not as it is known now" in before
    assert browser.get(f"{page}&known=yesterday-ish").status_code == 422


def test_who_only_reads_can_t_decide(org, disputed):
    _, found = disputed
    reader = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    assert "Propose a decision" not in words(reader.get(f"/conflicts/{found.conflict}/"))
    assert reader.post(f"/conflicts/{found.conflict}/", {}).status_code == 403
