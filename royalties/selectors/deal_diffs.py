"""Two texts line by line: what stayed, what went, what came."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

AROUND = 3  # lines that stayed, shown beside a change


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both texts. ``mark``: same, gone, new or skipped (then ``text`` says how many)."""

    mark: str
    before: int | None
    after: int | None
    text: str


def rows(old: str, new: str) -> list[Row]:
    """Return the lines of both texts in order, long stretches that stayed left out."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    found: list[Row] = []
    codes = matcher.get_opcodes()
    for at, (deed, a1, a2, b1, b2) in enumerate(codes):
        if deed == "equal":
            found += _same(before, a1, a2, b1, first=at == 0, last=at == len(codes) - 1)
            continue
        found += [Row("gone", n + 1, None, before[n]) for n in range(a1, a2)]
        found += [Row("new", None, n + 1, after[n]) for n in range(b1, b2)]
    return found


def _same(
    before: list[str], a1: int, a2: int, b1: int, *, first: bool, last: bool
) -> Iterator[Row]:
    begins = a1 if first else a1 + AROUND
    ends = a2 if last else a2 - AROUND
    head, tail = (a1 if first else min(begins, a2)), (a2 if last else max(ends, a1))
    if tail - head < 2:
        head = tail = a2
    for n in range(a1, head):
        yield Row("same", n + 1, n - a1 + b1 + 1, before[n])
    if tail > head:
        yield Row("skipped", None, None, f"{tail - head} lines are the same")
    for n in range(tail, a2):
        yield Row("same", n + 1, n - a1 + b1 + 1, before[n])
