"""A set of places in words: public codes, and own venues where it can't be said without them."""

from functools import lru_cache

from foundation.tenancy import current_org
from territories.geography import naming
from territories.geography.spans import SpanSet
from territories.models import Venue


def words_for(places: SpanSet) -> str | None:
    """Return the shortest expression that means exactly ``places``; None where none does."""
    told = _public(places)
    if told is not None or current_org() is None:
        return told
    own = {code: (lower, upper) for code, lower, upper in _venues(places)}
    return naming.name(places, naming.place_tree(own)) if own else None


def public_words_for(places: SpanSet) -> str | None:
    """Return the same of public places alone: no query."""
    return _public(places)


def _venues(places: SpanSet) -> list[tuple[str, int, int]]:
    """Return the own venues that stand alone: an edge of the set is an edge of theirs."""
    edges = {edge for span in places.ranges for edge in span}
    rows = Venue.objects.values_list("code", "lower", "upper")
    return [row for row in rows if row[1] in edges or row[2] in edges]


@lru_cache(maxsize=4096)
def _public(places: SpanSet) -> str | None:
    return naming.name(places, _tree())


@lru_cache(maxsize=1)
def _tree() -> naming.Node:
    return naming.place_tree()


@lru_cache(maxsize=4096)
def right_words(rights: SpanSet) -> str | None:
    """Return the shortest sum of right types that means exactly ``rights``."""
    return naming.name(rights, _rights())


@lru_cache(maxsize=1)
def _rights() -> naming.Node:
    return naming.right_tree()
