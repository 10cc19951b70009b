"""What somebody may do with places."""

from accounts.permissions import ADMINISTRATOR, ANALYST, CLIENT, LEGAL, RIGHTS, declare

PLACE_VIEW = declare(
    "territories.place.view",
    "See places, groups and rates",
    roles=[RIGHTS, ANALYST, ADMINISTRATOR, LEGAL, CLIENT],
)
OWN_EDIT = declare(
    "territories.own.edit",
    "Define own groups and venues",
    roles=[RIGHTS, ADMINISTRATOR],
)
