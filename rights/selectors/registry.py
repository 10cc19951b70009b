"""The claims to one work as its page shows them: right by right, with what has no holder yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rights.models import Claim
from rights.models.claims import Source
from rights.selectors.claims import ClaimFound, ShareFound
from territories.geography.rights import right_types
from territories.geography.spans import SpanSet

FEW = 10
SOURCES = {
    Source.DEFAULT: "Registration",
    Source.CONTRACT: "Contract",
    Source.SOCIETY: "Society",
    Source.IMPORT: "Imported file",
    Source.ADJUDICATION: "Adjudication",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A piece of a claim: who holds it, and ``named`` of ``total`` parts by somebody known."""

    claim: ClaimFound
    shares: Sequence[ShareFound]
    named: int
    total: int
    open: ShareFound | None
    source: str

    @property
    def where(self) -> str:
        """The places in few words."""
        return short(self.claim.territory)

    @property
    def default(self) -> bool:
        """Whether it came with the registration, and yields to every other claim."""
        return is_default(self.claim)


@dataclass(frozen=True, slots=True)
class Right:
    """One right of a work and where it is held by whom."""

    code: str
    name: str
    pieces: list[Held]


def is_default(claim: ClaimFound) -> bool:
    """Return whether a claim came with the registration."""
    return claim.source == Source.DEFAULT


def by_right(found: Sequence[ClaimFound]) -> list[Right]:
    """Return claims grouped by the right they hold, in the order of the tree of rights."""
    known = {code: at for at, code in enumerate(right_types())}
    groups: dict[str, list[Held]] = {}
    for claim in found:
        groups.setdefault(claim.rights, []).append(_held(claim))
    order = sorted(groups, key=lambda words: (known.get(words.split()[0], 0), words))
    return [Right(words, right_name(words), groups[words]) for words in order]


def rights_of(work_id: UUID) -> list[tuple[str, str]]:
    """Return the rights that a work has, as (code, name) in the order of the tree; deeper ones
    are set in."""
    live = Claim.objects.known_at().filter(work_id=work_id).values_list("rights", flat=True)
    whole = SpanSet.of(span for rights in live for span in rights.ranges)
    depth: dict[str, int] = {}
    found = []
    for right in right_types().values():
        depth[right.code] = depth.get(right.parent, -1) + 1
        if whole.covers(SpanSet((right.span,))):
            found.append((right, depth[right.code]))
    top = min((deep for _, deep in found), default=0)
    return [(right.code, "\N{EN DASH} " * (deep - top) + right.name) for right, deep in found]


def every_right() -> list[tuple[str, str]]:
    """Return all rights as (code, name), in the order of the tree; deeper ones are set in."""
    depth: dict[str, int] = {}
    for right in right_types().values():
        depth[right.code] = depth.get(right.parent, -1) + 1
    return [
        (right.code, "\N{EN DASH} " * depth[right.code] + right.name)
        for right in right_types().values()
    ]


def short(territory: str) -> str:
    """Return a territory of many codes in few words, any other as it is."""
    words = territory.split()
    if len(words) <= 2 * FEW:
        return territory
    if words[0] == "WORLD" and set(words[1::2]) == {"-"}:
        return f"WORLD without {len(words) // 2} places"
    return f"{len(words) // 2 + 1} places"


def right_name(words: str) -> str:
    """Return right types in words: "mechanical - mechanical_stream" by their names."""
    known = right_types()
    told = [known[part].name if part in known else part for part in words.split()]
    signs = {"-": "without", "+": "and"}
    return " ".join(signs.get(part, part) for part in told)


def source_words(claim: ClaimFound | Claim) -> str:
    """Return where a claim comes from, and which one."""
    return f"{SOURCES[Source(claim.source)]} {claim.source_ref}".strip()


def _held(claim: ClaimFound) -> Held:
    total = claim.shares[0].of
    empty = next((share for share in claim.shares if share.open), None)
    named = total - (empty.parts if empty else 0)
    shares = [share for share in claim.shares if share is not empty]
    return Held(claim, shares, named, total, empty, SOURCES[Source(claim.source)])
