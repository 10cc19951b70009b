"""What people are told: everybody's own."""

from datetime import UTC, datetime

from notifications.models import Notification
from notifications.services import letters
from tests.matrix import IN, ON, ORG, Arguments, Row, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("notifications", "GET",                 IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 200,  IN),
    ("notification", "GET",                  IN, 404, 404,  ON, 404, 404, 404,  IN, ORG, 404,  IN),
    ("notifications_read", "POST",           IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, ORG,  ON,  IN),
    ("notifications_settings", "GET",        IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 200,  IN),
    ("notifications_settings", "POST",       IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, ORG,  ON,  IN),
    ("notifications_test", "POST",           IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, ORG,  ON,  IN),
    ("notifications_stop", "GET",           200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("notifications_stop", "POST",          200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
]
# fmt: on


def told(world: World) -> Notification:
    """Return something that the administrator alone was told."""
    if "told" not in world.made:
        world.made["told"] = Notification.objects.create(
            person=world.people["administrator"],
            topic="test",
            event_id=world.org.id,
            text="A test",
            address="/notifications/settings/",
            at=datetime.now(UTC),
        )
    return world.made["told"]


def token(world: World) -> str:
    """Return what the link of a mail holds."""
    return letters.token(world.people["administrator"].pk, "role")


ARGUMENTS: Arguments = {
    "notification": lambda world: {"pk": told(world).pk},
    "notifications_stop": lambda world: {"token": token(world)},
}
