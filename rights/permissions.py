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
CONFLICT_ASK = declare(
    "rights.conflict.ask",
    "Propose how a conflict between claims is decided",
    roles=[RIGHTS, LEGAL, ADMINISTRATOR],
)
CONFLICT_DECIDE = declare(
    "rights.conflict.decide",
    "Decide conflicts between claims",
    roles=[ADMINISTRATOR],
    high=True,
)
OVERRIDE_APPROVE = declare(
    "rights.override.approve",
    "Approve claims that override wider ones",
    roles=[RIGHTS, ADMINISTRATOR],
    high=True,
)
GATE_ASK = declare(
    "rights.gate.ask",
    "Ask the gate whether works may be shown",
    roles=[RIGHTS, ANALYST, ADMINISTRATOR, LEGAL, CLIENT],
)
