"""The kinds of change that need four eyes; apps register theirs at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from kernel.canonical import digest
from kernel.errors import DomainError

Payload = Mapping[str, Any]


class UnknownKind(DomainError):
    """A kind of change that no app registered."""

    code = "unknown_change"
    status = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of an explanation; ``mark`` says what the change does to it, or how it fared."""

    text: str
    mark: Literal["", "new", "gone", "passed", "failed"] = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an explanation: a heading and its sentences."""

    title: str
    lines: tuple[Line, ...]


def _unnamed(targets: Sequence[UUID]) -> dict[UUID, str]:
    return {}


def _unexplained(target_id: UUID, payload: Payload) -> list[Section]:
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change.

    ``propose`` and ``approve`` are permission codes; ``apply(target_id=, payload=, request=, by=,
    at=)`` does the change in the approval's transaction; ``version(target_id)`` is the target's
    version now (0: it doesn't exist yet); ``describe(payload)`` gives rows of label, before, after.
    For the approver: ``names(target_ids)`` names the targets, ``explain(target_id, payload)`` tells
    the change in full, ``consequence`` says in a sentence what an approval does for good.
    """

    code: str
    label: str
    propose: str
    approve: str
    apply: Callable[..., None]
    version: Callable[[UUID], int]
    describe: Callable[[Payload], list[tuple[str, str, str]]]
    names: Callable[[Sequence[UUID]], Mapping[UUID, str]] = _unnamed
    explain: Callable[[UUID, Payload], list[Section]] = _unexplained
    consequence: str = ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Register a kind at start."""
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    """Return a registered kind; raise UnknownKind."""
    if code not in _kinds:
        raise UnknownKind(f"No app knows how to make the change {code!r}.")
    return _kinds[code]


def every() -> list[Kind]:
    """Return all registered kinds by label."""
    return sorted(_kinds.values(), key=lambda each: each.label)


def hash_of(code: str, target_id: UUID, base_version: int, payload: Payload) -> str:
    """Return the SHA-256 of what is asked for: what an approver saw is what they approve."""
    asked = {"kind": code, "target": str(target_id), "version": base_version, "payload": payload}
    return digest(asked)
