"""Chance that falls the same every time: names, numbers and keys from a seed."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import TypeVar
from uuid import UUID

from kernel.ids import uuid7

SEED = "mediatrack-demo-1"
Item = TypeVar("Item")


def dice(*scope: str) -> Random:
    """Return the dice of a part of the demo; one part's throws don't move another's."""
    return Random("/".join((SEED, *scope)))  # noqa: S311  nothing here is secret


def key(at: datetime, *scope: str) -> UUID:
    """Return the key of a row: a UUIDv7 of the moment ``at``, its other bits from the seed."""
    plain = uuid7(int(at.timestamp()) * 1000).int
    told = int.from_bytes(sha256("/".join((SEED, *scope)).encode()).digest()[:10], "big")
    kept = (plain >> 80) << 80  # the moment; version and variant follow
    value = kept | told & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def shuffled(items: Sequence[Item], *scope: str) -> list[Item]:
    """Return the items in the seed's order."""
    found = list(items)
    dice(*scope).shuffle(found)
    return found
