"""Tables of the territories app: public reference tables, and an organisation's own beside them."""

from territories.models.explicit import ExplicitRule, OrgExplicitRule
from territories.models.own import OrgGroup, OrgRate, Venue
from territories.models.places import GroupMember, Territory, TerritoryGroup
from territories.models.rights import RightType, TerritoryRate

__all__ = [
    "ExplicitRule",
    "GroupMember",
    "OrgExplicitRule",
    "OrgGroup",
    "OrgRate",
    "RightType",
    "Territory",
    "TerritoryGroup",
    "TerritoryRate",
    "Venue",
]
