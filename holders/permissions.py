"""What somebody may do with holders."""

from accounts.permissions import ADMINISTRATOR, ANALYST, CLIENT, LEGAL, RIGHTS, declare

HOLDER_VIEW = declare(
    "holders.holder.view",
    "See holders",
    roles=[RIGHTS, ANALYST, ADMINISTRATOR, LEGAL, CLIENT],
)
HOLDER_EDIT = declare(
    "holders.holder.edit",
    "Register holders, rename and deactivate them",
    roles=[RIGHTS, ANALYST, ADMINISTRATOR],
)
PORTAL_MANAGE = declare(
    "holders.portal.manage",
    "Let people see a holder's statements, and end it",
    roles=[ADMINISTRATOR],
    high=True,
)
