"""Keys per subject: what is sealed opens for its organisation and place until it is erased."""

import json
import shutil
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from audit.models import Event
from audit.services.keys import KeysKept
from foundation import keys, storage
from foundation.keys import rotation
from foundation.keys.providers import FileKeys, KeyUnavailable
from foundation.keys.sealing import NotReadable
from foundation.keys.subjects import wrapping_context
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
        copied = SubjectKey(subject_id=ANNA, key_id=key.key_id, wrapped_key=key.wrapped_key)
        copied.save()
        with pytest.raises(KeyUnavailable):  # wrapped by a key that is the first one's alone
            keys.decrypt(ANNA, sealed, context="account/1")
        shared = FileKeys(settings.KEY_DIR)
        place = wrapping_context(org.id, ANNA)
        copied.key_id, copied.wrapped_key = shared.wrap(bytes(32), context=place)
        copied.save()
        with pytest.raises(NotReadable):  # and bound to it, by whatever key
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


@pytest.fixture
def kept(org, other_org):
    """What two organisations have sealed: by organisation, a value for Anna and a file."""
    found = {}
    for tenant in (org, other_org):
        with tenant_atomic(tenant.id):
            file = storage.put(b"statement", name="s.csv", media_type="text/csv", at=NOW)
            found[tenant.id] = (keys.encrypt(ANNA, b"IBAN", context="a"), file)
            keys.destroy(UUID(int=9), at=NOW)
    return found


def reads(org_id, sealed, file):
    """Return what an organisation reads of what it sealed."""
    with tenant_atomic(org_id):
        file.refresh_from_db()
        with storage.open(file) as opened:
            return keys.decrypt(ANNA, sealed, context="a"), opened.read()


def told(capsys, *command):
    """Return what a command answers."""
    call_command(*command)
    return json.loads(capsys.readouterr().out)


def codes(org_id):
    """Return the codes of an organisation's events about keys."""
    with tenant_atomic(org_id):
        found = Event.objects.filter(code__startswith="audit.keys.").order_by("id")
        return list(found.values_list("code", flat=True))


def test_rotation_rewraps_keys_of_people_and_files_and_the_old_ones_may_go(kept, capsys):
    old = {org_id: rotation.organisation_keys(org_id).own.current() for org_id in kept}
    assert len(set(old.values())) == 2
    answer = told(capsys, "rotate_keys")
    assert (answer["rewrapped"], answer["retired"]) == (4, [])
    assert sorted(told(capsys, "rotate_keys", "--retire")["retired"]) == sorted(old.values())
    for org_id, (sealed, file) in kept.items():
        own = rotation.organisation_keys(org_id)
        assert own.own.all() == [own.own.current()] != [old[org_id]]
        with pytest.raises(KeyUnavailable):
            own.unwrap(old[org_id], bytes(64), context="a")
        assert reads(org_id, sealed, file) == (b"IBAN", b"statement")
        assert codes(org_id) == [
            f"audit.keys.{deed}" for deed in ("rotated", "rewrapped", "retired")
        ]


def test_a_key_that_still_wraps_something_is_not_retired(org):
    with tenant_atomic(org.id):
        keys.encrypt(ANNA, b"IBAN", context="a")
    own = rotation.organisation_keys(org.id).own
    assert rotation.still_under(org.id, own.current()) == 1
    own.rotate()
    assert rotation.retire(org.id) == []


def shared_before(org_id):
    """Wrap what an organisation has under the key that all shared, as before it had its own."""
    shared = FileKeys(settings.KEY_DIR)
    own = rotation.organisation_keys(org_id)
    with tenant_atomic(org_id):
        for model, context in rotation.WRAPPED:
            for row in model._default_manager.filter(destroyed_at=None):
                key = own.unwrap(row.key_id, bytes(row.wrapped_key), context=context(row))
                row.key_id, row.wrapped_key = shared.wrap(key, context=context(row))
                row.save()
    for key_id in own.own.all():
        (own.own.directory / f"{key_id}.key").unlink()


def test_keys_of_the_time_when_all_shared_one_are_read_and_rewrapped(kept, capsys, monkeypatch):
    for org_id, (sealed, file) in kept.items():
        shared_before(org_id)
        assert reads(org_id, sealed, file) == (b"IBAN", b"statement")
    first, second = kept
    with monkeypatch.context() as stopped:  # half way
        stopped.setattr(rotation, "WRAPPED", rotation.WRAPPED[:1])
        assert told(capsys, "rewrap_keys")["organisations"] == {str(first): 1, str(second): 1}
    assert rotation.retire_shared(list(kept)) == []  # files are still under it
    assert told(capsys, "rewrap_keys")["rewrapped"] == 2
    assert told(capsys, "rewrap_keys")["rewrapped"] == 0
    assert told(capsys, "rotate_keys", "--retire")["retired"] == ["kek-000001"]
    for org_id, (sealed, file) in kept.items():
        assert reads(org_id, sealed, file) == (b"IBAN", b"statement")
        assert codes(org_id) == ["audit.keys.rewrapped"] * 2


def test_without_its_key_an_organisations_data_is_unreadable_and_nobody_elses(kept, capsys):
    first, second = kept
    slug = Organisation.objects.get(pk=first).slug
    with pytest.raises(CommandError, match="Nothing was destroyed"):
        call_command("destroy_keys", org=slug, confirm="other")
    assert reads(first, *kept[first]) == (b"IBAN", b"statement")
    assert told(capsys, "destroy_keys", "--org", slug, "--confirm", slug)["destroyed"] == 1
    sealed, file = kept[first]
    for attempt in (
        lambda: keys.decrypt(ANNA, sealed, context="a"),
        lambda: storage.open(file),
        lambda: keys.encrypt(UUID(int=5), b"new", context="a"),
    ):
        with tenant_atomic(first), pytest.raises(KeyUnavailable):
            attempt()
    assert reads(second, *kept[second]) == (b"IBAN", b"statement")
    assert codes(first) == ["audit.keys.destroyed"]
    assert told(capsys, "rotate_keys")["rewrapped"] == 2  # the other organisation's
    with pytest.raises(KeysKept):
        call_command("destroy_keys", org=slug, confirm=slug)


def test_a_lost_key_is_missed_and_never_taken_for_a_new_one(kept):
    first = next(iter(kept))
    own = rotation.organisation_keys(first).own
    shutil.rmtree(own.directory)
    with tenant_atomic(first):
        keys.encrypt(UUID(int=5), b"new", context="a")  # a new key, of another name
        with pytest.raises(KeyUnavailable, match="Restore it"):
            keys.decrypt(ANNA, kept[first][0], context="a")
