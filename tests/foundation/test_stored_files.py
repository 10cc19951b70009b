"""Files are kept once by content, sealed on disk, and gone when their key is."""

import io
import os
from datetime import date

import pytest
from django.utils import timezone

from foundation import storage
from foundation.keys.sealing import NotReadable
from foundation.models import StoredFile
from foundation.storage.sealed import CHUNK
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def own_directories(settings, tmp_path):
    settings.FILE_DIR, settings.KEY_DIR = tmp_path / "files", tmp_path / "keys"


def put(content, **options):
    """Store ``content`` under a dull name."""
    return storage.put(content, name="sales.csv", media_type="text/csv", **options)


def sealed_files(settings):
    """Return the paths of everything on disk."""
    return [path for path in settings.FILE_DIR.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_put_comes_back(in_org, size):
    content = os.urandom(size)
    stored = put(io.BytesIO(content))
    assert stored.size == size
    with storage.open(stored) as file:
        assert file.read() == content


def test_the_disk_never_holds_the_plain_bytes(in_org, settings):
    put(b"IBAN DE89 3704 0044 0532 0130 00")
    (path,) = sealed_files(settings)
    assert b"IBAN" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert "sales" not in str(path.relative_to(settings.FILE_DIR))


def test_the_same_content_is_kept_once_for_the_longer_time(in_org, settings):
    first = put(b"same", retain_until=date(2026, 12, 31))
    assert put(b"same", retain_until=date(2027, 6, 30)).id == first.id
    assert put(b"same", retain_until=date(2026, 1, 1)).retain_until == date(2027, 6, 30)
    assert put(b"same").retain_until is None
    assert len(sealed_files(settings)) == 1


def test_another_organisation_with_the_same_content_has_its_own_file(org, other_org, settings):
    for each in (org, other_org):
        with tenant_atomic(each.id):
            put(b"same")
            assert StoredFile.objects.count() == 1
    first, second = sealed_files(settings)
    assert first.read_bytes() != second.read_bytes()


@pytest.mark.parametrize("harm", ["change", "cut", "swap"])
def test_harm_to_the_stored_bytes_is_seen(in_org, settings, harm):
    stored = put(os.urandom(3 * CHUNK))
    (path,) = sealed_files(settings)
    sealed, step = path.read_bytes(), CHUNK + 29
    path.write_bytes(
        {
            "change": sealed[:500] + bytes([sealed[500] ^ 1]) + sealed[501:],
            "cut": sealed[: 2 * step],
            "swap": sealed[step : 2 * step] + sealed[:step] + sealed[2 * step :],
        }[harm]
    )
    with pytest.raises(NotReadable), storage.open(stored) as file:
        file.read()


def test_a_destroyed_file_cannot_be_opened_and_its_content_may_come_again(in_org):
    stored = put(b"gone")
    storage.destroy(file_id=stored.id, at=NOW)
    stored.refresh_from_db()
    with pytest.raises(storage.FileDestroyed):
        storage.open(stored)
    assert put(b"gone").id != stored.id


def test_files_are_destroyed_when_their_time_is_over(org):
    with tenant_atomic(org.id):
        old = put(b"old", retain_until=date(2020, 1, 1))
        put(b"kept", retain_until=date(2999, 1, 1))
    assert storage.destroy_expired(at=NOW) == 1
    with tenant_atomic(org.id):
        old.refresh_from_db()
        assert old.destroyed_at == NOW
