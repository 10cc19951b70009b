"""The chain: whatever is done to events under a checkpoint is seen by the stand-alone verifier."""

import base64
import copy
import hashlib
import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.engine import verify_audit as chain
from audit.engine.checkpoints import Mark

ORG = UUID("018f0000-0000-7000-8000-000000000001")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
AT = datetime(2026, 4, 1, 9, tzinfo=UTC)


def seal(events):
    """Number and hash the events anew, as someone who owns the database could."""
    previous = chain.GENESIS
    for number, event in enumerate(events, start=1):
        parts = [base64.b64decode(part) for part in event["parts"]]
        body = chain.canonical(event["body"])
        previous = chain.link(previous, number, body, chain.sealed_hash(parts))
        event["seq"], event["hash"] = number, previous.hex()
    return events


def event(draw, tag):
    facts = [{"code": "paid", "data": {"units": draw.randrange(9)}}] * draw.randrange(3)
    return {
        "body": {
            "id": f"{tag}-{draw.getrandbits(64):x}",
            "org": str(ORG),
            "code": draw.choice(["rights.claim.added", "royalties.payment.approved"]),
            "actor": f"{draw.getrandbits(64):x}",
            "facts": hashlib.sha256(chain.canonical(facts)).hexdigest(),
        },
        "facts": facts,
        "parts": [base64.b64encode(draw.randbytes(24)).decode() for _ in range(2)],
    }


def marks(events, sizes):
    return [
        Mark(ORG, n, size, bytes.fromhex(events[size - 1]["hash"]), AT).sign(KEY)
        for n, size in enumerate(sizes, start=1)
    ]


def edit(events, draw):
    draw.choice(events)["body"]["actor"] = f"{draw.getrandbits(64):x}"


def edit_facts(events, draw):
    draw.choice(events)["facts"].append({"code": "forged", "data": {}})


def delete(events, draw):
    del events[draw.randrange(len(events))]


def insert(events, draw):
    place = draw.randrange(len(events))
    events.insert(place, event(draw, "forged") | {"seq": place + 1, "hash": "00" * 32})


def reorder(events, draw):
    one, two = draw.sample(range(len(events)), 2)
    events[one], events[two] = events[two], events[one]


def swap_ciphertext(events, draw):
    one, two = draw.sample(events, 2)
    one["parts"], two["parts"] = two["parts"], one["parts"]


def cut_tail(events, draw):
    del events[draw.randrange(len(events)) :]


def rebuild(events, draw):
    draw.choice([edit, delete, insert, reorder, swap_ciphertext])(events, draw)
    seal(events)


TAMPERINGS = [edit, edit_facts, delete, insert, reorder, swap_ciphertext, cut_tail, rebuild]


def test_a_chain_as_written_is_intact():
    draw = random.Random(1)
    events = seal([event(draw, n) for n in range(12)])
    report = chain.verify(events, marks(events, [4, 12]), [PUBLIC])
    assert (report["ok"], report["events"], report["checkpoint"]) == (True, 12, 12)


@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_random_tamperings_are_all_detected(seed):
    draw = random.Random(seed)
    clean = seal([event(draw, n) for n in range(24)])
    signed = marks(clean, [7, 15, 24])
    for round_ in range(100):
        tampering = TAMPERINGS[round_ % len(TAMPERINGS)]
        events = copy.deepcopy(clean)
        tampering(events, draw)
        assert not chain.verify(events, signed, [PUBLIC])["ok"], (seed, round_, tampering)


def test_a_rebuilt_chain_is_found_by_its_checkpoint_alone():
    draw = random.Random(2)
    events = seal([event(draw, n) for n in range(10)])
    signed = marks(events, [10])
    events[3]["body"]["actor"] = "someone-else"
    report = chain.verify(seal(events), signed, [PUBLIC])
    assert [found["code"] for found in report["findings"]] == ["checkpoint"]


def test_a_rebuilt_chain_that_was_signed_again_is_still_found():
    draw = random.Random(8)
    events = seal([event(draw, n) for n in range(10)])
    before = marks(events, [10])[0]
    events[3]["body"]["actor"] = "someone-else"
    after = marks(seal(events), [10, 10])[1]
    report = chain.verify(events, [before, after], [PUBLIC])
    assert [found["code"] for found in report["findings"]] == ["checkpoints"]


def test_an_edited_event_is_named_by_its_number():
    draw = random.Random(3)
    events = seal([event(draw, n) for n in range(10)])
    events[6]["body"]["code"] = "rights.claim.removed"
    report = chain.verify(events, marks(events, [10]), [PUBLIC])
    assert report["findings"][0] == chain.finding("hash", 7, "Event 7 doesn't match its hash.")


def test_events_after_the_last_checkpoint_are_the_stated_limit():
    draw = random.Random(4)
    events = seal([event(draw, n) for n in range(10)])
    signed = marks(events, [8])
    del events[8:]
    assert chain.verify(events, signed, [PUBLIC])["ok"]


def test_forged_and_missing_checkpoints_are_found():
    draw = random.Random(5)
    events = seal([event(draw, n) for n in range(6)])
    signed = marks(events, [2, 4, 6])
    other = Ed25519PrivateKey.generate()
    head = bytes.fromhex(events[5]["hash"])
    forged = [*signed[:2], Mark(ORG, 3, 6, head, AT).sign(other)]
    assert not chain.verify(events, forged, [PUBLIC])["ok"]
    assert not chain.verify(events, [signed[0], signed[2]], [PUBLIC])["ok"]


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", {1: "x"}, {"a": [0.1]}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(TypeError):
        chain.canonical(value)


def test_the_order_of_keys_changes_nothing():
    assert chain.canonical({"b": 1, "a": "é"}) == chain.canonical({"a": "é", "b": 1})


def test_plain_python_signatures_agree_with_the_library():
    draw = random.Random(6)
    for _ in range(20):
        key = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
        public, message = key.public_key().public_bytes_raw(), draw.randbytes(40)
        signature = bytearray(key.sign(message))
        assert chain.check_signature_slowly(public, message, bytes(signature))
        signature[draw.randrange(64)] ^= 1 << draw.randrange(8)
        assert not chain.check_signature_slowly(public, message, bytes(signature))
        assert not chain.check_signature(public, message, bytes(signature))


def test_the_verifier_runs_alone(tmp_path):
    """Copied away from the product, isolated from its packages, it still decides."""
    draw = random.Random(7)
    events = seal([event(draw, n) for n in range(8)])
    verifier = tmp_path / "verify_audit.py"
    verifier.write_text(Path(chain.__file__).read_text())
    checkpoints, public = tmp_path / "checkpoints.jsonl", tmp_path / "public.key"
    checkpoints.write_text("".join(json.dumps(mark) + "\n" for mark in marks(events, [8])))
    public.write_text(PUBLIC.hex() + "\n")

    def run(name, trail):
        export = tmp_path / name
        export.write_text("".join(json.dumps(one) + "\n" for one in trail))
        command = [sys.executable, "-I", "-S", verifier, export, checkpoints, public]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        return done.returncode, json.loads(done.stdout)["ok"]

    assert run("whole.jsonl", events) == (0, True)
    assert run("cut.jsonl", events[:-1]) == (1, False)
