"""The menus: apps add their pages at start; each person sees what their permissions open."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

Place = Literal["main", "person"]


@dataclass(frozen=True, slots=True)
class Item:
    """A page in a menu: its address's name, its label, and the permission that opens it.

    Without a permission everyone who is signed in sees it. ``order`` sorts within the place. A page
    that is in both stands in a person's own menu only where the main one doesn't show it.
    """

    name: str
    label: str
    permission: str = ""
    place: Place = "main"
    order: int = 50


@dataclass(frozen=True, slots=True)
class Link:
    """An item as a page shows it; ``current`` where the page belongs to it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Bell:
    """The link to what somebody was told: how much of it is new."""

    url: str
    count: int


_items: dict[tuple[str, Place], Item] = {}
_bells: dict[str, Callable[[HttpRequest], int]] = {}


def add(item: Item) -> None:
    """Add a page to a menu at start; the same address there again replaces it."""
    _items[item.name, item.place] = item


def hang_bell(name: str, count: Callable[[HttpRequest], int]) -> None:
    """Give the frame its bell, at start: an address's name, and how much is new for a request."""
    _bells.clear()
    _bells[name] = count


def bell(request: HttpRequest) -> Bell | None:
    """Return the bell for whoever sent ``request``, or None where none hangs."""
    for name, count in _bells.items():
        return Bell(_address(name, get_script_prefix()), count(request))
    return None


def links(place: Place, codes: Collection[str], path: str) -> list[Link]:
    """Return the links of ``place`` for who holds ``codes``; ``path`` is the page shown."""
    open_to = [item for item in _items.values() if not item.permission or item.permission in codes]
    main = {item.name for item in open_to if item.place == "main"}
    here = [
        item
        for item in open_to
        if item.place == place and (place == "main" or item.name not in main)
    ]
    shown = sorted(here, key=lambda item: (item.order, item.label))
    return [
        Link(item.label, url, path == url or (url != "/" and path.startswith(url)))
        for item, url in ((item, _address(item.name, get_script_prefix())) for item in shown)
    ]


@lru_cache(maxsize=256)
def _address(name: str, _prefix: str) -> str:
    """Return a page's address under the server's prefix: Django takes long to say it."""
    return reverse(name)
