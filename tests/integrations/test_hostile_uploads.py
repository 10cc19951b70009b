"""What strangers upload in the browser: read right or refused in words, and the server lives on."""

import gzip
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.models import StoredFile
from foundation.tenancy import tenant_atomic
from integrations.models import Import
from tests.integrations import test_hostile_workbooks as books
from tests.integrations.test_wizard import HEAD, Desk
from tests.royalties.test_statement_pages import text

pytestmark = pytest.mark.django_db
ROW = "A,Kestrel,SE,2026-01,10.00,EUR\n"


@pytest.fixture
def desk(org, settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    return Desk(org)


def nothing_came(desk):
    with tenant_atomic(desk.org.id):
        return not Import.objects.exists() and not StoredFile.objects.exists()


TEXTS = {
    "a line without an end": HEAD.encode() + b"\0" * (3 << 20) + b"\n",
    "a million columns": b"a," * 1_000_000 + b"\n1,2\n",
    "an endless quote": (HEAD + '"never closed,' + ROW * 20_000).encode(),
    "Shift-JIS": (HEAD + "海の歌と山の歌,K,SE,2026-01,1.50,JPY\n" * 50).encode("shift-jis"),
    "broken UTF-8": b"\xef\xbb\xbf" + HEAD.encode() + b"\xff\xfe\xfd,1\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "a page": b"<html><script>alert(1)</script></html>",
    "an archive of an archive": gzip.compress(gzip.compress(HEAD.encode())),
    "a gzip bomb": gzip.compress(b"\0" * (64 << 20)),
}


@pytest.mark.parametrize("what", TEXTS)
def test_texts_that_are_no_table_are_refused_in_words(what, desk):
    answer = desk.upload(TEXTS[what], "odd.csv")
    assert answer.status_code == 422, what
    assert 'class="error"' in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert nothing_came(desk)


@pytest.mark.parametrize(
    "change",
    [
        books._bomb,
        books._far_corner,
        books._doctype,
        books._external,
        books._macros,
        books._upwards,
        books._sheets,
        books._members,
        books._no_workbook,
    ],
)
def test_workbooks_with_more_than_a_table_are_refused(change, desk, tmp_path):
    content = books.changed(tmp_path / "odd.xlsx", change).read_bytes()
    answer = desk.upload(content, "odd.xlsx")
    assert answer.status_code == 422
    assert nothing_came(desk)


def test_a_workbook_with_a_link_inside_is_refused(desk, tmp_path):
    path = books.plain(tmp_path / "link.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert desk.upload(path.read_bytes(), "link.xlsx").status_code == 422


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_each_encoding_is_read_right(encoding, desk):
    row = desk.checked((HEAD + "Größe,Ça,SE,2026-01,1.50,EUR\n" * 20).encode(encoding))
    assert row.counted()["accepted"] == 20
    assert "Größe" in desk.see(row, "map")


@pytest.mark.parametrize("cell", ["NaN", "1e999999", "1_000", "１２", "9" * 40, "1,5", "--1"])
def test_what_is_no_number_is_a_finding_of_its_cell(cell, desk):
    row = desk.checked(HEAD + f'A,K,SE,2026-01,"{cell}",EUR\n' + ROW)
    assert (row.counted()["accepted"], row.counted()["rejected"]) == (1, 1)
    assert "number unreadable" in desk.see(row, "correct")


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1", "=cmd|'/c calc'!A0"]


@pytest.mark.parametrize("title", FORMULAS)
def test_formulas_go_down_guarded_and_come_back_as_they_were(title, desk):
    quoted = title.replace('"', '""')
    row = desk.checked(HEAD + f'"{quoted}",K,Atlantis,2026-01,1.00,EUR\n')
    down = desk.browser.get(f"/imports/{row.pk}/errors/csv/")
    content = b"".join(down.streaming_content).decode("utf-8-sig")
    assert f"'{title.strip()}" in content or f"'{title}" in content
    better = SimpleUploadedFile("e.csv", content.replace("Atlantis", "SE").encode())
    answer = desk.browser.post(f"/imports/{row.pk}/corrections/", {"file": better})
    other = desk.worked(desk.row(answer["Location"].split("/")[2]))
    assert other.counted()["accepted"] == 1
    assert other.mapping["preview"][0]["title"] == title.strip()


@pytest.mark.parametrize(
    "name",
    [
        "../../up.csv",
        "/etc/passwd",
        "x" * 300 + ".csv",
        "a\r\nSet-Cookie: x=1.csv",
        "<b>.html",
        "é.csv",
    ],
)
def test_a_files_name_is_never_a_path_nor_a_header_nor_markup(name, desk, settings):
    answer = desk.upload(HEAD + ROW + "B,K,Atlantis,2026-01,1.00,EUR\n", name)
    assert answer.status_code == 302
    row = desk.row(answer["Location"].split("/")[2])
    assert "/" not in row.file_name
    assert len(row.file_name) <= 255
    kept = [path.name for path in settings.FILE_DIR.rglob("*") if path.is_file()]
    assert not [name for name in kept if "up" in name or "passwd" in name]
    assert "<b>.html" not in desk.browser.get(f"/imports/{row.pk}/").content.decode()
    desk.post(row, "map", on="1")
    desk.worked(row)
    down = desk.browser.get(f"/imports/{row.pk}/errors/csv/")
    assert down["Content-Disposition"].startswith("attachment;")
    assert "\n" not in down["Content-Disposition"]
    assert down["X-Content-Type-Options"] == "nosniff"


def test_markup_in_cells_is_text_on_every_page(desk):
    canary = "<img src=x onerror=alert(1)>"
    row = desk.checked(HEAD + f"{canary},{canary},{canary},2026-01,{canary},EUR\n" + ROW)
    for step in ("", "look/", "map/", "progress/", "correct/", "review/", "take-back/"):
        page = desk.browser.get(f"/imports/{row.pk}/{step}")
        assert page.status_code == 200
        assert canary not in page.content.decode(), step
    assert canary in text(desk.browser.get(f"/imports/{row.pk}/look/"))
