"""What this app finds: countries, subdivisions, groups and own venues by code and name."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from accounts import finders
from accounts.finders import Finder, Hit, address
from territories.permissions import PLACE_VIEW
from territories.selectors import places

if TYPE_CHECKING:
    from accounts.models import User


def _places(person: "User", text: str) -> list[Hit]:
    return [
        Hit(one.name, _page(one), f"{one.code} · {one.scope}", exact=one.code == text)
        for one in places.search(text, limit=8)
    ]


def _page(one: places.Choice) -> str:
    """Return where a place is shown: in the tree, or as a group with its members."""
    if one.scope == "group":
        return f"{address('territory_groups')}?{urlencode({'group': one.code})}"
    return f"{address('territories')}?{urlencode({'in': one.code})}"


finders.add(Finder("Territories", _places, PLACE_VIEW, order=50))
