"""What a proof pack holds, and how it is written and read: a zip of plain files.

``manifest.json`` names every other file with its SHA-256, holds the statement and says which
folder calculates which of its results; ``manifest.sig`` signs it. A folder has ``deal.json``,
``lines.csv``, ``costs.json``, ``opening.json``, ``rates.json``, ``fx.json``, ``places.json`` and
``result.json``.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, BinaryIO

from kernel.canonical import canonical
from kernel.errors import DomainError
from royalties.engine.lines import Lines

FORMAT = "mediatrack.proof/1"
DOMAIN = b"mediatrack.proof/1\n"
MANIFEST, SIGNATURE, README = "manifest.json", "manifest.sig", "README.txt"
JSONS = ("deal", "costs", "opening", "rates", "fx", "places", "result")
LARGEST = 2 << 30  # of a file in the pack, unpacked
FILES_MOST = 4_000
TEXT = """This pack proves a statement: its lines, terms, rates, opening balances and results.

Recalculate it, to the cent, without an account or a database, in a copy of MediaTrack Pro:

    python -m royalties.verify {name}

manifest.json lists every file with its SHA-256; manifest.sig is its Ed25519 signature, over the
text "mediatrack.proof/1", a line feed, and the bytes of manifest.json. Ask whoever sent you the
statement for their public key, and add --key FILE, to know that the pack is theirs.
"""


class PackUnreadable(DomainError):
    """A file that is no proof pack, or one that was damaged."""

    code = "pack_unreadable"
    status = 422


@dataclass(frozen=True)
class Part:
    """One deal's period: what it was calculated from, and what came out.

    ``answers`` says of each territory expression and day which of the lines' places lie inside;
    ``left_out`` counts, by group, the lines that no clause takes and that are not in the pack.
    """

    result: str  # the result's key, as the statement names it
    period: str
    results_hash: str
    deal: Mapping[str, Any]
    lines: Lines
    costs: Sequence[Mapping[str, Any]]
    opening: Mapping[str, Any]
    rates: Mapping[str, Any]
    fx: Mapping[str, Any]
    answers: Sequence[Mapping[str, Any]]
    left_out: Mapping[str, Mapping[str, Any]]
    outcome: Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """A proof pack as it was read; ``manifest_bytes`` are what the signature signs."""

    manifest: dict[str, Any]
    manifest_bytes: bytes
    signature: dict[str, str]
    parts: list[Part]


class Answers:
    """A territory matcher that keeps what it was asked and what it said."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher
        self._kept: dict[tuple[str, date], dict[str, bool]] = {}

    def __call__(self, expression: str, *, on: date) -> Any:
        """Return a function from a place's code to whether it lies inside."""
        inside, kept = self._matcher(expression, on=on), self._kept.setdefault((expression, on), {})

        def asked(code: str) -> bool:
            kept[code] = bool(inside(code))
            return kept[code]

        return asked

    def told(self, places: Sequence[str]) -> list[dict[str, Any]]:
        """Return the answers about these places, in one order."""
        wanted = set(places)
        return [
            {
                "expression": expression,
                "on": on.isoformat(),
                "inside": {code: yes for code, yes in sorted(kept.items()) if code in wanted},
            }
            for (expression, on), kept in sorted(self._kept.items())
        ]


def matcher_of(answers: Sequence[Mapping[str, Any]]) -> Any:
    """Return the matcher that answers as it is written; raise PackUnreadable for anything else."""
    known = {(each["expression"], each["on"]): each["inside"] for each in answers}

    def matcher(expression: str, *, on: date) -> Any:
        inside = known.get((expression, on.isoformat()), {})

        def asked(code: str) -> bool:
            if code not in inside:
                raise PackUnreadable(
                    f"The pack doesn't say whether {code} lies in {expression} on {on}."
                )
            return bool(inside[code])

        return asked

    return matcher


def write(
    file: BinaryIO, *, statement: Mapping[str, Any], sha: str, engine: str, parts: Sequence[Part],
    sign: Any, name: str,
) -> None:  # fmt: skip
    """Write a pack: the same bytes for the same statement, the signature aside.

    ``sign(message)`` returns the public key and the signature, both in hexadecimal.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        files: dict[str, str] = {}
        listed = []
        for number, part in enumerate(parts, 1):
            folder = f"{number:03}"
            for each, content in _contents(part):
                files[f"{folder}/{each}"] = _put(archive, f"{folder}/{each}", content)
            listed.append(
                {
                    "folder": folder,
                    "result": part.result,
                    "period": part.period,
                    "results_hash": part.results_hash,
                    "lines": part.lines.count,
                    "left_out": part.left_out,
                }
            )
        manifest = canonical(
            {
                "format": FORMAT,
                "engine": engine,
                "statement": statement,
                "statement_sha256": sha,
                "parts": listed,
                "files": files,
            }
        )
        _put(archive, MANIFEST, manifest)
        public, signature = sign(DOMAIN + manifest)
        _put(archive, SIGNATURE, canonical({"public_key": public, "signature": signature}))
        _put(archive, README, TEXT.format(name=name).encode())


def _contents(part: Part) -> Iterator[tuple[str, bytes]]:
    values = (
        part.deal, part.costs, part.opening, part.rates, part.fx, part.answers, part.outcome,
    )  # fmt: skip
    for name, value in zip(JSONS, values, strict=True):
        # Not canonical: a document's order of keys decides ties between payees.
        yield f"{name}.json", json.dumps(value, ensure_ascii=False, indent=1).encode()
    yield "lines.csv", _table(part.lines)


def _table(lines: Lines) -> bytes:
    names = sorted({*lines.texts, *lines.numbers})
    columns = []
    for name in names:
        values, codes = lines.text(name)
        words = [*values, ""]
        columns.append([words[code] for code in codes.tolist()])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["_file", "_row", *names])
    for at in range(lines.count):
        writer.writerow([*lines.row(at), *(column[at] for column in columns)])
    return out.getvalue().encode()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> str:
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return sha256(content).hexdigest()


def read(file: BinaryIO) -> Pack:
    """Return a pack whose every file has its hash; raise PackUnreadable."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError) as wrong:
        raise PackUnreadable(f"This is no whole proof pack: {wrong}.") from wrong


def _read(archive: zipfile.ZipFile) -> Pack:
    infos = archive.infolist()
    if len(infos) > FILES_MOST or any(info.file_size > LARGEST for info in infos):
        raise PackUnreadable("The pack holds more than a proof pack ever does.")
    raw = archive.read(MANIFEST)
    manifest = json.loads(raw)
    if manifest.get("format") != FORMAT:
        raise PackUnreadable(f"The pack's format is {manifest.get('format')!r}, not {FORMAT!r}.")
    contents = {}
    for name, wanted in manifest["files"].items():
        contents[name] = archive.read(name)
        if sha256(contents[name]).hexdigest() != wanted:
            raise PackUnreadable(f"{name} was changed: it doesn't have the hash of the manifest.")
    parts = [_part(each, contents) for each in manifest["parts"]]
    return Pack(manifest, raw, json.loads(archive.read(SIGNATURE)), parts)


def _part(listed: Mapping[str, Any], contents: Mapping[str, bytes]) -> Part:
    folder = listed["folder"]
    values = [json.loads(contents[f"{folder}/{name}.json"]) for name in JSONS]
    deal, costs, opening, rates, fx, answers, outcome = values
    table = csv.DictReader(io.StringIO(contents[f"{folder}/lines.csv"].decode(), newline=""))
    lines = Lines.from_rows([dict(row) for row in table])
    return Part(
        listed["result"], listed["period"], listed["results_hash"], deal, lines, costs, opening,
        rates, fx, answers, listed["left_out"], outcome,
    )  # fmt: skip
