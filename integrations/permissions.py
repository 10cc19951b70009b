"""What somebody may do with imports."""

from accounts.permissions import ADMINISTRATOR, ANALYST, LEGAL, OPS, RIGHTS, declare

IMPORT_SEE = declare(
    "integrations.import.see",
    "See imports and their findings",
    roles=[ADMINISTRATOR, ANALYST, LEGAL],
)
IMPORT_RUN = declare(
    "integrations.import.run", "Import sales files and correct their rows", roles=[ANALYST]
)
IMPORT_REVERSE = declare(
    "integrations.import.reverse", "Take an import back while none of it is posted", roles=[ANALYST]
)
PROFILE_ENTER = declare(
    "integrations.profile.enter", "Write import profiles", roles=[ADMINISTRATOR, ANALYST, OPS]
)
TABLE_IMPORT = declare(
    "integrations.table.import",
    "Import tables of what one may edit: works, holders",
    roles=[ADMINISTRATOR, ANALYST, RIGHTS],
)
WEBHOOK_MANAGE = declare(
    "integrations.webhook.manage",
    "Say which other systems are told of what happens here",
    roles=[ADMINISTRATOR],
)
