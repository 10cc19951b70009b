"""The pages of webhooks."""

from typing import Any

from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World
from tests.matrix.api import webhook

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("webhooks", "GET",                      IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("webhook_new", "GET",                   IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("webhook_new", "POST",                  IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("webhook", "GET",                       IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_change", "GET",                IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_change", "POST",               IN, 403, 403, 409, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_pause", "POST",                IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_resume", "POST",               IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_rotate", "POST",               IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_delete", "GET",                IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_delete", "POST",               IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_attempt", "GET",               IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_replay", "POST",               IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("webhook_replays", "POST",              IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
]
# fmt: on

OF_ONE = ("", "_change", "_pause", "_resume", "_rotate", "_delete")


def told(world: World) -> dict[str, Any]:
    """Return the keys of a webhook and of what it is to be told."""
    return {"pk": webhook(world), "attempt": world.made["attempt"]}


ARGUMENTS: Arguments = {
    **{f"webhook{name}": lambda world: {"pk": webhook(world)} for name in OF_ONE},
    "webhook_attempt": told,
    "webhook_replay": told,
}

SENT: Sent = {
    ("webhook_new", "POST"): lambda world: {
        "url": "https://erp.example/new",
        "events": "run.posted",
    },
    ("webhook_change", "POST"): lambda world: {  # as somebody who saw what it was before
        "url": "https://erp.example/in",
        "events": "run.posted",
        "seen": "outdated",
    },
    ("webhook_delete", "POST"): lambda world: {"reason": "Moved"},
    ("webhook_replays", "POST"): lambda world: {
        "list": f"/webhooks/{webhook(world)}/",
        "row": world.made["attempt"],
        "sure": "1",
    },
}
