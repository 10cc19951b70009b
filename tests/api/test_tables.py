"""Tables by the API: sent, mapped, checked, taken, corrected, taken back, and out again."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.permissions import ANALYST
from catalog.models import Work
from foundation import jobs
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.matrix import World, workbench

pytestmark = pytest.mark.django_db
WORKS = b"Code,Kind,Name of it\nW-1,film,Low Tide\nW-2,opera,Blue Hour\n"
MAPPING = {"code": "Code", "kind": "Kind", "title": "Name of it"}
WHY = {"reason": "The wrong list"}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


def send(program, content, of="works"):
    """Send a table; return the answer."""
    form = {"of": of, "file": ContentFile(content, name=f"{of}.csv")}
    given = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": str(uuid4())}
    return Client().post("/api/v1/tables", form, headers=given)


def worked(org, answer):
    """Do the job that was asked for."""
    assert answer.status_code == 202, answer.content
    assert jobs.work(org.id, answer.json()["job"]) == "done"


def test_a_table_is_sent_mapped_checked_and_taken(org, program):
    sent = send(program, WORKS)
    assert sent.status_code == 201, sent.content
    address = sent["Location"].partition("/api/v1/")[2]
    assert sent.json()["headings"] == ["Code", "Kind", "Name of it"]
    assert "title" not in sent.json()["mapping"]
    for wrong in ({"title": "Nowhere"}, {"colour": "Kind"}):
        refused = program.post(f"{address}/map", {"mapping": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "no_such_column")
    worked(org, program.post(f"{address}/map", {"mapping": MAPPING}))
    found = program.get(address).json()
    assert [found[name] for name in ("state", "rows", "new", "wrong")] == ["checked", 2, 1, 1]
    assert found["causes"][0]["code"] == "choice_unknown"
    errors = program.get(f"{address}/errors").content.decode("utf-8-sig")
    assert "opera" in errors
    assert "Low Tide" not in errors
    worked(org, program.post(f"{address}/take", If_Match="*"))
    with tenant_atomic(org.id):
        assert Work.objects.get().title == "Low Tide"
    listed = program.get("tables?of=works&state=taken").json()["items"]
    assert [each["id"] for each in listed] == [found["id"]]
    again = program.post(f"{address}/take", If_Match="*")
    assert (again.status_code, again.json()["code"]) == (409, "import_not_at_that_step")
    back = program.post(f"{address}/reverse", WHY, If_Match=program.get(address)["ETag"])
    assert back.json()["state"] == "reversed"
    with tenant_atomic(org.id):
        assert Work.objects.get().status == "retired"


def test_what_is_there_goes_out_and_comes_back(org, program):
    first = worked_through(org, program, b"code,kind,name\nANA,artist,Ana Kestrel\n", "holders")
    assert (first["state"], first["new"], first["errors"]) == ("taken", 1, [])
    out = program.get("tables/standing?of=holders&format=csv").content.decode("utf-8-sig")
    for kind in ("csv", "xlsx"):
        assert program.get(f"tables/standing?of=holders&format={kind}").status_code == 200
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0]["name"] == "Ana Kestrel"
    rows[0]["name"] = "Ana K."
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    found = worked_through(org, program, text.getvalue().encode(), "holders")
    assert (found["new"], found["changed"]) == (0, 1)


def worked_through(org, program, content, of):
    """Send a table, check it and take it; return it."""
    address = send(program, content, of)["Location"].partition("/api/v1/")[2]
    worked(org, program.post(f"{address}/map", {}))
    worked(org, program.post(f"{address}/take", If_Match="*"))
    return program.get(address).json()


def test_signs_that_no_text_has_are_found_and_nothing_fails(org, program):
    sent = send(program, b"code,kind,title\0\nA\0,film,Low\0Tide\n\0,,\n")
    assert sent.status_code == 201, sent.content
    address = sent["Location"].partition("/api/v1/")[2]
    heading = sent.json()["headings"][2]
    mapping = {"code": "code", "kind": "kind", "title": heading}
    worked(org, program.post(f"{address}/map", {"mapping": mapping}))
    found = program.get(address).json()
    assert (found["new"], found["wrong"]) == (0, found["rows"])
    assert found["errors"][0]["code"] == "control_character"


def test_an_errors_file_of_sales_comes_in_both_kinds(org, other_org, program):
    with tenant_atomic(org.id):
        key = workbench.checked(
            World(org=org, other_org=other_org, people={ANALYST: factories.person(org, ANALYST)})
        ).pk
    for kind in ("csv", "xlsx"):
        assert program.get(f"sales-files/{key}/errors?format={kind}").status_code == 200
