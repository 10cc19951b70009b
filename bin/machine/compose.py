"""The passwords that docker-compose.yml asks for, made here and kept out of the repository."""

import os
import secrets

from machine import places
from machine.shell import say

PASSWORDS = (
    "POSTGRES_PASSWORD",
    "MEDIATRACK_MIGRATE_PASSWORD",
    "MEDIATRACK_APP_PASSWORD",
    "MEDIATRACK_BACKUP_PASSWORD",
)


def write_environment() -> None:
    """Write `.env` with new random passwords, unless there is one already."""
    text = "".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in PASSWORDS)
    try:
        made = os.open(places.ROOT / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        say(".env is there already; nothing was changed.")
        return
    with os.fdopen(made, "w") as file:
        file.write(text)
    say("Wrote .env with new passwords. Next: docker compose up --build")
