"""Long rows of things, a stretch at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(things: Iterable[T], most: int) -> Iterator[tuple[T, ...]]:
    """Yield things in their order, at most ``most`` together."""
    left = iter(things)
    while some := tuple(islice(left, most)):
        yield some
