"""A statement's proof pack: it recalculates without a database, and tells of changes."""

import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import permissions
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.services import portal
from royalties import documents
from royalties.engine.proof import pack
from royalties.engine.proof.check import check
from royalties.models import Statement
from royalties.services import publishing
from royalties.verify import main
from tests import factories
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = {
    **{key: value for key, value in world.DEAL.items() if key not in ("covers", "examples")},
    "deal": "ART-2",
    "payees": {"ana": {"name": "Ana Kestrel"}},
    "splits": {"band": {"percent": {"ana": "100"}}},
    "income": [
        {
            "id": "abroad",
            "where": {"work": ["W-1"], "territory": "NORDICS + DE - NO"},
            "base": "amount",
            "rate": {"percent": "20"},
            "to": {"split": "band"},
        }
    ],
    "accounts": {},
    "examples": [
        {
            "name": "one sale in Germany",
            "periods": [
                {
                    "period": "2026-Q1",
                    "lines": [{"work": "W-1", "amount": "100.00", "territory": "DE"}],
                    "expect": {"ana": {"due": "20.00"}},
                }
            ],
        }
    ],
}
ABROAD = [
    {**line, "territory": place}
    for line, place in zip(world.LINES[:2] * 3, ("DE", "DE", "SE", "NO", "NO", "SE"), strict=True)
]


def posted(org, folder, deal=world.DEAL, rows=world.LINES[:2]):
    """Post a quarter of one deal."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(deal)
        world.sales(folder, rows)
    world.posted(org)


def packed(org, name="Ana Kestrel"):
    """Return the proof pack of a holder's statement, as bytes."""
    out = io.BytesIO()
    with tenant_atomic(org.id):
        of = Statement.objects.get(holder__name=name)
        documents.write(of, "proof", out, by="Rosa Lind", at=NOW)
    return out.getvalue()


def changed(content, name, old, new, key=None):
    """Return a pack with words of one file changed, its hash made right, signed anew by ``key``."""
    files = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    assert old in files[name].decode()
    files[name] = files[name].decode().replace(old, new, 1).encode()
    manifest = json.loads(files["manifest.json"])
    if name != "manifest.json":
        manifest["files"][name] = sha256(files[name]).hexdigest()
        files["manifest.json"] = pack.canonical(manifest)
    if key is not None:
        files["manifest.sig"] = pack.canonical(
            {
                "public_key": key.public_key().public_bytes_raw().hex(),
                "signature": key.sign(pack.DOMAIN + files["manifest.json"]).hex(),
            }
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, data in files.items():
            archive.writestr(each, data)
    return out.getvalue()


def problems(content, **more):
    """Return what a check finds."""
    return check(pack.read(io.BytesIO(content)), **more).problems


@pytest.fixture
def proof(org, tmp_path):
    """The pack of Ana's statement."""
    posted(org, tmp_path)
    return packed(org)


def test_it_holds_where_there_is_neither_database_nor_setting(proof, tmp_path):
    file = tmp_path / "ana.proof.zip"
    file.write_bytes(proof)
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "royalties.verify", str(file)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "Statement 2026-Q1-00001: 1 results, 2 lines." in run.stdout
    assert "Every figure calculates to what the statement says." in run.stdout


def test_the_same_statement_makes_the_same_pack(proof, org):
    assert packed(org) == proof


def test_a_changed_line_is_found_by_its_hash_by_the_signature_and_by_the_figure(proof):
    damaged = changed(proof, "manifest.json", '"engine":"', '"engine":"x')
    assert problems(damaged)[0] == "manifest.sig doesn't sign this manifest."
    thief = Ed25519PrivateKey.generate()
    line = changed(proof, "001/lines.csv", ",100,", ",900,", key=thief)
    [figure] = problems(line)
    assert figure == "ART-1 2026-Q1: payees.ana.earned.streams is 18.00, and calculates to 114.00."
    known = json.loads(zipfile.ZipFile(io.BytesIO(proof)).read("manifest.sig"))["public_key"]
    assert "which is none of those given" in problems(line, keys=frozenset([known]))[0]
    assert problems(proof, keys=frozenset([known])) == []


def test_a_changed_figure_of_the_statement_is_named(proof):
    key = Ed25519PrivateKey.generate()
    told = problems(changed(proof, "manifest.json", '"payable":"8.00"', '"payable":"9.00"', key))
    assert told[0] == "The statement doesn't have its hash."
    assert "payable is 9.00, and calculates to 8.00." in told[1]


def test_what_is_no_pack_is_refused_in_words(proof, tmp_path, capsys):
    file = tmp_path / "broken.zip"
    for content in (b"nothing", proof[:900], b""):
        file.write_bytes(content)
        assert main([str(file)]) == 1
        assert "This is no whole proof pack" in capsys.readouterr().out
    damaged = io.BytesIO(proof)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(damaged, "a") as archive:
        archive.writestr("001/lines.csv", "_file,_row\n")
    file.write_bytes(damaged.getvalue())
    assert main([str(file), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == [
        "001/lines.csv was changed: it doesn't have the hash of the manifest."
    ]
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "nowhere.zip")])
    assert ended.value.code == 2


def test_lines_that_no_clause_takes_are_counted_and_not_given_away(org, tmp_path):
    posted(org, tmp_path, EVERYTHING, ABROAD)
    content = packed(org)
    table = zipfile.ZipFile(io.BytesIO(content)).read("001/lines.csv").decode()
    assert "W-1" in table
    assert "W-2" not in table
    assert "Low Tide" not in table
    verdict = check(pack.read(io.BytesIO(content)))
    assert verdict.problems == []
    assert verdict.lines == 2  # in Germany and Sweden, not in Norway
    assert "4 lines that no clause takes are counted, not shown." in verdict.notes[0]
    key = Ed25519PrivateKey.generate()
    assert problems(changed(content, "manifest.json", '"lines":4', '"lines":3', key))


def test_the_public_keys_are_printed_for_whoever_checks(proof, tmp_path, capsys):
    keys, file = tmp_path / "keys.txt", tmp_path / "ana.proof.zip"
    file.write_bytes(proof)
    call_command("signing_keys")
    keys.write_text(capsys.readouterr().out)
    assert main([str(file), "--key", str(keys)]) == 0
    keys.write_text("ab" * 32 + "\n")
    assert main([str(file), "--key", str(keys)]) == 1


def test_a_payee_has_the_proof_unless_it_shows_what_others_are_paid(org, tmp_path, settings):
    settings.KEY_DIR = tmp_path / "keys"
    settings.FILE_DIR = tmp_path / "files"
    posted(org, tmp_path)  # Ana and Ben share this deal
    creator = factories.person(org, permissions.CREATOR)
    with tenant_atomic(org.id):
        of = Statement.objects.get(holder__name="Ana Kestrel")
        portal.give(holder_id=of.holder_id, user_id=creator.pk, actor=BY, at=NOW)
        publishing.publish(statement_id=of.pk, by=BY, at=NOW)
    client = factories.sign_in(Client(), creator)
    page = client.get(f"/statements/{of.pk}/")
    assert page.status_code == 200
    assert "Proof pack" not in page.content.decode()
    refused = client.post(reverse("statement_file", kwargs={"pk": of.pk, "kind": "proof"}))
    assert refused.status_code == 403
    assert "pay others, too" in refused.content.decode()
    office = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    assert "Proof pack" in office.get(f"/statements/{of.pk}/").content.decode()
    address = reverse("statement_file", kwargs={"pk": of.pk, "kind": "proof"})
    assert office.post(address).status_code == 302
    with tenant_atomic(org.id):
        job = Job.objects.get(kind="royalties.statement.pdf")
    assert jobs.work(org.id, job.pk) == "done"
    answer = office.get(f"{address}?download")
    assert answer["Content-Disposition"].endswith('.proof.zip"')
    assert check(pack.read(io.BytesIO(answer.content))).holds


def test_a_payee_alone_in_their_deals_has_the_proof(org, tmp_path):
    posted(org, tmp_path, EVERYTHING, ABROAD)
    creator = factories.person(org, permissions.CREATOR)
    with tenant_atomic(org.id):
        of = Statement.objects.get()
        portal.give(holder_id=of.holder_id, user_id=creator.pk, actor=BY, at=NOW)
        publishing.publish(statement_id=of.pk, by=BY, at=NOW)
    client = factories.sign_in(Client(), creator)
    assert "Proof pack" in client.get(f"/statements/{of.pk}/").content.decode()
    assert (
        client.post(reverse("statement_file", kwargs={"pk": of.pk, "kind": "proof"})).status_code
        == 302
    )
