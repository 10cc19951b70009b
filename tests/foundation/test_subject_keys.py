"""Keys per subject: what is sealed opens for its organisation and place until it is erased."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command

from foundation import keys, storage
from foundation.keys import rotation
from foundation.keys.providers import KeyUnavailable
from foundation.keys.sealing import NotReadable
from foundation.models.keys import SubjectKey
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = UUID(int=1)


@pytest.fixture(autouse=True)
def own_key_directory(settings, tmp_path):
    """Keep each test's wrapping keys apart."""
    settings.KEY_DIR = tmp_path / "keys"
    settings.FILE_DIR = tmp_path / "files"


def test_what_is_sealed_for_a_person_opens_in_its_place_alone(in_org):
    sealed = keys.encrypt(ANNA, b"IBAN", context="account/1")
    assert b"IBAN" not in sealed
    assert keys.decrypt(ANNA, sealed, context="account/1") == b"IBAN"
    with pytest.raises(NotReadable):
        keys.decrypt(ANNA, sealed, context="account/2")
    with pytest.raises(keys.UnknownSubject):
        keys.decrypt(uuid4(), sealed, context="account/1")
    assert SubjectKey.objects.count() == 1


def test_another_organisation_has_other_keys_for_the_same_person(org, other_org):
    with tenant_atomic(org.id):
        sealed = keys.encrypt(ANNA, b"IBAN", context="account/1")
    with tenant_atomic(other_org.id):
        keys.encrypt(ANNA, b"other", context="account/1")
        with pytest.raises(NotReadable):
            keys.decrypt(ANNA, sealed, context="account/1")
    with pytest.raises(keys.NoOrganisation):
        keys.decrypt(ANNA, sealed, context="account/1")


def test_a_wrapped_key_copied_to_another_organisation_opens_nothing(org, other_org):
    with tenant_atomic(org.id):
        sealed = keys.encrypt(ANNA, b"IBAN", context="account/1")
        key = SubjectKey.objects.get()
    with tenant_atomic(other_org.id):
        SubjectKey(subject_id=ANNA, key_id=key.key_id, wrapped_key=key.wrapped_key).save()
        with pytest.raises(NotReadable):
            keys.decrypt(ANNA, sealed, context="account/1")


def test_an_erased_person_is_gone_for_good_and_leaves_a_tombstone(in_org):
    sealed = keys.encrypt(ANNA, b"IBAN", context="account/1")
    other = keys.encrypt(UUID(int=2), b"kept", context="account/1")
    assert keys.destroy(ANNA, at=NOW)
    assert not keys.destroy(ANNA, at=NOW)
    tombstone = SubjectKey.objects.get(subject_id=ANNA)
    assert (tombstone.wrapped_key, tombstone.destroyed_at) == (None, NOW)
    for attempt in (
        lambda: keys.decrypt(ANNA, sealed, context="account/1"),
        lambda: keys.encrypt(ANNA, b"again", context="account/1"),
    ):
        with pytest.raises(keys.SubjectErased):
            attempt()
    assert keys.decrypt(UUID(int=2), other, context="account/1") == b"kept"


def test_a_person_without_a_key_is_erased_too(in_org):
    assert not keys.destroy(ANNA, at=NOW)
    with pytest.raises(keys.SubjectErased):
        keys.encrypt(ANNA, b"late", context="c")


def test_rotation_rewraps_keys_of_people_and_files_and_the_old_key_may_go(org, other_org, capsys):
    kept = {}
    for tenant in (org, other_org):
        with tenant_atomic(tenant.id):
            file = storage.put(b"statement", name="s.csv", media_type="text/csv", at=NOW)
            kept[tenant.id] = (keys.encrypt(ANNA, b"IBAN", context="a"), file)
            keys.destroy(UUID(int=9), at=NOW)
    old = rotation.file_keys().current()
    call_command("rotate_keys")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rewrapped"], answer["retired"]) == (4, [])
    assert answer["current"] > old
    call_command("rotate_keys", "--retire")
    assert json.loads(capsys.readouterr().out)["retired"] == [old]
    with pytest.raises(KeyUnavailable):
        rotation.file_keys().unwrap(old, bytes(64), context="a")
    for org_id, (sealed, file) in kept.items():
        with tenant_atomic(org_id):
            assert keys.decrypt(ANNA, sealed, context="a") == b"IBAN"
            file.refresh_from_db()
            assert storage.open(file).read() == b"statement"


def test_a_key_that_still_wraps_something_is_not_retired(org):
    with tenant_atomic(org.id):
        keys.encrypt(ANNA, b"IBAN", context="a")
        assert rotation.still_under(org.id, rotation.file_keys().current()) == 1
