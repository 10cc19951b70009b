"""From a set of places (or of rights) back to words: the shortest sum of codes that means it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from territories.geography.allocation import register
from territories.geography.rights import right_types
from territories.geography.spans import Span, SpanSet

Term = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A code, its interval, and the codes right below it."""

    code: str
    span: Span
    below: "tuple[Node, ...]"


def tree(rows: Iterable[tuple[str, str, Span]]) -> Node:
    """Return the root of a tree given as code, parent and interval; the root has no parent."""
    below: dict[str, list[tuple[str, Span]]] = {}
    for code, parent, span in rows:
        below.setdefault(parent, []).append((code, span))

    def grown(code: str, span: Span) -> Node:
        children = sorted(below.get(code, []), key=lambda one: (one[1], one[0]))
        return Node(code, span, tuple(grown(*child) for child in children))

    return grown(*below[""][0])


def place_tree(venues: Mapping[str, Span] | None = None) -> Node:
    """Return the public places, with own ``venues`` each in the smallest place around it."""
    rows = [(place.code, place.parent, place.span) for place in register().values()]
    for code, span in (venues or {}).items():
        around = [one for one in rows if one[2][0] <= span[0] and span[1] <= one[2][1]]
        smallest = min(around, key=lambda one: one[2][1] - one[2][0])
        rows.append((code, smallest[0], span))
    return tree(rows)


def right_tree() -> Node:
    """Return the right types."""
    return tree((right.code, right.parent, right.span) for right in right_types().values())


def name(wanted: SpanSet, root: Node) -> str | None:
    """Return the shortest expression for ``wanted``; None where no sum of codes means it.

    Read from left to right, as ``expressions`` reads it: ``WORLD - US + US-CA``.
    """
    terms = _terms(wanted, root, within=False)
    return " ".join(f"{sign} {code}" for sign, code in terms)[2:] if terms else None


def _terms(wanted: SpanSet, node: Node, *, within: bool) -> list[Term] | None:
    """Return the terms that make ``node``'s ground right when all of it is in (or out) so far."""
    here = SpanSet((node.span,)) & wanted
    if not here or here.ranges == (node.span,):
        return [] if bool(here) == within else [("+" if here else "-", node.code)]
    own = SpanSet((node.span,)) - SpanSet.of(child.span for child in node.below)
    best: list[Term] | None = None
    for state in (within, not within):
        if (here & own).ranges != (own.ranges if state else ()):
            continue
        found: list[Term] | None = [] if state == within else [("+" if state else "-", node.code)]
        for child in node.below:
            inner = _terms(here, child, within=state)
            found = None if inner is None or found is None else found + inner
        if found is not None and (best is None or len(found) < len(best)):
            best = found
    return best
