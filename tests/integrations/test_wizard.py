"""The import wizard as pages: upload to result, corrections, rules for a group, taking back."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from foundation import jobs
from foundation.tenancy import tenant_atomic
from integrations.models import Import, ImportProfile
from royalties.models import SalesException, SalesFile
from tests import factories
from tests.integrations.conftest import SAMPLES
from tests.integrations.test_dsr import NAME as DSR_NAME
from tests.royalties import world
from tests.royalties.test_statement_pages import text

pytestmark = pytest.mark.django_db
HEAD = "title,artist,territory,sold_on,amount,currency\n"
GOOD = HEAD + "A,Kestrel,SE,2026-01,10.00,EUR\nB,Kestrel,NO,2026-03,2.50,EUR\n"
MIXED = GOOD + "C,Kestrel,Atlantis,2026-02,4.00,EUR\nD,Kestrel,SE,2026-02,ten,EUR\n"


@pytest.fixture(autouse=True)
def own_directories(settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


class Desk:
    """An analyst at the wizard."""

    def __init__(self, org):
        self.org = org
        self.browser = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))

    def upload(self, content, name="sales.csv", **sent):
        data = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(name, data)
        return self.browser.post("/imports/new/", {"file": file, **sent})

    def begun(self, content, name="sales.csv", **sent):
        answer = self.upload(content, name, **sent)
        assert answer.status_code == 302, text(answer)
        return self.row(answer["Location"].split("/")[2])

    def row(self, pk):
        with tenant_atomic(self.org.id):
            return Import.objects.get(pk=pk)

    def post(self, row, step, **sent):
        return self.browser.post(f"/imports/{row.pk}/{step}/", sent)

    def see(self, row, step=""):
        answer = self.browser.get(f"/imports/{row.pk}/{step + '/' if step else ''}")
        assert answer.status_code == 200
        return text(answer)

    def worked(self, row):
        """Do the job that the import waits for."""
        jobs.work(self.org.id, self.row(row.pk).job_id)
        return self.row(row.pk)

    def checked(self, content, name="sales.csv", **sent):
        row = self.begun(content, name, **sent)
        assert self.post(row, "map", on="1").status_code == 302
        return self.worked(row)


@pytest.fixture
def desk(org):
    return Desk(org)


def test_a_file_goes_from_upload_to_its_lines(desk):
    row = desk.begun(GOOD)
    assert "Text table" in desk.see(row, "look")
    assert desk.post(row, "look", on="1")["Location"].endswith("/map/")
    shown = desk.see(row, "map")
    assert "As the file has them" in shown
    assert "2 accepted A Kestrel SE EUR 2026-01-01" in shown
    assert desk.post(row, "map", on="1", period="2026-Q1").status_code == 302
    assert "Rows checked" in desk.see(row, "progress")
    row = desk.worked(row)
    assert row.state == "validated"
    assert "Rows 2 0 0 2" in desk.see(row, "review")
    assert "EUR 12.50 EUR 0.00 EUR 0.00 EUR 12.50 EUR" in desk.see(row, "review")
    assert desk.post(row, "review").status_code == 302
    row = desk.worked(row)
    assert row.state == "committed"
    assert "Taken: 2 rows." in desk.see(row, "progress")
    assert "0 of 2" in desk.see(row)
    names = desk.browser.get(f"/sales/{row.sales_file_id}/?found=waits")
    assert "0 of 2 lines have their work" in text(names)
    with tenant_atomic(desk.org.id):
        assert SalesException.objects.count() == 2
    listed = text(desk.browser.get("/imports/"))
    assert "sales.csv taken 2026-Q1 mediatrack 2 0 0%" in listed
    assert "12.50 EUR" in listed


def test_known_content_leads_to_its_import(desk):
    row = desk.begun(GOOD)
    again = desk.upload(GOOD, "other.csv")
    assert again["Location"] == f"/imports/{row.pk}/"
    assert "This content came before, as sales.csv" in text(desk.browser.get(again["Location"]))


def test_what_cant_be_read_is_said_and_leaves_nothing(desk):
    for content, words in (
        (b"", "The file is empty."),
        (b"%PDF-1.7 nothing", "The file is no table"),
        (b"PK\x03\x04 broken", "can't be unpacked"),
    ):
        answer = desk.upload(content)
        assert answer.status_code == 422
        assert words in text(answer)
    assert desk.upload(GOOD, period="2026-Q9").status_code == 422
    with tenant_atomic(desk.org.id):
        assert not Import.objects.exists()


def test_detection_is_corrected_by_hand(desk):
    text_in = "Report\n" + GOOD.replace(",", ";").replace("10.00", "10,00").replace("A;", "Č;")
    row = desk.begun(text_in.encode("cp1250"), "odd.csv", encoding="cp1250")
    assert row.detection["raw"][2][1] == "Č"
    sent = {"encoding": "cp1252", "delimiter": ";", "header_row": "2", "decimal": "comma"}
    assert desk.post(row, "look", **sent)["Location"].endswith("/look/")
    row = desk.row(row.pk)
    found = row.detection
    assert (found["encoding"], found["header_row"], found["decimal"]) == ("cp1252", 2, "comma")
    assert found["raw"][2][1] == "È"
    assert desk.post(row, "look", header_row="abc").status_code == 422
    assert desk.post(row, "look", encoding="utf-8", delimiter=";").status_code == 422


def test_one_rule_settles_a_whole_group_and_holds_for_files_to_come(desk):
    row = desk.checked(MIXED)
    shown = desk.see(row, "correct")
    assert "2 rows are not accepted" in shown
    assert "1 row: territory unknown Atlantis" in shown
    page = desk.browser.get(f"/imports/{row.pk}/correct/").content.decode()
    cause = html.unescape(re.search(r'name="cause" value="([^"]*Atlantis)"', page)[1])
    wrong = desk.post(row, "correct", cause=cause, meaning="Nowhere")
    assert wrong.status_code == 422
    assert "'Nowhere' is not a known territory" in text(wrong)
    assert desk.post(row, "correct", cause="x", meaning="GB").status_code == 404
    assert desk.post(row, "correct", cause=cause, meaning="GB").status_code == 302
    row = desk.worked(row)
    assert (row.counted()["accepted"], row.counted()["quarantined"]) == (3, 0)
    with tenant_atomic(desk.org.id):
        kept = ImportProfile.objects.get()
        assert kept.document["values"]["territory"] == {"Atlantis": "GB"}
    other = desk.checked(HEAD + "E,Kestrel,Atlantis,2026-02,1.00,EUR\n", "next.csv")
    assert other.counted()["accepted"] == 1


def test_a_taken_imports_open_rows_become_a_correction_by_rule(desk):
    row = desk.checked(MIXED)
    desk.post(row, "review", explained="Corrections follow")
    row = desk.worked(row)
    page = desk.browser.get(f"/imports/{row.pk}/correct/").content.decode()
    cause = html.unescape(re.search(r'name="cause" value="([^"]*Atlantis)"', page)[1])
    answer = desk.post(row, "correct", cause=cause, meaning="GB")
    other = desk.worked(desk.row(answer["Location"].split("/")[2]))
    assert (other.corrects_id, other.counted()["accepted"]) == (row.pk, 1)
    desk.post(other, "review")
    assert desk.worked(other).state == "committed"
    assert "Corrections" in desk.see(row)
    assert "1 row is not accepted" in desk.see(row, "correct")


def test_the_errors_file_goes_down_and_comes_back(desk):
    row = desk.checked(MIXED)
    down = desk.browser.get(f"/imports/{row.pk}/errors/csv/")
    assert down["Content-Disposition"] == 'attachment; filename="errors of sales.csv"'
    assert down["X-Content-Type-Options"] == "nosniff"
    content = b"".join(down.streaming_content).decode("utf-8-sig")
    assert content.startswith("_row,_error,title")
    better = content.replace("Atlantis", "GB").replace("ten", "10")
    file = SimpleUploadedFile("errors.csv", better.encode())
    answer = desk.browser.post(f"/imports/{row.pk}/corrections/", {"file": file})
    other = desk.worked(desk.row(answer["Location"].split("/")[2]))
    assert other.counted()["accepted"] == 2
    review = desk.see(row, "review")
    assert "Rows 2 1 1 4" in review
    desk.post(row, "review")
    desk.worked(row)
    assert desk.row(other.pk).state == "committed"
    assert desk.browser.get(f"/imports/{row.pk}/errors/pdf/").status_code == 404


def test_a_difference_must_be_explained(desk):
    row = desk.begun(GOOD)
    desk.post(row, "map", on="1", reported="15.00 EUR")
    row = desk.worked(row)
    review = desk.see(row, "review")
    assert "15.00 EUR reported, 12.50 EUR accepted, a difference of 2.50 EUR" in review
    assert desk.post(row, "review").status_code == 422
    assert desk.row(row.pk).state == "validated"
    assert desk.post(row, "review", explained="The letter counts VAT").status_code == 302
    assert "The letter counts VAT" in desk.see(desk.worked(row))


def test_an_own_mapping_is_kept_as_a_profile(desk):
    row = desk.begun("Song,Band,Net\nA,Kestrel,10.00\nB,Kestrel,2.50\n", "own.csv")
    assert row.state == "detected"
    assert "No profile fits this file" in desk.see(row, "map")
    sent = {
        "own": "1",
        "name": "fjord-radio",
        "title": "Fjord Radio",
        "column_title": "Song",
        "column_artist": "Band",
        "column_amount": "",
        "always_currency": "NOK",
    }
    assert "Say which column the amount" in text(desk.post(row, "map", **sent))
    sent["column_amount"] = "Net"
    assert "nonsense" in text(desk.post(row, "map", **{**sent, "always_currency": "nonsense"}))
    assert desk.post(row, "map", **sent).status_code == 302
    row = desk.row(row.pk)
    assert (row.state, row.profile, row.profile_version) == ("mapped", "fjord-radio", 1)
    desk.post(row, "map", on="1", profile="fjord-radio")
    row = desk.worked(row)
    assert row.counted()["totals"][0]["accepted"] == "12.50"
    again = desk.begun("Song,Band,Net\nC,Kestrel,1.00\n", "next.csv")
    assert again.profile == "fjord-radio"
    assert desk.post(again, "map", **{**sent, "title": "Fjord"}).status_code == 302
    assert desk.row(again.pk).profile_version == 2


def test_a_check_can_be_stopped_and_begun_again(desk):
    row = desk.begun(GOOD)
    desk.post(row, "map", on="1")
    assert desk.post(row, "progress").status_code == 302
    assert "Stopped." in desk.see(row, "progress")
    desk.worked(row)
    assert desk.row(row.pk).state == "mapped"
    assert desk.post(row, "check").status_code == 302
    assert desk.worked(row).state == "validated"


def test_an_import_is_taken_back_with_all_its_lines(desk):
    row = desk.checked(GOOD)
    desk.post(row, "review")
    row = desk.worked(row)
    asked = desk.see(row, "take-back")
    assert "2 lines leave period 2026-Q1" in asked
    assert desk.post(row, "take-back").status_code == 422
    assert desk.post(row, "take-back", reason="Wrong period").status_code == 302
    assert "Taken back" in desk.see(row)
    with tenant_atomic(desk.org.id):
        assert SalesFile.objects.get().reversed_at is not None
        assert not SalesException.objects.exists()
    assert desk.begun(GOOD).pk != row.pk


def test_who_may_only_see_cannot_act(desk, org):
    row = desk.checked(MIXED)
    lawyer = factories.sign_in(Client(), factories.person(org, permissions.LEGAL))
    page = lawyer.get(f"/imports/{row.pk}/correct/")
    assert page.status_code == 200
    assert "Make it a rule" not in text(page)
    for step in ("look", "map", "check", "correct", "corrections", "review", "take-back"):
        assert lawyer.post(f"/imports/{row.pk}/{step}/").status_code == 403
    assert lawyer.get("/imports/new/").status_code == 403
    assert desk.row(row.pk).state == "validated"


def test_the_list_costs_as_many_queries_for_many_files_as_for_one(desk, tmp_path):
    def taken(n):
        row = desk.checked(HEAD + f"A{n},Kestrel,SE,2026-01,10.00,EUR\n", f"s{n}.csv")
        desk.post(row, "review")
        desk.worked(row)
        return desk.row(row.pk).sales_file_id

    def cost(path):
        desk.browser.get(path)
        with CaptureQueriesContext(connection) as counted:
            assert desk.browser.get(path).status_code == 200
        return len(counted)

    file = taken(0)
    one, names = cost("/imports/"), cost(f"/sales/{file}/")
    for n in range(1, 4):
        taken(n)
    assert cost("/imports/") == one
    with tenant_atomic(desk.org.id):
        world_lines = [{"title": f"T{n}", "artist": "A", "amount": n + 1} for n in range(40)]
        many = world.sales(tmp_path, world_lines)
    assert cost(f"/sales/{many}/") == names


def test_a_report_that_is_broken_is_refused_as_a_whole_and_says_why(desk):
    lines = (SAMPLES / "single_records.tsv").read_text().splitlines(keepends=True)
    row = desk.begun("".join(lines[:-1]), DSR_NAME)
    assert "DDEX DSR flat file" in desk.see(row, "look")
    desk.post(row, "map", on="1")
    row = desk.worked(row)
    assert row.state == "refused"
    shown = desk.see(row)
    assert "Refused as a whole; nothing of it was taken" in shown
    assert "FOOT" in shown
    for step in ("progress", "correct", "review", "take-back"):
        assert desk.see(row, step)
