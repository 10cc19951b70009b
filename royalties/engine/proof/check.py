"""A proof pack recalculated: every result, and the statement that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kernel.canonical import digest
from kernel.errors import DomainError
from royalties.engine import VERSION
from royalties.engine.calculate import calculate, results_hash
from royalties.engine.proof.pack import DOMAIN, Pack, Part, matcher_of
from royalties.engine.reading import read_deal
from royalties.engine.statement import together, told
from royalties.engine.values import number, text


@dataclass
class Verdict:
    """What a check found: ``problems`` in their order (none: it holds), and what was looked at."""

    statement: str
    results: int = 0
    lines: int = 0
    signed_by: str = ""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the pack proves its statement."""
        return not self.problems


def check(pack: Pack, *, keys: frozenset[str] | None = None) -> Verdict:
    """Recalculate a pack; ``keys`` are the public keys (hexadecimal) that may have signed it."""
    manifest = pack.manifest
    found = Verdict(str(manifest["statement"].get("statement", "?")))
    found.problems += _signature(pack, keys, found)
    if manifest["engine"] != VERSION:
        found.notes.append(
            f"Made by engine {manifest['engine']}; recalculated by engine {VERSION}."
        )
    for part in pack.parts:
        found.results += 1
        found.lines += part.lines.count
        found.problems += _part(part, found)
    found.problems += _statement(pack)
    return found


def _signature(pack: Pack, keys: frozenset[str] | None, found: Verdict) -> Iterator[str]:
    public, signature = pack.signature["public_key"], pack.signature["signature"]
    found.signed_by = public
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), DOMAIN + pack.manifest_bytes
        )
    except (InvalidSignature, ValueError):
        yield "manifest.sig doesn't sign this manifest."
    if keys is not None and public not in keys:
        yield f"The pack is signed by the key {public[:16]}…, which is none of those given."


def _part(part: Part, found: Verdict) -> Iterator[str]:
    name = f"{part.deal.get('deal')} {part.period}"
    if results_hash(part.outcome) != part.results_hash:
        yield f"{name}: result.json doesn't have the hash of the statement's result."
    try:
        again = calculate(
            read_deal(dict(part.deal)),
            period=part.period,
            lines=part.lines,
            costs=part.costs,
            opening=part.opening,
            rates=part.rates,
            fx=part.fx,
            matcher=matcher_of(part.answers),
        )
    except DomainError as refusal:
        yield f"{name}: it can't be calculated: {refusal.detail}"
        return
    result = {**again.result, "untaken": _untaken(again.result["untaken"], part.left_out)}
    left = sum(int(each["lines"]) for each in part.left_out.values())
    if left:
        found.notes.append(f"{name}: {left:,} lines that no clause takes are counted, not shown.")
    yield from (f"{name}: {line}" for line in _first(result, part.outcome))


def _untaken(own: Mapping[str, Any], left_out: Mapping[str, Any]) -> dict[str, Any]:
    """Return what no clause takes, the lines that aren't in the pack included."""
    whole = {}
    for group, each in own.items():
        more = left_out.get(group, {"lines": 0, "amount": "0"})
        amount = Fraction(number(each["amount"])) + Fraction(number(more["amount"]))
        whole[group] = {"lines": each["lines"] + more["lines"], "amount": text(amount)}
    return whole


def _first(mine: Any, theirs: Any, path: str = "") -> list[str]:
    """Return the first figure that differs, with both; nothing where all is the same."""
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        for key in [*mine, *(key for key in theirs if key not in mine)]:
            if wrong := _first(mine.get(key), theirs.get(key), f"{path}.{key}".strip(".")):
                return wrong
        return []
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
        for at, (one, other) in enumerate(zip(mine, theirs, strict=False)):
            if wrong := _first(one, other, f"{path}[{at}]"):
                return wrong
        same = len(mine) == len(theirs)
        return [] if same else [f"{path} has {len(theirs)} entries, and calculates to {len(mine)}."]
    return [] if mine == theirs else [f"{path} is {theirs}, and calculates to {mine}."]


def _statement(pack: Pack) -> Iterator[str]:
    statement, sha = pack.manifest["statement"], pack.manifest["statement_sha256"]
    if digest(statement) != sha:
        yield "The statement doesn't have its hash."
    parts = {part.result: part for part in pack.parts}
    for said in statement["deals"]:
        part = parts.get(said["result"])
        if part is None:
            yield f"The pack holds nothing for {said['deal']} {said['period']}."
            continue
        figures = dict(part.outcome)
        closing = figures.pop("closing")
        wanted = told(figures, part.opening, closing, said["payee"]) or {}
        shown = {key: said[key] for key in wanted}
        where = f"The statement's {said['deal']} {said['period']}"
        yield from (f"{where}: {line}" for line in _first(wanted, shown))
        if said["results_hash"] != part.results_hash:
            yield f"{where}: it names another result."
    sums = together(statement["deals"], statement["currency"])
    yield from (f"The statement's sums: {line}" for line in _first(sums, statement["sums"]))
