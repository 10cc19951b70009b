"""Large files by the API: in parts, gone on with after a break, held to hashes, then taken."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from foundation.tenancy import tenant_atomic
from integrations.models import Import, Upload
from integrations.services import uploads
from integrations.tasks import forget_uploads
from tests.api.conftest import Program
from tests.integrations.test_uploads import CONTENT, PIECES

pytestmark = pytest.mark.django_db
NEW = {"name": "large.csv", "size": len(CONTENT), "sha256": sha256(CONTENT).hexdigest()}


@pytest.fixture(autouse=True)
def _kept_apart(settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


def send(program, address, offset, part, **headers):
    """Send one part."""
    given = {
        "Authorization": f"Bearer {program.token}",
        "Upload-Offset": str(offset),
        "Upload-Sha256": sha256(part).hexdigest(),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    given = {name: value for name, value in given.items() if value is not None}
    return Client().patch(address, part, "application/octet-stream", headers=given)


def test_a_large_file_goes_up_in_parts_and_is_a_sales_file(program, org):
    begun = program.post("uploads", NEW)
    assert (begun.status_code, begun.json()["offset"]) == (201, 0)
    address = begun["Location"]
    offset = send(program, address, 0, PIECES[0]).json()["offset"]
    assert offset == uploads.PIECE == begun.json()["part"]
    again = program.post("uploads", NEW)  # the program began anew after a break
    assert (again.status_code, again["Location"], again.json()["offset"]) == (200, address, offset)
    assert send(program, address, 0, PIECES[0]).json()["offset"] == offset  # its answer got lost
    early = program.post(f"{address}/finish", {})
    assert (early.status_code, early.json()["code"]) == (409, "upload_wrong_place")
    assert early.json()["offset"] == offset
    for part in PIECES[1:]:
        told = send(program, address, offset, part).json()
        offset = told["offset"]
    assert told["whole"] is True
    key = str(uuid4())
    taken = program.post(f"{address}/finish", {"period": "2026-Q1"}, Idempotency_Key=key)
    assert taken.status_code == 201
    assert (taken.json()["sha256"], taken.json()["period"]) == (NEW["sha256"], "2026-Q1")
    assert program.get(taken["Location"]).status_code == 200
    assert program.get(address).status_code == 404
    repeated = program.post(f"{address}/finish", {"period": "2026-Q1"}, Idempotency_Key=key)
    assert repeated.content == taken.content
    with tenant_atomic(org.id):
        assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "headers", "status", "code"),
    [
        (PIECES[0], {"Upload_Sha256": "0" * 64}, 422, "upload_broken_piece"),
        (PIECES[0], {"Upload_Offset": "7"}, 409, "upload_wrong_place"),
        (PIECES[0] + b"x", {}, 413, "too_large"),
        (PIECES[0], {"Upload_Offset": None}, 422, "invalid_request"),
        (PIECES[0], {"Upload_Offset": "-1"}, 422, "invalid_request"),
        (PIECES[0], {"Upload_Offset": "9" * 30}, 422, "invalid_request"),
        (PIECES[0], {"Upload_Sha256": "g" * 64}, 422, "invalid_request"),
        (PIECES[0], {"Upload_Sha256": None}, 422, "invalid_request"),
    ],
)
def test_a_part_is_what_it_says_and_where_it_belongs(program, org, part, headers, status, code):
    address = program.post("uploads", NEW)["Location"]
    answer = send(program, address, 0, part, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert program.get(address).json()["offset"] == 0


def test_a_part_beyond_the_size_is_refused(program):
    address = program.post("uploads", {**NEW, "size": 4})["Location"]
    assert send(program, address, 0, b"five!").status_code == 409


@pytest.mark.parametrize("size", [0, -1, 3 << 30])
def test_no_upload_is_begun_of_an_impossible_size(program, size):
    answer = program.post("uploads", {**NEW, "size": size})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "/size")


def test_a_whole_that_is_another_file_than_it_was_said_is_not_taken(program, org):
    address = program.post("uploads", {**NEW, "size": 4, "sha256": "1" * 64})["Location"]
    send(program, address, 0, b"a,b\n")
    answer = program.post(f"{address}/finish", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "upload_broken_piece")
    assert sha256(b"a,b\n").hexdigest() in answer.json()["detail"]
    with tenant_atomic(org.id):
        assert not Import.objects.exists()


def test_uploads_are_ones_own_and_can_be_given_up(program, org, other_org):
    address = program.post("uploads", NEW)["Location"]
    assert [each["name"] for each in program.get("uploads").json()["items"]] == ["large.csv"]
    for stranger in (Program(org), Program(other_org)):
        assert stranger.get("uploads").json()["items"] == []
        assert stranger.get(address).status_code == 404
        assert send(stranger, address, 0, PIECES[0]).status_code == 404
        assert stranger.post(f"{address}/finish", {}).status_code == 404
        assert stranger.ask("DELETE", address).status_code == 404
    assert program.ask("DELETE", address).status_code == 204
    assert program.get(address).status_code == 404


def test_what_isn_t_finished_within_two_days_is_given_up(program, org):
    told = program.post("uploads", NEW)
    begun = told.json()
    assert begun["expires_at"] > begun["begun_at"]
    with tenant_atomic(org.id):
        Upload.objects.update(begun_at=timezone.now() - timedelta(days=2))
    assert forget_uploads() == 1
    answer = program.get(told["Location"])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_upload")
