"""Large files in pieces: begun, gone on with, held to hashes, sizes and the quota, forgotten."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import timezone

from accounts import permissions
from foundation.tenancy import tenant_atomic
from integrations.models import Upload, UploadPiece
from integrations.services import uploads
from integrations.tasks import forget_uploads
from tests import factories
from tests.integrations.test_wizard import HEAD, Desk

pytestmark = pytest.mark.django_db
CONTENT = (
    HEAD + "".join(f"Song {n},Kestrel,SE,2026-01,{n}.25,EUR\n" for n in range(1, 90_001))
).encode()
PIECES = [CONTENT[at : at + uploads.PIECE] for at in range(0, len(CONTENT), uploads.PIECE)]


@pytest.fixture
def desk(org, settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    return Desk(org)


def begin(browser, content=CONTENT, name="large.csv", **changed):
    head = sha256(content[: uploads.PIECE]).hexdigest()
    return browser.post(
        "/imports/uploads/", {"name": name, "size": len(content), "head": head, **changed}
    )


def send(browser, pk, offset, piece, digest=""):
    return browser.post(
        f"/imports/uploads/{pk}/",
        piece,
        content_type="application/octet-stream",
        headers={
            "Upload-Offset": str(offset),
            "Upload-Sha256": digest or sha256(piece).hexdigest(),
        },
    )


def test_a_file_goes_up_in_pieces_and_on_after_a_reload(desk):
    browser = desk.browser
    told = begin(browser)
    assert told.status_code == 201
    pk = told.json()["id"]
    assert send(browser, pk, 0, PIECES[0]).json()["offset"] == uploads.PIECE
    again = begin(browser)
    assert (again.status_code, again.json()["id"]) == (200, pk)
    offset = again.json()["offset"]
    assert send(browser, pk, 0, PIECES[0]).json()["offset"] == offset  # sent twice, kept once
    unfinished = browser.post("/imports/new/", {"upload": pk})
    assert unfinished.status_code == 409
    for piece in PIECES[1:]:
        offset = send(browser, pk, offset, piece).json()["offset"]
    answer = browser.post("/imports/new/", {"upload": pk})
    row = desk.row(answer["Location"].split("/")[2])
    assert (row.sha256, row.file_name) == (sha256(CONTENT).hexdigest(), "large.csv")
    with tenant_atomic(desk.org.id):
        assert not Upload.objects.exists()
        assert not UploadPiece.objects.exists()


def test_a_piece_must_be_what_it_says_and_where_it_belongs(desk):
    pk = begin(desk.browser).json()["id"]
    assert send(desk.browser, pk, 0, PIECES[0], digest="0" * 64).status_code == 422
    wrong = send(desk.browser, pk, 7, PIECES[1])
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 0)
    assert send(desk.browser, pk, 0, PIECES[0] + b"x").status_code == 413
    assert send(desk.browser, pk, "x", PIECES[0]).status_code == 422
    small = begin(desk.browser, b"tiny", "tiny.csv").json()["id"]
    assert send(desk.browser, small, 0, b"more than tiny").status_code == 409
    assert desk.browser.get(f"/imports/uploads/{pk}/").json()["offset"] == 0


def test_nobody_else_sees_ones_upload(desk, org):
    pk = begin(desk.browser).json()["id"]
    other = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    assert other.get(f"/imports/uploads/{pk}/").status_code == 404
    assert send(other, pk, 0, PIECES[0]).status_code == 404
    assert other.post("/imports/new/", {"upload": pk}).status_code == 404
    assert begin(other).json()["id"] != pk


def test_sizes_and_the_quota_are_kept(desk, monkeypatch):
    assert begin(desk.browser, size=3 << 30).status_code == 413
    for size in ("0", "-1", "x", "", "9" * 30):
        assert begin(desk.browser, size=size).status_code in (413, 422)
    monkeypatch.setattr(uploads, "AT_ONCE", 2)
    first = begin(desk.browser, name="1.csv").json()["id"]
    assert begin(desk.browser, name="2.csv").status_code == 201
    full = begin(desk.browser, name="3.csv")
    assert (full.status_code, full.json()["code"]) == (409, "upload_quota_used")
    assert desk.browser.delete(f"/imports/uploads/{first}/").status_code == 204
    assert begin(desk.browser, name="3.csv").status_code == 201


def test_what_is_left_alone_is_given_up(desk):
    pk = begin(desk.browser).json()["id"]
    send(desk.browser, pk, 0, PIECES[0])
    assert forget_uploads() == 0
    with tenant_atomic(desk.org.id):
        Upload.objects.update(begun_at=timezone.now() - timedelta(days=3))
    assert forget_uploads() == 1
    with tenant_atomic(desk.org.id):
        assert not UploadPiece.objects.exists()
