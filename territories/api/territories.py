"""Territories, groups and right types: what an expression and a claim may say."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import schema
from foundation.api.operations import Parameter, operation
from territories.geography.rights import right_types
from territories.models import Territory
from territories.models.places import Scope
from territories.selectors import places

TERRITORY = schema.record(
    "Territory",
    {
        "code": schema.text(40),
        "name": schema.text(200),
        "scope": schema.one_of([*Scope.values, "group"]),
    },
    example={"code": "DE", "name": "Germany", "scope": "country"},
)
PLACE = schema.record(
    "Place",
    {
        "code": schema.text(40),
        "name": schema.text(200),
        "scope": schema.one_of(Scope.values),
        "parent": schema.maybe(schema.text(40)),
        "alpha_3": schema.text(3),
        "tis_number": schema.maybe(schema.COUNT),
        "zone": schema.text(64),
    },
    example={
        "code": "DE",
        "name": "Germany",
        "scope": "country",
        "parent": "WORLD",
        "alpha_3": "DEU",
        "tis_number": 276,
        "zone": "Europe/Berlin",
    },
)
RIGHT = schema.record(
    "RightType",
    {
        "code": schema.text(64),
        "name": schema.text(200),
        "family": schema.text(64),
        "parent": schema.maybe(schema.text(64)),
        "leaf": schema.FLAG,
    },
)


class Territories(ApiView):
    """Public places by code; with ``q`` also groups and own venues, the best first."""

    group = "Territories"
    signed_in = True

    @operation(
        "List public places by code; with q, search them, groups and own venues",
        gives=schema.page_of(TERRITORY),
        query=(
            Parameter("q", schema.text(200, least=1), "Part of a code or name."),
            Parameter("limit", schema.whole(1, 200), "Rows a page; 50 where it isn't given."),
            Parameter("after", schema.text(40, least=1), "The code of the last one seen."),
        ),
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        size = self.asked.get("limit", 50)
        if "q" in self.asked:
            return {
                "items": [
                    {"code": e.code, "name": e.name, "scope": str(e.scope)}
                    for e in places.search(self.asked["q"], limit=size)
                ],
                "next": None,
            }
        rows = Territory.objects.filter(code__gt=self.asked.get("after", "")).order_by("code")
        found = list(rows[: size + 1])
        following = None
        if len(found) > size:
            more = urlencode({**self.asked, "after": found[size - 1].code})
            following = f"{request.path}?{more}"
        items = [{"code": e.code, "name": e.name, "scope": e.scope} for e in found[:size]]
        return {"items": items, "next": following}


class OneTerritory(ApiView):
    """One public place."""

    group = "Territories"
    signed_in = True

    @operation("Read a public place", gives=PLACE, tagged=True)
    def get(self, request: Request, code: str) -> dict[str, Any]:
        """Show it."""
        row = Territory.objects.filter(code=code).first()
        if row is None:
            raise Http404
        return {
            "code": row.code,
            "name": row.name,
            "scope": row.scope,
            "parent": row.parent_id,
            "alpha_3": row.alpha_3,
            "tis_number": row.tis_number,
            "zone": row.zone,
        }


class RightTypes(ApiView):
    """The tree of right types."""

    group = "Territories"
    signed_in = True

    @operation("List right types, parents first", gives=schema.page_of(RIGHT), tagged=True)
    def get(self, request: Request) -> dict[str, Any]:
        """List them all."""
        return {
            "items": [
                {
                    "code": e.code,
                    "name": e.name,
                    "family": e.family,
                    "parent": e.parent or None,
                    "leaf": e.leaf,
                }
                for e in right_types().values()
            ],
            "next": None,
        }
