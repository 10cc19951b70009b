#!/usr/bin/env python3
"""Check an exported audit trail against its signed checkpoints, without the product.

    python verify_audit.py EXPORT CHECKPOINTS PUBLIC_KEY

EXPORT is a file of JSON lines, one event each; CHECKPOINTS is the JSON-lines file of the second
place; PUBLIC_KEY is a file with the signer's Ed25519 public key in hexadecimal, one key a line.
Needs Python 3.9 alone. Prints one JSON document; exits 0 (intact), 1 (tampering), 2 (usage).

An event's hash is SHA-256 over its length-prefixed parts: the domain "mediatrack.audit/1", the
hash before it (32 zero bytes for the first), its number as eight bytes, its canonical open body,
and the hash of its encrypted parts. The encrypted parts are hashed as they lie, so an event whose
subject's key was destroyed still verifies.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

GENESIS = bytes(32)
DOMAIN = b"mediatrack.audit/1"
CHECKPOINT_DOMAIN = b"mediatrack.audit.checkpoint/1\n"


def canonical(value: Any) -> bytes:
    """Return the one JSON text of ``value``: sorted keys, no spaces, ASCII; floats are refused."""
    _refuse_floats(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, str):
                raise TypeError(f"The key {key!r} must be a text.")
            _refuse_floats(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            _refuse_floats(member)
    elif not (value is None or isinstance(value, (str, int))):
        raise TypeError(f"{type(value).__name__} has no canonical form; give a text or an integer.")


def sealed_hash(parts: Iterable[bytes]) -> bytes:
    """Return the hash of an event's encrypted parts, in their order."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()


def link(previous: bytes, number: int, body: bytes, sealed: bytes) -> bytes:
    """Return the chained hash of event ``number`` that follows ``previous``."""
    digest = hashlib.sha256()
    for part in (DOMAIN, previous, number.to_bytes(8, "big"), body, sealed):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def finding(code: str, number: "int | None", detail: str) -> "dict[str, Any]":
    """Return one finding: a stable code, the event or checkpoint number, and a sentence."""
    return {"code": code, "number": number, "detail": detail}


def verify(
    events: "Iterable[dict[str, Any]]",
    checkpoints: "Iterable[dict[str, Any]]",
    keys: "list[bytes]",
) -> "dict[str, Any]":
    """Return what was checked and every finding, for the events of one organisation."""
    found: list[dict[str, Any]] = []
    marks = _signed(checkpoints, keys, found)
    heads = {mark["size"]: mark for mark in marks}
    org = marks[0]["org"] if marks else None
    ids: set[str] = set()
    previous, count = GENESIS, 0
    for count, event in enumerate(events, start=1):
        try:
            org = org or event["body"]["org"]
            previous = _check_event(event, count, previous, org, ids, found)
        except (KeyError, TypeError, ValueError, AttributeError) as reason:
            found.append(finding("unreadable", count, f"Event {count} can't be read: {reason!r}."))
            previous = GENESIS
        mark = heads.pop(count, None)
        if mark is not None and mark["head"] != previous.hex():
            found.append(
                finding("checkpoint", count, f"The chain at {count} isn't what was signed.")
            )
    for size in sorted(heads):
        if size:
            found.append(finding("cut", size, f"{size} events were signed, {count} are here."))
    return {
        "ok": not found,
        "org": org,
        "events": count,
        "head": previous.hex(),
        "checkpoint": marks[-1]["size"] if marks else 0,
        "findings": found,
    }


def _check_event(
    event: "dict[str, Any]",
    number: int,
    previous: bytes,
    org: str,
    ids: "set[str]",
    found: "list[dict[str, Any]]",
) -> bytes:
    """Add the findings of one event; return the hash that its content really has."""
    body = event["body"]
    if event["seq"] != number:
        found.append(finding("number", number, f"Number {event['seq']} stands where {number} is."))
    if body["org"] != org:
        found.append(finding("organisation", number, f"Event {number} is of another organisation."))
    if body["id"] in ids:
        found.append(finding("twice", number, f"Event {number} repeats id {body['id']}."))
    ids.add(body["id"])
    if hashlib.sha256(canonical(event["facts"])).hexdigest() != body["facts"]:
        found.append(finding("facts", number, f"The facts of event {number} were changed."))
    parts = [base64.b64decode(part, validate=True) for part in event["parts"]]
    mine = link(previous, number, canonical(body), sealed_hash(parts))
    if mine.hex() != event["hash"]:
        found.append(finding("hash", number, f"Event {number} doesn't match its hash."))
    return mine


def _signed(
    checkpoints: "Iterable[dict[str, Any]]", keys: "list[bytes]", found: "list[dict[str, Any]]"
) -> "list[dict[str, Any]]":
    """Return the checkpoints whose signatures hold; add a finding for each other one."""
    good: list[dict[str, Any]] = []
    for place, checkpoint in enumerate(checkpoints, start=1):
        try:
            body = checkpoint["body"]
            signature = bytes.fromhex(checkpoint["signature"])
            message = CHECKPOINT_DOMAIN + canonical(body)
            known = any(check_signature(key, message, signature) for key in keys)
            size, number = body["size"], body["number"]
            if type(size) is not int or type(number) is not int:
                raise ValueError("size and number are integers")
        except (KeyError, TypeError, ValueError, AttributeError) as reason:
            found.append(finding("signature", place, f"Checkpoint {place}: {reason!r}."))
            continue
        if not known:
            found.append(finding("signature", place, f"Checkpoint {place} isn't signed by a key."))
            continue
        if number != place:
            found.append(finding("checkpoints", place, f"Checkpoint {place} says it is {number}."))
        if good and (size < good[-1]["size"] or body["org"] != good[-1]["org"]):
            found.append(finding("checkpoints", place, f"Checkpoint {place} goes backwards."))
        if good and size == good[-1]["size"] and body["head"] != good[-1]["head"]:
            found.append(finding("checkpoints", place, f"Two heads were signed at {size} events."))
        good.append(body)
    return good


def check_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` is the Ed25519 signature of ``message`` by ``public``."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return check_signature_slowly(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Ed25519 after RFC 8032, section 5.1.7, for machines without the cryptography package.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P


def _recover_x(y: int, sign: int) -> "int | None":
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_Point = tuple[int, int, int, int]


def _add(a: _Point, b: _Point) -> _Point:
    left = (a[1] - a[0]) * (b[1] - b[0]) % _P
    right = (a[1] + a[0]) * (b[1] + b[0]) % _P
    both, twice = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = right - left, twice - both, twice + both, right + left
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total


def _point(data: bytes) -> "_Point | None":
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _recover_x(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def check_signature_slowly(public: bytes, message: bytes, signature: bytes) -> bool:
    """Do what ``check_signature`` does in plain Python, a few milliseconds a signature."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    base_x = _recover_x(_BASE_Y, 0)
    if key is None or nonce is None or base_x is None or scalar >= _L:
        return False
    challenge = hashlib.sha512(signature[:32] + public + message).digest()
    hashed = int.from_bytes(challenge, "little") % _L
    a = _times(scalar, (base_x, _BASE_Y, 1, base_x * _BASE_Y % _P))
    b = _add(nonce, _times(hashed, key))
    return (a[0] * b[2] - b[0] * a[2]) % _P == 0 and (a[1] * b[2] - b[1] * a[2]) % _P == 0


def _lines(path: Path) -> "Iterator[dict[str, Any]]":
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                value = json.loads(line)
            except ValueError:
                value = {}
            yield value if isinstance(value, dict) else {}


def main(arguments: "list[str]") -> int:
    """Run the check on three paths; return the exit code."""
    if len(arguments) != 3:
        sys.stderr.write("usage: verify_audit.py EXPORT CHECKPOINTS PUBLIC_KEY\n")
        return 2
    export, checkpoints, public = map(Path, arguments)
    try:
        keys = [bytes.fromhex(line) for line in public.read_text(encoding="ascii").split()]
        report = verify(_lines(export), _lines(checkpoints), keys)
    except (OSError, ValueError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
