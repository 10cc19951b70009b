"""What somebody may do with claims."""

from accounts.permissions import ADMINISTRATOR, ANALYST, CLIENT, LEGAL, RIGHTS, declare

CLAIM_VIEW = declare(
    "rights.claim.view",
    "See who holds which right",
    roles=[RIGHTS, ANALYST, ADMINISTRATOR, LEGAL, CLIENT],
)
CLAIM_EDIT = declare(
    "rights.claim.edit",
    "Register works and change claims and shares",
    roles=[RIGHTS, ADMINISTRATOR],
)
