"""Whoever owns the database can change it; verify_audit and the exported files tell."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections

from audit import actors
from audit.engine.verify_audit import GENESIS, canonical, link, sealed_hash
from audit.models import Event
from audit.selectors import chain, trail
from audit.services import checkpoints, events, sealing
from foundation import keys
from foundation.keys.signing import signing_keys
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PEOPLE = [UUID(int=number) for number in range(1, 4)]


@pytest.fixture
def trails(org, other_org):
    """Two organisations with six events each under two checkpoints, and one of them after."""
    for tenant in (org, other_org):
        for number in range(6):
            record(tenant, number)
            if number in (3, 5):
                sealing.seal(tenant.id)
                checkpoints.checkpoint(tenant.id, at=NOW)
    record(org, 6)
    sealing.seal(org.id)
    return org, other_org


def record(tenant, number: int) -> None:
    """Record one event about one of the people."""
    with tenant_atomic(tenant.id):
        events.record(
            "holders.holder.renamed",
            subject=("holders.holder", PEOPLE[number % 3]),
            actor=actors.SYSTEM,
            at=NOW,
            after={"name": f"Anna {number}"},
            facts=[("holders.named", {"number": number})],
        )


def verify(capsys) -> tuple[int, dict]:
    """Run verify_audit; return its exit code and its report."""
    capsys.readouterr()
    code = 0
    try:
        call_command("verify_audit", "--json")
    except SystemExit as ended:
        code = ended.code
    return code, json.loads(capsys.readouterr().out)


def stand_alone(org, tmp_path, capsys) -> tuple[int, dict]:
    """Export and run the exported verifier by itself; return its exit code and its report."""
    out = tmp_path / "export"
    call_command("export_audit", "--org", org.slug, "--out", str(out))
    capsys.readouterr()
    names = ["events.jsonl", "checkpoints.jsonl", "public_keys.txt"]
    done = subprocess.run(
        [sys.executable, "-I", "verify_audit.py", *names], cwd=out, capture_output=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def codes(report: dict, org) -> set[str]:
    """Return the codes of what was found in one organisation."""
    (found,) = [one for one in report["organisations"] if one["org"] == str(org.id)]
    return {finding["code"] for finding in found["findings"]}


def test_an_untouched_trail_is_intact(trails, tmp_path, capsys):
    org, other_org = trails
    code, report = verify(capsys)
    assert (code, report["ok"]) == (0, True)
    of_org = {one["org"]: one for one in report["organisations"]}
    assert (of_org[str(org.id)]["events"], of_org[str(org.id)]["checkpoint"]) == (7, 6)
    assert of_org[str(other_org.id)]["events"] == 6
    code, alone = stand_alone(org, tmp_path, capsys)
    assert (code, alone["events"], alone["head"]) == (0, 7, of_org[str(org.id)]["head"])


TAMPERINGS = {
    "edit": "UPDATE audit_event SET actor_name = 'x' WHERE seq = 2 AND org_id = %(org)s",
    "backdate": "UPDATE audit_event SET at = at - interval '1 day' "
    "WHERE seq = 2 AND org_id = %(org)s",
    "ciphertext": "UPDATE audit_event SET sealed = (SELECT sealed FROM audit_event "
    "WHERE seq = 3 AND org_id = %(org)s) WHERE seq = 2 AND org_id = %(org)s",
    "delete": "DELETE FROM audit_event WHERE seq = 2 AND org_id = %(org)s",
    "tail": "DELETE FROM audit_event WHERE seq >= 5 AND org_id = %(org)s",
    "everything": "DELETE FROM audit_event WHERE org_id = %(org)s",
    "unnumber": "UPDATE audit_event SET seq = NULL, hash = NULL "
    "WHERE seq >= 5 AND org_id = %(org)s",
    "reorder": "UPDATE audit_event SET seq = 5 - seq WHERE seq IN (2, 3) AND org_id = %(org)s",
    "hash": "UPDATE audit_event SET hash = sha256('x') WHERE seq = 2 AND org_id = %(org)s",
    "move": "UPDATE audit_event SET org_id = %(other)s WHERE seq = 2 AND org_id = %(org)s",
    "fact": "UPDATE audit_fact SET data = '{}' WHERE org_id = %(org)s",
    "fact gone": "DELETE FROM audit_fact WHERE org_id = %(org)s",
}


@pytest.mark.parametrize("tampering", sorted(TAMPERINGS))
def test_a_superusers_change_is_found(trails, superuser, tmp_path, capsys, tampering):
    org, other_org = trails
    superuser.execute("SET session_replication_role = replica")
    done = superuser.execute(TAMPERINGS[tampering], {"org": org.id, "other": other_org.id})
    assert done.rowcount > 0
    code, report = verify(capsys)
    assert (code, report["ok"]) == (1, False)
    assert codes(report, org)
    assert stand_alone(org, tmp_path, capsys)[0] == 1


def test_a_chain_built_anew_is_found(trails, superuser, tmp_path, capsys):
    org, _ = trails
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM audit_event WHERE seq = 1 AND org_id = %s", [org.id])
    with tenant_atomic(org.id):
        rows = list(Event.objects.sealed())
    head = GENESIS
    for seq, event in enumerate(rows, start=1):
        head = link(head, seq, canonical(event.body()), sealed_hash(event.parts()))
        superuser.execute(
            "UPDATE audit_event SET seq = %s, hash = %s WHERE id = %s", [seq, head, event.id]
        )
    code, report = verify(capsys)
    assert code == 1
    assert "checkpoint" in codes(report, org)
    assert stand_alone(org, tmp_path, capsys)[0] == 1


def test_a_checkpoint_missing_in_either_place_is_reported(trails, superuser, capsys):
    org, other_org = trails
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM audit_checkpoint WHERE number = 2 AND org_id = %s", [org.id])
    path = checkpoints.second_place().path(other_org.id)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    code, report = verify(capsys)
    assert code == 1
    assert "checkpoints" in codes(report, org) & codes(report, other_org)


def test_a_tail_cut_in_both_events_and_second_place_is_found(trails, superuser, capsys):
    org, _ = trails
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("DELETE FROM audit_event WHERE seq > 4 AND org_id = %s", [org.id])
    path = checkpoints.second_place().path(org.id)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    code, report = verify(capsys)
    assert (code, codes(report, org)) == (1, {"cut"})


def test_an_organisation_that_vanished_is_found(trails, superuser, capsys):
    org, _ = trails
    superuser.execute("SET session_replication_role = replica")
    for table in ("audit_event", "audit_checkpoint"):
        superuser.execute(f"DELETE FROM {table} WHERE org_id = %s", [org.id])
    superuser.execute("DELETE FROM accounts_organisation WHERE id = %s", [org.id])
    code, report = verify(capsys)
    assert (code, codes(report, org)) == (1, {"gone"})


def test_a_checkpoint_signed_by_someone_else_is_found(trails, tmp_path, settings, capsys):
    org, _ = trails
    settings.KEY_DIR = tmp_path / "foreign"
    signing_keys().current()
    code, report = verify(capsys)
    assert (code, "signature" in codes(report, org)) == (1, True)


def test_erasing_a_person_leaves_the_chain_valid(trails, superuser, tmp_path, capsys):
    org, other_org = trails
    with tenant_atomic(org.id):
        assert keys.destroy(PEOPLE[0], at=NOW)
        names = [trail.told(event).get("after") for event in Event.objects.sealed()]
    assert names[0] is names[3] is None
    assert names[1] == {"name": "Anna 1"}
    assert verify(capsys)[0] == 0
    assert stand_alone(org, tmp_path, capsys)[0] == 0
    with tenant_atomic(other_org.id):
        assert trail.told(Event.objects.sealed()[0])["after"] == {"name": "Anna 0"}


def test_late_work_is_a_warning(trails, monkeypatch, capsys):
    org, _ = trails
    record(org, 7)
    monkeypatch.setattr(chain, "LATE_SEAL", NOW - NOW)
    monkeypatch.setattr(chain, "LATE_CHECKPOINT", NOW - NOW)
    code, report = verify(capsys)
    (mine,) = [one for one in report["organisations"] if one["org"] == str(org.id)]
    assert (code, mine["unsealed"]) == (0, 1)
    assert {warning["code"] for warning in mine["warnings"]} == {"unsealed", "late"}


def test_what_cannot_be_checked_exits_with_two(trails, capsys):
    connections["default"].close()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--org", "nobody")
    assert ended.value.code == 2
