"""People, roles, programs, the audit trail, the outbox."""

from datetime import UTC, datetime

from accounts.models import ApiClient, CustomRole, Membership, Team
from accounts.services import clients, roles, teams
from audit.models import Delivery, Event
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("people", "GET",                        IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("invite", "GET",                        IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("invite", "POST",                       IN, 403, 403,  ON, 403, 403, 403,  IN, ORG,  ON,  IN),
    ("person", "GET",                        IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("role_give", "POST",                    IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("role_end", "GET",                      IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("role_end", "POST",                     IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("teams", "GET",                         IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("team_new", "GET",                      IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("team_new", "POST",                     IN, 403, 403,  ON, 403, 403, 403,  IN, ORG,  ON,  IN),
    ("team", "GET",                          IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("team_join", "POST",                    IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("team_role_give", "POST",               IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("team_leave", "POST",                   IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("roles", "GET",                         IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("role_new", "GET",                      IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("role_new", "POST",                     IN, 403, 403,  ON, 403, 403, 403,  IN, ORG,  ON,  IN),
    ("own_role", "GET",                      IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("own_role", "POST",                     IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("clients", "GET",                       IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("client_new", "GET",                    IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("client_new", "POST",                   IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("client", "GET",                        IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("client", "POST",                       IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("client_rotate", "POST",                IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("client_networks", "POST",              IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("events", "GET",                        IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("event", "GET",                         IN, 403, 403, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("audit_verify", "POST",                 IN, 403, 403,  ON,  ON, 403, 403,  IN, ORG,  ON,  IN),
    ("outbox", "GET",                        IN, 403, 403, 200, 403, 403, 200,  IN, ORG, 200,  IN),
    ("outbox_retry", "POST",                 IN, 403, 403,  ON, 403, 403,  ON,  IN, ORG, 404,  IN),
]
# fmt: on

REASON = "Their first day"


def team(world: World) -> Team:
    """Return a team with one person in it."""
    if "team" not in world.made:
        made = teams.make(name="Royalties", by=factories.TESTS, at=factories.LONG_AGO)
        teams.add(team=made, user=world.people["ops"], by=factories.TESTS, at=factories.LONG_AGO)
        world.made["team"] = made
    return world.made["team"]


def held(world: World) -> Membership:
    """Return a role that can be ended."""
    return Membership.objects.get(user=world.people["legal"])


def role(world: World) -> CustomRole:
    """Return a role of the organisation's own."""
    if "role" not in world.made:
        world.made["role"] = roles.define(
            name="Reader",
            codes=["accounts.people.see"],
            by=factories.TESTS,
            at=factories.LONG_AGO,
        )
    return world.made["role"]


def client(world: World) -> ApiClient:
    """Return a program."""
    if "client" not in world.made:
        world.made["client"] = clients.make(
            name="Sync",
            codes=["accounts.people.see"],
            by=factories.TESTS,
            at=factories.LONG_AGO,
        ).client
    return world.made["client"]


def failed(world: World) -> Delivery:
    """Return a delivery that was given up."""
    if "failed" not in world.made:
        at = datetime.now(UTC)
        world.made["failed"] = Delivery.objects.create(
            event_id=world.org.id,
            code="x.y.z",
            task="nowhere.to_be_found",
            next_at=at,
            failed_at=at,
        )
    return world.made["failed"]


def joined(world: World) -> dict[str, object]:
    """Return a team and somebody in it."""
    return {"pk": team(world).pk, "user": world.people["ops"].pk}


ARGUMENTS: Arguments = {
    "person": lambda world: {"pk": world.people["legal"].pk},
    "role_give": lambda world: {"pk": world.people["legal"].pk},
    "role_end": lambda world: {"pk": held(world).pk},
    "team": lambda world: {"pk": team(world).pk},
    "team_join": lambda world: {"pk": team(world).pk},
    "team_role_give": lambda world: {"pk": team(world).pk},
    "team_leave": joined,
    "own_role": lambda world: {"pk": role(world).pk},
    "client": lambda world: {"pk": client(world).pk},
    "client_rotate": lambda world: {"pk": client(world).pk},
    "client_networks": lambda world: {"pk": client(world).pk},
    "event": lambda world: {"pk": Event.objects.order_by("id")[0].pk},
    "outbox_retry": lambda world: {"pk": failed(world).pk},
}

SENT: Sent = {
    ("invite", "POST"): lambda world: {"email": "new@harbour.example", "role": "legal"},
    ("role_give", "POST"): lambda world: {"role": "ops", "reason": REASON},
    ("role_end", "POST"): lambda world: {"reason": REASON},
    ("team_new", "POST"): lambda world: {"name": "Night shift"},
    ("team_join", "POST"): lambda world: {"email": world.people["legal"].email},
    ("team_role_give", "POST"): lambda world: {"role": "ops", "reason": REASON},
    ("role_new", "POST"): lambda world: {"name": "Guest", "codes": "accounts.people.see"},
    ("own_role", "POST"): lambda world: {
        "name": "Reader",
        "codes": "accounts.people.see",
        "version": role(world).version,
    },
    ("client_new", "POST"): lambda world: {"name": "Feed", "codes": "accounts.people.see"},
    ("client", "POST"): lambda world: {"reason": REASON},
    ("client_rotate", "POST"): lambda world: {"overlap": "7"},
    ("client_networks", "POST"): lambda world: {"networks": "192.0.2.0/24"},
}
