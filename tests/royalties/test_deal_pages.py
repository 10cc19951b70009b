"""Deals as pages: the list, the editor, payees, what-if, two versions, the way to a signature."""

import copy
import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from accounts.models import ChangeRequest
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.models import Holder
from holders.services import holders
from royalties import deal_text
from royalties.models import Deal, DealPayee, DealVersion, RunResult
from royalties.selectors import whatif
from royalties.services import deals, runs
from royalties.services import whatif as long
from tests import factories
from tests.royalties import world
from tests.royalties.world import BY, DEAL, NOW

pytestmark = pytest.mark.django_db


def text(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def analyst(org):
    """Somebody who writes deals, signed in."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def terms(**changed):
    """Return a sound deal's document with something changed."""
    return copy.deepcopy(DEAL) | changed


def entered(org, document, *, sign=False):
    """Enter a deal, and sign it where asked; return it."""
    with tenant_atomic(org.id):
        if sign:
            return world.signed(document)
        return deals.enter(document=document, by=BY, at=NOW).version.deal


def seen(page):
    """Return the stamp of the draft that an editor was opened with."""
    return re.search(r'name="seen" value="([^"]*)"|value="([^"]*)"[^>]*name="seen"', page)[1] or ""


def ends(days):
    """Return a term that ends so many days from now."""
    last = datetime.now(UTC).date() + timedelta(days=days)
    return {"from": "2024-01-01", "to": last.isoformat()}


def test_the_list_says_who_what_until_when_and_in_which_state(org, analyst):
    entered(org, terms(deal="A", term=ends(20)), sign=True)
    entered(org, terms(deal="B", term=ends(70)), sign=True)
    entered(org, terms(deal="C", term=ends(-1)), sign=True)
    entered(org, terms(deal="D"))
    shown = text(analyst.get("/deals/"))
    for words in ("Ana Kestrel, Ben Ode", "work W-1 or W-2", "Signed", "Ended", "Draft"):
        assert words in shown
    assert "Ending in 30 days 1 Ending in 60 days 1 Ending in 90 days 2" in shown
    codes = lambda address: re.findall(  # noqa: E731
        r'<th scope="row"><a href="/deals/[^"]+">([A-D])</a>', analyst.get(address).content.decode()
    )
    assert codes("/deals/?ends=90") == ["A", "B"]
    assert codes("/deals/?ends=30") == ["A"]
    assert codes("/deals/?state=ended") == ["C"]
    assert codes("/deals/?state=draft") == ["D"]
    assert codes("/deals/?q=ben ode") == ["A", "B", "C", "D"]
    assert codes("/deals/?sort=-ends") == ["D", "B", "A", "C"]


def test_the_list_costs_the_same_however_long_it_is(org, analyst):
    analyst.get("/deals/")
    found = []
    for number in (1, 8):
        for n in range(number):
            entered(org, terms(deal=f"A-{number}-{n}"))
        with CaptureQueriesContext(connection) as made:
            analyst.get("/deals/")
        found.append(len(made))
    assert found[0] == found[1]


def test_a_deal_is_written_from_a_template_checked_and_saved(org, analyst):
    page = analyst.get("/deals/new/?from=d6-list-royalty").content.decode()
    document = html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.S)[1])
    assert json.loads(document)["schema"] == "mediatrack.deal/1"
    checked = text(analyst.post("/deals/new/", {"text": document, "deed": "check"}))
    assert "Nothing is wrong." in checked
    with tenant_atomic(org.id):
        assert not Deal.objects.exists()
    answer = analyst.post("/deals/new/", {"text": document, "deed": "save", "starts": "2026-H2"})
    with tenant_atomic(org.id):
        version = DealVersion.objects.get()
    assert answer["Location"] == f"/deals/{version.deal_id}/"
    assert version.starts.isoformat() == "2026-07-01"
    assert version.document == json.loads(document)
    again = analyst.post("/deals/new/", {"text": document, "deed": "save"})
    assert (again.status_code, "There is a deal" in text(again)) == (422, True)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"percent": "20"', '"percent": 20', 10, "found 20"),
        ('"percent": "20"', '"percent": 20.5', 10, 'must be written as text, "20.5"'),
        ('"title"', '"tite"', 4, "did you mean 'title'?"),
        ('"currency": "USD",', '"currency": "USD"', 7, "a comma or } is missing"),
        ('"to": "band"', '"to": "bard"', 10, "bard"),
        ('"direction"', '"title": "twice", "direction"', 5, "stands twice"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_lost(analyst, old, new, line, words):
    written = deal_text.printed(
        terms(
            splits={},
            income=[{"id": "streams", "base": "amount", "rate": {"percent": "20"}, "to": "ana"}],
        )
    )
    written = written.replace('"to": "ana"', '"to": "band"') if "band" in old else written
    assert old in written
    typed = written.replace(old, new, 1)
    for number, each in enumerate(typed.splitlines(), 1):
        if new in each:
            line = number + (1 if "currency" in new else 0)
    answer = analyst.post("/deals/new/", {"text": typed, "deed": "save"})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert f'href="#line-{line}"' in body
    assert f'id="line-{line}"' in body
    assert words in text(answer)
    kept = html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", body, re.S)[1])
    assert kept == typed


def test_htmx_gets_what_the_text_comes_to_alone(analyst):
    wrong = terms()
    wrong["examples"][0]["periods"][0]["expect"]["ben"]["due"] = "9.00"
    part = analyst.post(
        "/deals/check/", {"text": json.dumps(wrong)}, headers={"HX-Request": "true"}
    )
    assert part.content.strip().startswith(b'<div id="said"')
    assert "Failed: a hundred 2026-Q1: ben.due is 8.00, expected 9.00" in text(part)
    assert "We pay in USD, quarterly to Ana Kestrel and Ben Ode." in text(part)


def test_a_file_is_taken_into_the_editor_and_kept_nowhere_yet(org, analyst):
    file = SimpleUploadedFile("deal.json", json.dumps(terms()).encode())
    shown = analyst.post("/deals/new/", {"deed": "upload", "file": file})
    assert "Kestrel, recordings" in text(shown)
    with tenant_atomic(org.id):
        assert not Deal.objects.exists()
    for content in (b"\xff\xfe\x00", b""):
        file = SimpleUploadedFile("deal.json", content)
        assert analyst.post("/deals/new/", {"deed": "upload", "file": file}).status_code == 422


def test_two_who_edit_the_same_draft_see_each_others_and_lose_nothing(org, analyst):
    deal = entered(org, terms())
    address = f"/deals/{deal.pk}/edit/"
    opened = seen(analyst.get(address).content.decode())
    mine, theirs = terms(title="Mine"), terms(title="Theirs")
    first = {"text": json.dumps(theirs), "seen": opened, "deed": "save"}
    assert analyst.post(address, first).status_code == 302
    sent = {"text": deal_text.printed(mine), "base": deal_text.printed(terms()), "seen": opened}
    met = analyst.post(address, {**sent, "deed": "save"})
    assert met.status_code == 409
    shown = text(met)
    assert 'when you opened it "title": "Kestrel, recordings", theirs "title": "Theirs",' in shown
    assert 'theirs "title": "Theirs",' in shown
    assert 'yours "title": "Mine",' in shown
    with tenant_atomic(org.id):
        assert Deal.objects.get().title == "Theirs"
    over = {"text": json.dumps(mine), "seen": seen(met.content.decode()), "deed": "save"}
    assert analyst.post(address, over).status_code == 302
    with tenant_atomic(org.id):
        assert Deal.objects.get().title == "Mine"


def test_saving_keeps_the_opening_balances_and_the_code(org, analyst):
    with tenant_atomic(org.id):
        opening = {"accounts": {"ana": {"unrecouped": {"signing": "4.00"}}}}
        deal = deals.enter(document=terms(), by=BY, at=NOW, opening=opening).version.deal
    address = f"/deals/{deal.pk}/edit/"
    page = analyst.get(address).content.decode()
    kept = html.unescape(re.search(r'name="opening"[^>]*>\n?(.*?)</textarea>', page, re.S)[1])
    sent = {"text": json.dumps(terms(title="Other")), "seen": seen(page), "opening": kept}
    assert analyst.post(address, sent).status_code == 302
    with tenant_atomic(org.id):
        assert DealVersion.objects.get().opening == opening
    page = analyst.get(address).content.decode()
    answer = analyst.post(address, {"text": json.dumps(terms(deal="X")), "seen": seen(page)})
    assert (answer.status_code, "A deal keeps its code" in text(answer)) == (422, True)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"starts": "2026-08-01"}, "2026-08-01 lies inside 2026-Q3"),
        ({"starts": "summer"}, "'summer' is not a period"),
        ({"opening": "{"}, "The opening balances can't be read. Line 1"),
        ({"opening": '{"accounts": {"nobody": {}}}'}, "nobody"),
        ({"text": json.dumps(terms(payees={"ana": {"holder": "X-9"}, "ben": {}}))}, "is no holder"),
    ],
)
def test_what_cant_be_saved_says_why_and_keeps_what_was_typed(org, analyst, sent, words):
    typed = {"text": json.dumps(terms()), "deed": "save"} | sent
    answer = analyst.post("/deals/new/", typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert html.escape(typed["text"]).replace("&quot;", "&#34;") in answer.content.decode()
    with tenant_atomic(org.id):
        assert not Deal.objects.exists()


def test_a_payee_is_given_its_holder_by_name(org, analyst):
    deal = entered(org, terms())
    with tenant_atomic(org.id):
        benedict = holders.register(kind="person", name="Benedict Odell", actor=BY, at=NOW)
    address = f"/deals/{deal.pk}/payees/"
    page = analyst.get(f"{address}?payee=ben&q=odell").content.decode()
    assert "ben is Benedict Odell" in page
    sent = {"payee": "ben", "holder": str(benedict.pk), "seen": seen(page)}
    assert analyst.post(address, sent).status_code == 302
    with tenant_atomic(org.id):
        assert DealPayee.objects.get(payee="ben").holder_id == benedict.pk
        assert DealVersion.objects.get().document["payees"]["ben"]["holder"] == str(benedict.pk)
        doubled = Holder.objects.get(pk=benedict.pk)
    with tenant_atomic(org.id):
        was = DealPayee.objects.get(payee="ana").holder_id
    met = analyst.post(address, {**sent, "was": str(was)})
    assert met.status_code == 409
    said = "ben was Ana Kestrel; now it is Benedict Odell; you chose Benedict Odell"
    assert said in text(met)
    fresh = {"payee": "ana", "holder": str(doubled.pk)}
    fresh["seen"] = seen(analyst.get(f"{address}?payee=ana&q=odell").content.decode())
    refused = analyst.post(address, fresh)
    assert (refused.status_code, "is the same holder as" in text(refused)) == (422, True)


def posted(org, folder):
    """Post a period of the signed deal, and draft a version with another rate; return the deal."""
    with tenant_atomic(org.id):
        world.catalogue()
        deal = world.signed(terms())
        world.sales(folder)
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)
        draft = terms(income=[DEAL["income"][0] | {"rate": {"percent": "25"}}], examples=[])
        deals.enter(document=draft, by=BY, at=NOW)
    return deal


def test_what_if_holds_the_draft_against_the_posted_figures_and_writes_nothing(
    org, analyst, tmp_path
):
    deal = posted(org, tmp_path)
    address = f"/deals/{deal.pk}/what-if/"
    with CaptureQueriesContext(connection) as made:
        shown = text(analyst.get(address))
    written = [q["sql"] for q in made if re.match(r"(INSERT|UPDATE|DELETE)", q["sql"])]
    written = [sql for sql in written if "django_session" not in sql]  # the visit itself
    assert written == []
    # 150.01 × 20 % = 30.00 is divided 18.00 and 12.00; × 25 % = 37.50 is 22.50 and 15.00.
    assert "Ben Ode Earned 12.00 15.00 3.00" in shown
    assert "Ana Kestrel Earned 18.00 22.50 4.50 Recouped 10.00 10.00 0.00 Due 8.00 12.50" in shown
    assert "All payees Earned 30.00 37.50 7.50" in shown
    with tenant_atomic(org.id):
        kept = RunResult.objects.get()
        draft = DealVersion.objects.get(signed_at=None)
        base = whatif.basis(draft, at=datetime.now(UTC))
        assert whatif.compared(draft, base)["old"]["hash"] == kept.results_hash
    working = analyst.get(f"{address}new/ben/", headers={"HX-Request": "true"})
    assert "25 %" in text(working)
    assert "15.00" in text(working)
    assert analyst.get(f"{address}new/nobody/").status_code == 404


def test_many_lines_are_calculated_by_a_job_with_the_same_answer(
    org, analyst, tmp_path, monkeypatch
):
    deal = posted(org, tmp_path)
    address = f"/deals/{deal.pk}/what-if/"
    at_once = re.search(r"All payees.*", text(analyst.get(address)))[0]
    monkeypatch.setattr(whatif, "AT_ONCE", 1)
    assert "calculated in the background" in text(analyst.get(address))
    assert analyst.post(address).status_code == 302
    with tenant_atomic(org.id):
        job = Job.objects.get(kind=long.KIND)
    assert "Look again" in text(analyst.get(address))
    assert jobs.work(org.id, job.pk) == "done"
    assert re.search(r"All payees.*", text(analyst.get(address)))[0] == at_once
    assert "15.00" in text(analyst.get(f"{address}new/ben/"))


def test_two_versions_are_told_apart_in_words_and_line_by_line(org, analyst, tmp_path):
    deal = posted(org, tmp_path)
    shown = text(analyst.get(f"/deals/{deal.pk}/diff/"))
    assert re.search(r"No longer: “streams”: 20 % of", shown)
    assert re.search(r"New: “streams”: 25 % of", shown)
    assert re.search(r'gone "?.*"percent": "20"', shown)
    assert "Version 1" not in shown or "version 1" in shown
    only = entered(org, terms(deal="ONE"))
    assert "There is one version only" in text(analyst.get(f"/deals/{only.pk}/diff/"))


def test_a_deal_tells_its_terms_balances_runs_statements_and_history(org, analyst, tmp_path):
    deal = posted(org, tmp_path)
    shown = text(analyst.get(f"/deals/{deal.pk}/"))
    for words in (
        "20 % of",
        "The draft of version 2",
        "“signing” left to recoup 0.00",
        "2026-Q1, posted",
        "Ben Ode: 12.00 USD payable",
        "Deal entered, version 2",
        "Change applied",
        "Contract",
    ):
        assert words in shown.replace("\N{NO-BREAK SPACE}", " "), words
    rights = factories.sign_in(Client(), factories.person(org, permissions.RIGHTS))
    theirs = text(rights.get(f"/deals/{deal.pk}/"))
    assert "Statements with it" not in theirs
    assert "Ask for its signature" not in theirs
    file = analyst.get(f"/deals/{deal.pk}/versions/1/")
    assert json.loads(file.content) == DEAL


def test_a_signature_is_asked_for_once_the_examples_come_out(org, analyst):
    wrong = terms()
    wrong["examples"][0]["periods"][0]["expect"]["ben"]["due"] = "9.00"
    deal = entered(org, wrong)
    address = f"/deals/{deal.pk}/sign/"
    assert analyst.post(address, {"reason": ""}).status_code == 422
    refused = analyst.post(address, {"reason": "Contract of May"})
    assert (refused.status_code, "worked examples fail" in text(refused)) == (422, True)
    entered(org, terms())
    answer = analyst.post(address, {"reason": "Contract of May"})
    with tenant_atomic(org.id):
        request = ChangeRequest.objects.get()
    assert answer["Location"] == f"/changes/{request.pk}/"
    assert "Waits for signature" in text(analyst.get(f"/deals/{deal.pk}/"))
    assert "Waiting for signature" in text(analyst.get("/deals/?state=waiting"))
    assert "Its signature is asked for" in text(analyst.get(f"/deals/{deal.pk}/edit/"))
    assert analyst.post(address, {"reason": "Again"}).status_code == 422


def test_a_printed_document_reads_back_as_it_was():
    document = terms()
    assert deal_text.read(deal_text.printed(document)).document == document
    lines = deal_text.read(deal_text.printed(document)).lines
    printed = deal_text.printed(document).splitlines()
    assert '"streams"' in printed[lines["income[0].id"] - 1]
    assert deal_text.read('{"a": {"b": 1}}').line("a.c[3].d") == 1


@pytest.mark.parametrize(
    "wrong", ["", "[]", "{", '{"a" 1}', '{"a": nul}', '{"a": 1} x', '{"a": "b']
)
def test_text_that_is_no_document_is_refused_with_a_line(wrong):
    with pytest.raises(deal_text.TextUnreadable):
        deal_text.read(wrong)
    with pytest.raises(deal_text.TextUnreadable, match="nested"):
        deal_text.read('{"a": ' + "[" * 70 + "]" * 70 + "}")
