"""What a draft would leave free: as if it were signed, without writing anything."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from foundation.tenancy import tenant_atomic
from licenses.models import License, LicenseVersion
from licenses.services import drafts, registering
from rights.models import Grant, Holdback
from rights.selectors import avails
from rights.selectors.avails import Terms
from rights.telling import told
from tests import factories
from tests.licenses.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(org):
    with tenant_atomic(org.id):
        made = World(org)
        made.works = [made.film(code).pk for code in ("F-1", "F-2")]
    return made


def answered(world, assumed=None, right="any", territory="WORLD", **more):
    asked = Terms((right,), territory, None, None, True, **more)
    question = avails.question(asked, today=NOW.date())
    if assumed is None:
        return [told(one) for one in avails.of_works(world.works, question)]
    pairs = avails.compared(world.works, question, assumed)
    assert [told(one) for one, _ in pairs] == answered(world, None, right, territory, **more)
    return [told(one) for _, one in pairs]


def drafted(world, **more):
    holdback = {"clause": "3", "binds": "licensor", "rights": ["free_tv"], "works": ["F-1"],
                "territory": "DE", "end": "2026-06-30"}  # fmt: skip
    document = world.document(
        **{"grants": [world.grant(works=["F-1", "F-2"])], "holdbacks": [holdback], **more}
    )
    return drafts.enter(document=document, by=world.legal, at=NOW).version


def unnamed(answers):
    """Return answers without what cites the draft or the version."""
    return [
        {**one, "blocking": [{**block, "document": ""} for block in one["blocking"]]}
        for one in answers
    ]


@pytest.mark.parametrize("amended", [False, True], ids=["first", "amendment"])
def test_it_is_what_the_answer_is_once_it_is_signed(world, amended):
    with tenant_atomic(world.org.id):
        if amended:
            world.sign(world.document(grants=[world.grant(territory="US + CA")]))
        version = drafted(world)
        license = version.license
        before = answered(world)
        rows = [model.objects.count() for model in (Grant, Holdback, Event)]
        expected = answered(world, registering.assumed(license, version))
        assert rows == [model.objects.count() for model in (Grant, Holdback, Event)]
        assert answered(world) == before != expected
        world.sign(version.document)
        assert unnamed(answered(world)) == unnamed(expected)


def text(answer):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_page_shows_both_sides_and_what_lies_between_them(world):
    with tenant_atomic(world.org.id):
        license = drafted(world).license_id
    browser = factories.sign_in(Client(), world.legal)
    assert "What this would leave free" in text(browser.get(f"/licenses/{license}/"))
    address = f"/licenses/{license}/what-if/"
    shown = text(browser.get(address))
    assert "As it stands" in shown
    assert re.search(r"Film F-1 yes no .*United States|Film F-1 yes no .* in US", shown)
    assert "draft of version 1" in shown
    wider = text(browser.get(f"{address}?right=svod&territory=US+%2B+CA&match=covers"))
    assert "in CA" in wider
    wrong = browser.get(f"{address}?right=svod&territory=Germny")
    assert wrong.status_code == 422
    assert "Did you mean" in text(wrong)
    csv = browser.get(f"{address}?as=csv").content.decode("utf-8-sig").splitlines()
    assert csv[0] == "Title,As it stands,If signed,No longer free,Still free,In the way if signed"
    assert len(csv) == 3
    with tenant_atomic(world.org.id):
        assert License.objects.get().in_force == 0
        assert not LicenseVersion.objects.exclude(signed_at=None).exists()


def test_it_asks_as_little_for_many_works_as_for_few(world):
    with tenant_atomic(world.org.id):
        license = drafted(world).license_id
    browser = factories.sign_in(Client(), world.legal)
    browser.get(f"/licenses/{license}/what-if/")
    counts = []
    for codes in (["F-1"], ["F-1", "F-2", "F-3", "F-4", "F-5"]):
        with tenant_atomic(world.org.id):
            for code in codes[2:]:
                world.film(code)
            drafted(world, grants=[world.grant(works=codes)])
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/licenses/{license}/what-if/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 31


def test_without_a_draft_there_is_nothing_to_compare(world):
    with tenant_atomic(world.org.id):
        license = world.sign(world.document())
    answer = factories.sign_in(Client(), world.legal).get(f"/licenses/{license.pk}/what-if/")
    assert answer.status_code == 200
    assert "There is no draft" in text(answer)
