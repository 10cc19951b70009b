"""May this be shown? The decision about one box of rights, places and days, without a database.

A yes needs every part of the box: ours, and nothing in the way anywhere in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rights.engine.boxes import Box, cut, joined


class Code(StrEnum):
    """Why something may not be shown; stable, documented in docs/gate.md, in order of gravity."""

    UNKNOWN_WORK = "unknown_work"
    NO_RIGHTS_IN = "no_rights_in"
    UNCLAIMED = "unclaimed"
    CONFLICT = "unresolved_conflict"
    HOLD = "hold"
    RESTRICTION = "restriction"
    EXPLICIT = "explicit_content"
    SOLD_EXCLUSIVELY = "sold_exclusively"
    HOLDBACK = "holdback"
    DEPENDS_ON_EVENT = "depends_on_event"


GRAVITY = {code: at for at, code in enumerate(Code)}


@dataclass(frozen=True, slots=True)
class Held:
    """What one claim holds: ``code`` None is ours; else why it isn't."""

    box: Box
    code: Code | None
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """Ground on which nothing may be shown; ``clause`` says where it is written."""

    code: Code
    box: Box
    words: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, and in which part of what was asked; None where the work itself isn't there."""

    code: Code
    part: Box | None
    words: str
    clause: str = ""


def decide(asked: Box, held: Sequence[Held], blocks: Iterable[Block]) -> tuple[Reason, ...]:
    """Return every reason why ``asked`` may not be shown, gravest first; none means that it may.

    ``held`` are the claims to the work, ``blocks`` what stands on it. A work without any claim was
    never registered.
    """
    if not held:
        return (Reason(Code.UNKNOWN_WORK, None, "There is no such work"),)
    found = [*_not_ours(asked, held)]
    for block in blocks:
        if part := block.box.common(asked):
            found.append(Reason(block.code, part, block.words, block.clause))
    return tuple(
        sorted(dict.fromkeys(found), key=lambda one: (GRAVITY[one.code], one.clause, one.words))
    )


def _not_ours(asked: Box, held: Sequence[Held]) -> Iterable[Reason]:
    missing = cut([asked], [one.box for one in held if one.code is None])
    for box in missing:
        for one in held:
            if one.code and (part := one.box.common(box)):
                yield Reason(one.code, part, one.words)
    for box in joined(cut(missing, [one.box for one in held])):
        yield Reason(Code.NO_RIGHTS_IN, box, "The work has no such right")
