"""The sequencer and the checkpoints: a number and a hash for each event, signed elsewhere."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from audit import actors, tasks
from audit.models import Checkpoint, Event
from audit.services import checkpoints, events, sealing
from foundation.keys.signing import signing_keys
from foundation.tenancy import tenant_atomic

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DEAL = ("royalties.deal", UUID(int=7))


def add(org, count: int = 1) -> None:
    """Record events in deeds of their own."""
    for number in range(count):
        with tenant_atomic(org.id):
            after = {"number": number}
            events.record("x.y.z", subject=DEAL, actor=actors.SYSTEM, at=NOW, after=after)


def numbers(org) -> list[int | None]:
    """Return the numbers of an organisation's events."""
    with tenant_atomic(org.id):
        return list(Event.objects.order_by("seq").values_list("seq", flat=True))


@pytest.mark.django_db
def test_each_organisation_counts_its_own_events(org, other_org):
    add(org, 3)
    add(other_org, 2)
    assert numbers(org) == [None, None, None]
    tasks.seal_events()
    add(org)
    assert (sealing.seal(org.id), sealing.seal(org.id)) == (1, 0)
    assert (numbers(org), numbers(other_org)) == ([1, 2, 3, 4], [1, 2])


@pytest.mark.django_db
def test_a_chain_is_sealed_batch_by_batch(org, monkeypatch):
    add(org, 5)
    assert sealing.seal_batch(org.id, 2) == 2
    monkeypatch.setattr(sealing, "BATCH", 2)
    assert sealing.seal(org.id) == 3
    assert numbers(org) == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_a_refused_lock_means_later(org, application_dsn):
    add(org)
    with psycopg.connect(application_dsn) as other:
        name = f"audit.chain/{org.id}"
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        assert sealing.seal(org.id) is None
        assert numbers(org) == [None]
    assert sealing.seal(org.id) == 1


@pytest.mark.django_db(transaction=True)
def test_four_writers_and_two_sequencers_make_one_chain_without_a_gap(org):
    troubles: list[BaseException] = []
    writing = threading.Event()
    writing.set()

    def run(work) -> None:
        try:
            work()
        except BaseException as error:
            troubles.append(error)
        finally:
            connection.close()

    def sequence() -> None:
        while writing.is_set():
            sealing.seal_batch(org.id, 7)

    writers = [threading.Thread(target=run, args=[lambda: add(org, 25)]) for _ in range(4)]
    sequencers = [threading.Thread(target=run, args=[sequence]) for _ in range(2)]
    for thread in writers + sequencers:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in sequencers:
        thread.join()
    sealing.seal(org.id)
    assert troubles == []
    assert numbers(org) == list(range(1, 101))


@pytest.mark.django_db
def test_a_checkpoint_is_made_when_the_chain_has_grown(org, other_org):
    place = checkpoints.second_place()
    assert checkpoints.checkpoint(org.id, at=NOW) is None
    add(org, 2)
    sealing.seal(org.id)
    made = checkpoints.checkpoint(org.id, at=NOW)
    assert (made.number, made.size) == (1, 2)
    assert checkpoints.checkpoint(org.id, at=NOW) is None
    add(org)
    tasks.seal_events()
    tasks.sign_checkpoints()
    assert [line["body"]["size"] for line in place.read(org.id)] == [2, 3]
    assert place.path(org.id).stat().st_mode & 0o777 == 0o600
    assert place.organisations() == {org.id}


@pytest.mark.django_db
def test_what_the_second_place_missed_is_brought_there(org):
    place = checkpoints.second_place()
    for _ in range(3):
        add(org)
        sealing.seal(org.id)
        checkpoints.checkpoint(org.id, at=NOW)
    whole = place.path(org.id).read_bytes()
    place.path(org.id).write_bytes(whole.splitlines(keepends=True)[0] + b'{"body": {"num')
    assert place.count(org.id) == 1
    assert checkpoints.checkpoint(org.id, at=NOW) is None
    assert place.path(org.id).read_bytes() == whole


@pytest.mark.django_db
def test_while_the_second_place_cannot_be_written_at_most_one_checkpoint_waits(org, settings):
    settings.CHECKPOINT_DIR.write_text("not a directory")
    for _ in range(3):
        add(org)
        sealing.seal(org.id)
        with pytest.raises(OSError, match="checkpoints"):
            checkpoints.checkpoint(org.id, at=NOW)
    with tenant_atomic(org.id):
        assert Checkpoint.objects.count() <= 1
    settings.CHECKPOINT_DIR.unlink()
    checkpoints.checkpoint(org.id, at=NOW)
    with tenant_atomic(org.id):
        assert Checkpoint.objects.order_by("-number").first().size == 3
    assert checkpoints.second_place().read(org.id)[-1]["body"]["size"] == 3


@pytest.mark.django_db
def test_nothing_is_signed_when_the_second_place_knows_more(org, superuser):
    add(org)
    sealing.seal(org.id)
    made = checkpoints.checkpoint(org.id, at=NOW)
    checkpoints.second_place().add(org.id, [{"body": {"number": 2}, "signature": ""}])
    add(org)
    sealing.seal(org.id)
    with pytest.raises(checkpoints.CheckpointsDiverge):
        checkpoints.checkpoint(org.id, at=NOW)
    with tenant_atomic(org.id):
        assert list(Checkpoint.objects.all()) == [made]


@pytest.mark.django_db
def test_a_rotated_signing_key_leaves_old_checkpoints_good(org, settings):
    keys = signing_keys()
    add(org)
    sealing.seal(org.id)
    checkpoints.checkpoint(org.id, at=NOW)
    (first,) = keys.public()
    call_command("rotate_keys", "--signing")
    assert keys.public()[0] == first
    assert len(keys.public()) == 2
    assert keys.current().public_key().public_bytes_raw() == keys.public()[1]
    add(org)
    sealing.seal(org.id)
    checkpoints.checkpoint(org.id, at=NOW)
    assert len(list((settings.KEY_DIR / "signing").glob("*.key"))) == 1
    call_command("verify_audit", "--org", org.slug)
