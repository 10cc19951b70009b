"""Key-encryption keys in files, and values sealed to their key and context."""

import pytest

from foundation.keys.providers import FileKeys, KeyUnavailable
from foundation.keys.sealing import NotReadable, seal, unseal

DATA_KEY = bytes(range(32))


def test_a_value_opens_only_with_its_key_and_context():
    sealed = seal(DATA_KEY, b"IBAN", context="account:1")
    assert unseal(DATA_KEY, sealed, context="account:1") == b"IBAN"
    for key, context in ((DATA_KEY, "account:2"), (bytes(32), "account:1")):
        with pytest.raises(NotReadable):
            unseal(key, sealed, context=context)


def test_any_changed_byte_is_refused():
    sealed = seal(DATA_KEY, b"IBAN", context="c")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(NotReadable):
            unseal(DATA_KEY, bytes(changed), context="c")


def test_keys_are_files_for_their_owner_alone(tmp_path):
    keys = FileKeys(tmp_path / "keys")
    key_id, wrapped = keys.wrap(DATA_KEY, context="s")
    (path,) = list((tmp_path / "keys").iterdir())
    assert (path.stem, path.stat().st_mode & 0o777) == (key_id, 0o600)
    path.chmod(0o640)
    with pytest.raises(KeyUnavailable):
        keys.unwrap(key_id, wrapped, context="s")


def test_a_rotated_key_still_reads_until_it_is_retired(tmp_path):
    keys = FileKeys(tmp_path)
    old, wrapped = keys.wrap(DATA_KEY, context="s")
    new = keys.rotate()
    assert keys.unwrap(old, wrapped, context="s") == DATA_KEY
    rewrapped_under, rewrapped = keys.wrap(DATA_KEY, context="s")
    assert rewrapped_under == new
    keys.retire(old)
    assert keys.unwrap(new, rewrapped, context="s") == DATA_KEY
    with pytest.raises(KeyUnavailable):
        keys.unwrap(old, wrapped, context="s")


def test_the_key_in_use_cannot_be_retired(tmp_path):
    keys = FileKeys(tmp_path)
    with pytest.raises(KeyUnavailable):
        keys.retire(keys.current())
