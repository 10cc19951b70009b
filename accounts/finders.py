"""The search over everything: each app's ``finders`` adds its own, people find what is theirs.

finders.add(finders.Finder("Statements", find, permission=STATEMENT_SEE, order=20))

A finder takes the person and what they typed, and returns hits within their reach: an identifier
that is exactly what was typed is ``exact``, and the only one is where the search goes at once.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import autodiscover_modules

from accounts.models import User
from accounts.policies import can

EACH, LONGEST = 8, 200
# What people write before an identifier; kept where no digit follows, for then it is a title.
_PREFIX = re.compile(
    r"(?:isrc|iswc|eidr|isan|upc|ean|grid|ipi|isni|ipn|sha-?256|uuid)\b[\s:#-]*(?=\S*\d|[0-9a-f]{64}$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, where it stands, a word about it."""

    label: str
    url: str
    about: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """Who finds things of one kind, for people with ``permission`` (none: for everybody)."""

    label: str
    find: Callable[[User, str], Sequence[Hit]]
    permission: str = ""
    order: int = 50


@dataclass(frozen=True, slots=True)
class Section:
    """What one finder found."""

    label: str
    hits: tuple[Hit, ...]


_finders: dict[str, Finder] = {}


def add(finder: Finder) -> None:
    """Add a finder; the same label again replaces it."""
    _finders[finder.label] = finder


def search(person: User, text: str) -> list[Section]:
    """Return what a person finds for what they typed: exact hits first, eight of each kind."""
    text = " ".join(text.replace("\0", "").split())[:LONGEST]
    text = text[begins.end() :] if (begins := _PREFIX.match(text)) else text
    if not text:
        return []
    _discover()
    found = []
    for finder in sorted(_finders.values(), key=lambda each: (each.order, each.label)):
        if finder.permission and not can(person, finder.permission):
            continue
        hits = sorted(finder.find(person, text), key=lambda hit: not hit.exact)
        if hits:
            found.append(Section(finder.label, tuple(hits[:EACH])))
    return sorted(found, key=lambda section: not section.hits[0].exact)


@lru_cache(maxsize=1)
def _discover() -> None:
    """Import every app's finders once, when the first search needs them."""
    autodiscover_modules("finders", "kit_finders")


def one(sections: Sequence[Section]) -> Hit | None:
    """Return the only exact hit, None where there is none or several."""
    exact = {hit.url: hit for section in sections for hit in section.hits if hit.exact}
    return next(iter(exact.values())) if len(exact) == 1 else None


def address(name: str, **arguments: Any) -> str:
    """Return the address of a page, nothing where the product has no such page."""
    with suppress(NoReverseMatch):
        return reverse(name, kwargs=arguments)
    return ""
