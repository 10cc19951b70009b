"""Licences as pages: the list and its filters, the form, the way to a signature, deeds after it."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import permissions
from accounts.models import ChangeRequest
from foundation.tenancy import tenant_atomic
from licenses.engine.reading import read
from licenses.forms import LicenseForm
from licenses.models import Instalment, License, LicenseVersion
from tests import factories
from tests.licenses.world import World

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
LAST = TODAY + timedelta(days=20)


def text(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def world(org):
    with tenant_atomic(org.id):
        made = World(org)
        made.work = made.film(title="<b>Low Water</b>")
    return made


@pytest.fixture
def legal(world):
    return factories.sign_in(Client(), world.legal)


def signed(world, **more):
    with tenant_atomic(world.org.id):
        term = {"start": "2026-01-01", "end": LAST.isoformat()}
        document = world.document(**{"term": term, **more})
        return world.sign(document, at=timezone.now())


def test_the_list_filters_by_everything_in_a_few_questions(world, legal):
    signed(world)
    signed(world, code="L-2", licensee="SUED", grants=[world.grant(territory="DE")],
           term={"start": "2026-01-01", "end": None})  # fmt: skip
    for query, found in {
        "": {"L-1", "L-2"},
        "?soon=30": {"L-1"},
        "?status=active": {"L-1", "L-2"},
        "?status=expired": set(),
        "?right=video_on_demand": {"L-1", "L-2"},
        "?right=free_tv": set(),
        "?territory=EU": {"L-2"},
        "?territory=US-CA": {"L-1"},
        "?licensee=sued": {"L-2"},
        "?work=low": {"L-1", "L-2"},
        "?work=nothing": set(),
        f"?ends_from={LAST}&ends_to={LAST + timedelta(days=1)}": {"L-1"},
        "?q=L-2": {"L-2"},
    }.items():
        page = text(legal.get(f"/licenses/{query}"))
        rows = set(re.findall(r"L-[12]\b", page.split("Filters")[-1]))
        assert rows & {"L-1", "L-2"} == found, query
    assert "Ending in 30 days 1" in text(legal.get("/licenses/"))
    assert "Atlantis" in text(legal.get("/licenses/?territory=Atlantis"))
    with CaptureQueriesContext(connection) as few:
        legal.get("/licenses/")
    signed(world, code="L-3", licensee="WEST", grants=[world.grant(territory="FR")])
    with CaptureQueriesContext(connection) as more:
        legal.get("/licenses/")
    assert len(more) == len(few)


def filled(document, seen=""):
    """Return what a browser sends when a form that shows ``document`` is saved."""
    form = LicenseForm(terms=read(document), seen=seen)
    sent = {each.html_name: each.value() for each in form.head}
    for rows in form.sets.values():
        sent |= {each.html_name: each.value() for each in rows.management_form}
        for row in rows.forms:
            for each in row:
                value = each.value()
                if value is not False:
                    sent[each.html_name] = "on" if value is True else value
    return {name: value for name, value in sent.items() if value is not None}


FULL = {
    "term": {"start": {"event": "theatrical", "territory": "DE", "months": 6, "days": 3,
                       "not_before": "2026-02-01", "no_later_than": "2026-12-01"},
             "end": {"months": 24}},
    "fee": "100.00",
    "instalments": [{"label": "Signature", "due": "2026-01-31", "amount": "100.00"}],
    "holdbacks": [{"clause": "3", "binds": "licensee", "rights": ["free_tv"], "territory": "DE",
                   "works": ["F-1"], "start": "2026-03-01", "end": None}],
    "options": [{"clause": "4", "kind": "first_refusal", "rights": ["svod"], "territory": "DE",
                 "exercise_from": "2026-09-01", "exercise_by": "2026-10-01"}],
    "limits": [{"clause": "5", "rights": ["svod"], "territory": "WORLD", "runs": 3}],
    "usage": "No clips", "attribution": "© Us", "documents": ["Long form"],
    "audit": {"clause": "9", "by": "licensor", "notice_days": 30, "due": ["2027-01-31"]},
}  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {},
        FULL,
        {"renewal": {"months": 12, "times": 2}},
        {"grants": [World.grant(works=[{"below": "F-1"}, {"kinds": ["clip", "film"]}, "F-1"],
                                languages=["de", "fr"], exclusive=False)]},
    ],
)  # fmt: skip
def test_a_document_goes_through_the_form_and_comes_out_the_same(world, more):
    with tenant_atomic(world.org.id):
        document = world.document(**more)
    form = LicenseForm(filled(document))
    assert form.is_valid(), form.problems
    assert read(form.document()) == read(document)


def test_a_licence_is_written_signed_amended_and_paid_in_the_pages(world, legal):
    with tenant_atomic(world.org.id):
        document = world.document(**FULL)
    answer = legal.post("/licenses/new/", filled(document))
    assert answer.status_code == 302
    page = text(legal.get(answer.url))
    assert "Clause 2.1: F-1" not in page
    assert "6 months and 3 days after theatrical in DE" in page
    assert "<b>Low Water</b>" in page
    assert "<b>Low" not in legal.get(answer.url).content.decode()
    asked = legal.post(f"{answer.url}sign/", {"reason": "Signed on paper", "breach": ""})
    assert asked.status_code == 302
    with tenant_atomic(world.org.id):
        world.approve(ChangeRequest.objects.get(), at=timezone.now())
        license = License.objects.get()
        instalment = Instalment.objects.get()
    assert license.in_force == 1
    assert "Effect on grants" not in text(legal.get(answer.url))
    with tenant_atomic(world.org.id):
        analyst = factories.person(world.org, permissions.ANALYST)
    payer = factories.sign_in(Client(), analyst)
    paid = f"{answer.url}instalments/{instalment.pk}/paid/"
    assert payer.post(paid, {"paid_on": "2100-01-01"}).status_code == 422
    half = payer.post(paid, {"paid_on": "2026-01-31", "amount": "0.60", "reference": "B-6"})
    assert half.status_code == 302
    page = text(legal.get(answer.url))
    assert "part paid" in page or "overdue" in page
    assert "0.60 EUR , B-6" in page
    assert payer.post(paid, {"paid_on": "2026-02-01", "amount": "1e9"}).status_code == 422
    assert payer.post(paid, {"paid_on": "2026-02-01", "reference": "B-7"}).status_code == 302
    assert payer.post(paid, {"paid_on": "2026-02-02"}).status_code == 422
    assert "paid" in text(legal.get(answer.url))
    with tenant_atomic(world.org.id):
        mistaken = instalment.receipts.get(reference="B-7")
    back = f"{answer.url}payments/{mistaken.pk}/back/"
    assert payer.post(back, {"reason": ""}).status_code == 422
    assert payer.post(back, {"reason": "for another licence"}).status_code == 302
    assert "B-7 taken back: for another licence" in text(payer.get(answer.url))
    assert payer.post(back, {"reason": "again"}).status_code == 422
    assert payer.post(f"{answer.url}payments/{answer.url.split('/')[2]}/back/").status_code == 404
    edit = legal.get(f"{answer.url}edit/")
    assert "24 months" in edit.content.decode()
    changed = {**filled(document), "title": "Another title"}
    assert legal.post(f"{answer.url}edit/", changed).status_code == 302
    assert "Another title" in text(legal.get(answer.url))
    assert legal.post(f"{answer.url}edit/", changed).status_code == 422
    ended = legal.post(f"{answer.url}end/", {"last_day": "2027-01-31", "reason": "Breach"})
    assert ended.status_code == 302


def test_what_is_wrong_is_said_in_the_forms_words(world, legal):
    with tenant_atomic(world.org.id):
        sent = filled(world.document())
    wrong = {**sent, "starts": "soon", "grants-0-rights": ""}
    page = text(legal.post("/licenses/new/", wrong))
    assert "“soon” is no day" in page
    page = text(legal.post("/licenses/new/", {**sent, "grants-0-rights": ""}))
    assert "Grant 1, rights: name at least one right type" in page
    page = text(legal.post("/licenses/new/", {**sent, "licensee": "NOBODY"}))
    assert "There is no holder NOBODY" in page
    page = text(legal.post("/licenses/new/", {**sent, "grants-0-rights": "svodd"}))
    assert "svodd" in page
    with tenant_atomic(world.org.id):
        assert not License.objects.exists()


def test_a_document_is_uploaded_and_downloaded(world, legal):
    with tenant_atomic(world.org.id):
        document = world.document()
    file = SimpleUploadedFile("l.json", json.dumps(document).encode())
    answer = legal.post("/licenses/new/", {"file": file, "seen": ""})
    assert answer.status_code == 302
    assert json.loads(legal.get(f"{answer.url}versions/1/").content) == document
    for content in (b"\xff\xfe", b"[]", b"{", b"3"):
        file = SimpleUploadedFile("l.json", content)
        assert legal.post("/licenses/new/", {"file": file}).status_code == 422
    other = SimpleUploadedFile("l.json", json.dumps({**document, "license": "L-9"}).encode())
    assert legal.post(f"{answer.url}edit/", {"file": other, "seen": ""}).status_code == 422


def test_a_refused_signature_names_the_clause_and_a_breach_is_asked_for(world, legal):
    signed(world)
    with tenant_atomic(world.org.id):
        document = world.document("L-2", "SUED")
    answer = legal.post("/licenses/new/", filled(document))
    page = text(legal.get(answer.url))
    assert "in the way sold exclusively by L-1, version 1, clause 2.1" in page
    refused = legal.post(f"{answer.url}sign/", {"reason": "Deal", "breach": ""})
    assert refused.status_code == 422
    assert "sold exclusively by L-1" in text(refused)
    asked = legal.post(f"{answer.url}sign/", {"reason": "Deal", "breach": "Letter of 3 Jan"})
    assert asked.status_code == 302
    with tenant_atomic(world.org.id):
        change = ChangeRequest.objects.get(state="pending")
        world.approve(change, at=timezone.now())
        assert LicenseVersion.objects.get(license__code="L-2").breach == "Letter of 3 Jan"
    assert "Signed as a known breach" in text(legal.get(answer.url))
    assert "Letter of 3 Jan" in text(legal.get(f"/changes/{change.pk}/"))


def test_the_works_tab_and_the_calendar_show_it(world, legal):
    license = signed(world)
    page = text(legal.get(f"/works/{world.work.pk}/licenses/"))
    assert "L-1 Licence L-1" in page
    assert "1 licence in force" in page
    page = text(legal.get("/licenses/calendar/"))
    assert f"{license.title} , NORD: last day" in page
    assert text(legal.get("/search/?q=Licence")).count("L-1")
