"""Tables of works and holders: new, changed, the same, wrong; taken, brought back, given back."""

import csv
import io
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from catalog.models import Work, WorkIdentifier
from foundation import jobs
from foundation.tenancy import tenant_atomic
from holders.models import Holder
from integrations.files.reading import read_plain_table
from integrations.models import TableImport
from integrations.services import tables
from rights.models import Claim
from tests import factories
from tests.royalties import world
from tests.royalties.test_statement_pages import text

pytestmark = pytest.mark.django_db
WORKS = (
    "Code,Kind,Title,Parent code,Number,ISRC,Artist\n"
    "S1,series,The Harbour,,,,\n"
    "E1,episode,Low Tide,S1,1,,\n"
    "R1,Recording,Blue Hour,,,USRC17607839,Kestrel; Ana Ode\n"
)
RATES = (
    "territory,right_type,starts,kind,value,basis,source\n"
    "DE,mechanical,2026-01-01,percent,9,retail_price,Ours\n"
    "SE,mechanical,2026-01-01,percent,8.5,retail_price,Ours\n"
)
HOLDERS = "code,kind,name,country\nANA,artist,Ana Kestrel,SE\nTIDE,label,Tide Records,gb\n"


class Desk:
    """A rights manager who brings tables."""

    def __init__(self, org):
        self.org = org
        self.browser = factories.sign_in(Client(), factories.person(org, permissions.RIGHTS))

    def bring(self, target, content, name="table.csv"):
        file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
        return self.browser.post("/tables/new/", {"target": target, "file": file})

    def row(self, pk):
        with tenant_atomic(self.org.id):
            return TableImport.objects.get(pk=pk)

    def worked(self, row):
        jobs.work(self.org.id, self.row(row.pk).job_id)
        return self.row(row.pk)

    def checked(self, target, content):
        answer = self.bring(target, content)
        assert answer.status_code == 302, text(answer)
        row = self.row(answer["Location"].split("/")[2])
        assert self.browser.post(f"/tables/{row.pk}/map/", row.mapping).status_code == 302
        return self.worked(row)

    def taken(self, target, content):
        row = self.checked(target, content)
        assert self.browser.post(f"/tables/{row.pk}/take/").status_code == 302
        return self.worked(row)

    def see(self, row, step=""):
        return text(self.browser.get(f"/tables/{row.pk}/{step}"))

    def standing(self, target):
        answer = self.browser.get(f"/tables/standing/?of={target}")
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def as_csv(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def desk(org, settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    return Desk(org)


def figures(row):
    return tuple(row.counted()[name] for name in ("new", "changed", "same", "wrong"))


def test_works_come_with_parents_numbers_artists_and_their_claims(desk):
    row = desk.checked("works", WORKS)
    assert figures(row) == (3, 0, 0, 0)
    assert "Take 3 new and 0 changed works" in " ".join(
        desk.browser.get(f"/tables/{row.pk}/").content.decode().split()
    )
    with tenant_atomic(desk.org.id):
        assert not Work.objects.exists()
    desk.browser.post(f"/tables/{row.pk}/take/")
    assert desk.worked(row).state == "taken"
    with tenant_atomic(desk.org.id):
        assert Work.objects.get(code="E1").parent.code == "S1"
        assert WorkIdentifier.objects.get(kind="isrc").value == "USRC17607839"
        assert Claim.objects.filter(work__code="R1").exists()
    assert desk.standing("works")[1]["artists"] == "Kestrel; Ana Ode"


def test_what_is_there_goes_out_and_comes_back_with_what_changed(desk):
    desk.taken("works", WORKS)
    rows = desk.standing("works")
    assert figures(desk.checked("works", as_csv(rows))) == (0, 0, 3, 0)
    rows[1]["title"], rows[1]["isrc"] = "Blue Hour (Live)", "USRC17607839; QZES71982312"
    rows.append({**dict.fromkeys(rows[0], ""), "kind": "film", "title": "Night Boat"})
    row = desk.checked("works", as_csv(rows))
    assert figures(row) == (1, 1, 2, 0)
    shown = desk.see(row)
    assert "Blue Hour, R1 Title Blue Hour Blue Hour (Live)" in shown
    assert "Night Boat" in shown
    desk.browser.post(f"/tables/{row.pk}/take/")
    desk.worked(row)
    with tenant_atomic(desk.org.id):
        assert Work.objects.get(code="R1").title == "Blue Hour (Live)"
        assert WorkIdentifier.objects.filter(work__code="R1").count() == 2


def test_a_row_that_somebody_changed_since_is_refused(desk):
    desk.taken("holders", HOLDERS)
    rows = desk.standing("holders")
    with tenant_atomic(desk.org.id):
        Holder.objects.filter(code="ANA").update(country="NO")
    rows[0]["name"] = "Ana K."
    row = desk.checked("holders", as_csv(rows))
    assert figures(row) == (0, 0, 1, 1)
    assert "changed since this table was written" in desk.see(row)
    errors = desk.browser.get(f"/tables/{row.pk}/errors/").content.decode("utf-8-sig")
    assert "Ana K." in errors


def test_a_change_between_check_and_taking_stops_all_of_it(desk):
    desk.taken("holders", HOLDERS)
    rows = desk.standing("holders")
    rows[0]["name"], rows[1]["name"] = "Ana K.", "Tide & Sons"
    row = desk.checked("holders", as_csv(rows))
    with tenant_atomic(desk.org.id):
        Holder.objects.filter(code="TIDE").update(country="NO")
    desk.browser.post(f"/tables/{row.pk}/take/")
    assert desk.worked(row).state == "checked"
    assert "changed meanwhile" in desk.see(row)
    with tenant_atomic(desk.org.id):
        assert Holder.objects.get(code="ANA").name == "Ana Kestrel"


@pytest.mark.parametrize(
    ("target", "content", "words"),
    [
        ("works", "code,kind,title\nX,opera,A\n", "'opera' is none of"),
        ("works", "code,kind,title\nX,film,\n", "A row needs its title"),
        ("works", "code,title\nX,A\n", "A new row needs its kind; no column has it."),
        ("works", "code,kind,title\nX,film,A\nX,film,B\n", "The table has this one twice"),
        ("works", "code,kind,title,parent\nX,film,A,NONE\n", "There is no work with the code NONE"),
        ("works", "kind,title,number\nfilm,A,two\n", "'two' is no whole number"),
        ("works", "kind,title\nfilm," + "a" * 501 + "\n", "at most 500 are read"),
        (
            "works",
            "kind,title,isrc\nfilm,A,USRC17607839\nfilm,B,USRC17607839\n",
            "another row, too",
        ),
        ("works", "id,kind,title\nnot-an-id,film,A\n", "There is none with the id not-an-id"),
        ("holders", "kind,name,country\nartist,A,ZZ\n", "'ZZ' is no country"),
        ("holders", "code,kind,name\nHOUSE,artist,A\n", "belongs to every organisation"),
    ],
)
def test_wrong_rows_say_what_is_wrong_and_nothing_is_taken(desk, target, content, words):
    row = desk.checked(target, content)
    assert row.counted()["new"] == 0
    assert words in desk.see(row)


def test_a_table_is_given_back_while_nothing_depends_on_it(desk, tmp_path):
    desk.taken("works", "code,kind,title,isrc\nW-9,recording,Old,USRC17607839\n")
    row = desk.taken("works", "code,kind,title\nW-9,recording,New\nW-10,recording,Other\n")
    back = {"reason": "Wrong table"}
    assert "1 work that it made goes out of use" in desk.see(row, "take-back/")
    assert desk.browser.post(f"/tables/{row.pk}/take-back/").status_code == 422
    assert desk.browser.post(f"/tables/{row.pk}/take-back/", back).status_code == 302
    with tenant_atomic(desk.org.id):
        assert Work.objects.get(code="W-9").title == "Old"
        assert Work.objects.get(title="Other").status == "retired"
    again = desk.taken("works", "code,kind,title,isrc\nW-10,recording,Other,QZES71982312\n")
    with tenant_atomic(desk.org.id):
        world.sales(tmp_path, [{"isrc": "QZES71982312", "title": "Other", "amount": 1}])
    refused = desk.browser.post(f"/tables/{again.pk}/take-back/", back)
    assert refused.status_code == 409
    assert "W-10 among them" in text(refused)


def test_workbooks_and_other_headings_are_read_and_hostile_ones_refused(desk):
    assert desk.bring("works", b"PK\x03\x04 broken", "w.xlsx").status_code == 422
    assert desk.bring("works", b"", "w.csv").status_code == 422
    assert desk.bring("nothing", WORKS).status_code == 422
    answer = desk.bring("holders", "Who,What\nAna,artist\n")
    row = desk.row(answer["Location"].split("/")[2])
    assert row.mapping == {}
    twice = desk.browser.post(f"/tables/{row.pk}/map/", {"name": "Who", "kind": "Who"})
    assert twice.status_code == 422
    desk.browser.post(f"/tables/{row.pk}/map/", {"name": "Who", "kind": "What"})
    assert figures(desk.worked(row)) == (1, 0, 0, 0)


def test_who_may_not_edit_works_cannot_bring_them(desk, org):
    row = desk.checked("works", WORKS)
    analyst = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    assert analyst.get(f"/tables/{row.pk}/").status_code == 403
    assert analyst.post(f"/tables/{row.pk}/take/").status_code == 403
    assert analyst.get("/tables/standing/?of=works").status_code == 404
    assert "Works" not in text(analyst.get("/tables/new/")).split("What the table holds")[1]


def test_the_list_costs_as_many_queries_for_many_tables_as_for_one(desk):
    def cost():
        desk.browser.get("/tables/")
        with CaptureQueriesContext(connection) as counted:
            assert desk.browser.get("/tables/").status_code == 200
        return len(counted)

    desk.checked("holders", HOLDERS)
    one = cost()
    for name in ("A", "B", "C"):
        desk.checked("holders", f"kind,name\nartist,{name}\n")
    assert cost() == one


@pytest.mark.parametrize(
    ("target", "content", "address", "narrowed"),
    [
        ("works", WORKS, "/works/", "kind=recording"),
        ("holders", HOLDERS, "/holders/", "country=se"),
        ("rates", RATES, "/territories/rates/own/", "place=se"),
    ],
)
def test_a_lists_file_comes_back_unchanged_and_with_what_changed(
    desk, target, content, address, narrowed
):
    desk.taken(target, content)
    every = desk.browser.get(f"{address}?as=csv").content
    assert figures(desk.checked(target, every))[:2] == (0, 0)
    assert figures(desk.checked(target, every))[3] == 0
    answer = desk.browser.get(f"{address}?{narrowed}&as=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1
    name = {"works": "title", "holders": "name", "rates": "source"}[target]
    rows[0][name] = "Another Name"
    row = desk.checked(target, as_csv(rows))
    assert figures(row) == (0, 1, 0, 0)
    assert "Another Name" in desk.see(row)


def test_own_rates_are_narrowed_to_the_table_that_brought_them(desk):
    first = desk.taken("rates", RATES)
    desk.taken("rates", RATES.replace("DE,", "FR,").replace("SE,", "NO,"))
    listed = desk.browser.get(f"/territories/rates/own/?batch={first.pk}&as=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(listed.lstrip("\ufeff"))))
    assert [row["territory"] for row in rows] == ["DE", "SE"]


def test_the_codes_of_an_organisations_own_holders_are_nobody_elses(desk):
    row = desk.checked("holders", "code,kind,name\nHOUSE,label,Ours\n")
    assert figures(row) == (0, 0, 0, 1)


def test_the_first_rows_show_as_read_beside_what_the_file_has(desk):
    desk.taken("works", WORKS)
    content = "Code,Kind,Name of it\nr1, RECORDING ,Blue  Hour\nN1,opera,New\nN2,film,Night Boat\n"
    answer = desk.bring("works", content)
    page = answer["Location"]
    shown = text(desk.browser.get(page))
    assert "As they are read" in shown
    assert "2 Same R1 recording" in shown
    assert "4 New N2 film" in shown or "needs its title" in shown
    assert "'opera' is none of" in shown
    mapping = {"code": "Code", "kind": "Kind", "title": "Name of it"}
    looked = text(desk.browser.post(page, {**mapping, "look": "1"}))
    assert "2 Same R1 recording Blue Hour" in looked
    assert "4 New N2 film Night Boat" in looked
    row = desk.row(page.split("/")[2])
    assert (row.job_id, "title" in row.mapping) == (None, False)


@pytest.mark.parametrize("target", ["claims", "rates", "holders"])
def test_every_kind_of_table_shows_its_first_rows_as_read(desk, target):
    content = {
        "claims": "work,right_type,holder,share\nW-1,performance,ANA,1/2\n",
        "rates": "territory,right_type,kind,value,basis,source\nDE,mechanical,percent,9,ppd,Ours\n",
        "holders": HOLDERS,
    }[target]
    row = desk.bring(target, content)
    if row.status_code == 302:
        assert "As they are read" in text(desk.browser.get(row["Location"]))
    else:
        assert row.status_code in (403, 422)


def test_one_value_is_settled_for_all_its_rows_and_taken_back(desk):
    content = "Code,Kind,Title\nN1,opera,One\nN2, Opera ,Two\nN3,,Three\nN4,film,Four\n"
    row = desk.checked("works", content)
    assert figures(row) == (1, 0, 0, 3)
    shown = desk.see(row)
    assert "2 rows: Kind “opera” means" in shown
    assert "1 row: Kind empty means" in shown
    sent = {"column": "Kind", "value": "opera", "meaning": "Film"}
    assert desk.browser.post(f"/tables/{row.pk}/settle/", sent).status_code == 302
    assert figures(desk.worked(row)) == (3, 0, 0, 1)
    desk.browser.post(f"/tables/{row.pk}/settle/", {**sent, "value": "", "meaning": "book"})
    assert figures(desk.worked(row)) == (4, 0, 0, 0)
    assert "Kind “opera” means “Film”" in desk.see(row)
    desk.browser.post(f"/tables/{row.pk}/settle/", {**sent, "meaning": ""})
    assert figures(desk.worked(row)) == (2, 0, 0, 2)
    strange = {**sent, "column": "Nowhere"}
    told = desk.browser.post(f"/tables/{row.pk}/settle/", strange, follow=True)
    assert "No field is read from a column" in text(told)
    desk.browser.post(f"/tables/{row.pk}/take/")
    assert desk.worked(row).state == "taken"
    with tenant_atomic(desk.org.id):
        assert set(Work.objects.values_list("code", "kind")) == {("N3", "book"), ("N4", "film")}


def test_what_is_wrong_with_the_first_rows_shows_while_the_others_are_checked(desk, tmp_path):
    rows = "".join(f"N{n},{'opera' if n == 3 else 'film'},Film {n}\n" for n in range(1_500))
    content = f"Code,Kind,Title\n{rows}"
    row = desk.row(desk.bring("works", content)["Location"].split("/")[2])
    desk.browser.post(f"/tables/{row.pk}/map/", row.mapping)
    (tmp_path / "works.csv").write_text(content)
    found = read_plain_table(tmp_path / "works.csv", folder=tmp_path)
    with tenant_atomic(desk.org.id):
        tables.tell_first(desk.row(row.pk), Path(found.rows))
    shown = desk.see(row)  # its job waits
    assert "The first findings" in shown
    assert "'opera' is none of" in shown
    assert figures(desk.worked(row)) == (1_499, 0, 0, 1)


def test_a_table_goes_up_in_pieces_and_goes_on_where_it_was(desk):
    content = WORKS.encode()
    about = {"name": "works.csv", "size": len(content), "head": sha256(content).hexdigest()}
    told = desk.browser.post("/tables/uploads/", about).json()
    assert desk.browser.post("/tables/uploads/", about).json()["id"] == told["id"]
    address = f"/tables/uploads/{told['id']}/"
    headers = {"Upload-Offset": "0", "Upload-Sha256": sha256(content).hexdigest()}
    piece = {"content_type": "application/octet-stream", "headers": headers}
    assert desk.browser.post(address, content, **piece).json()["offset"] == len(content)
    answer = desk.browser.post("/tables/new/", {"target": "works", "upload": told["id"]})
    assert answer.status_code == 302, text(answer)
    row = desk.row(answer["Location"].split("/")[2])
    assert (row.file_name, row.detection["count"]) == ("works.csv", 3)
    assert desk.browser.get(address).status_code == 404
    gone = desk.browser.post("/tables/new/", {"target": "works", "upload": told["id"]})
    assert gone.status_code in (404, 422)
