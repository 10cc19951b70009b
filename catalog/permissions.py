"""What somebody may do with works."""

from accounts.permissions import ADMINISTRATOR, ANALYST, CLIENT, LEGAL, RIGHTS, declare

WORK_VIEW = declare(
    "catalog.work.view",
    "See works",
    roles=[RIGHTS, ANALYST, ADMINISTRATOR, LEGAL, CLIENT],
)
WORK_EDIT = declare(
    "catalog.work.edit",
    "Register works and change what is known of them",
    roles=[RIGHTS, ADMINISTRATOR, CLIENT],
)
