"""Exceptions, matching rules and imports."""

import tempfile
from pathlib import Path

from royalties.models import MatchRule, SalesException
from royalties.services import exceptions
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World
from tests.royalties import world as small

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("exceptions", "GET",                    IN, 200, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exceptions_again", "GET",              IN, 200, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exceptions_again", "POST",             IN,  ON,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exception", "GET",                     IN, 200, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("exception", "POST",                    IN,  ON,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("match_rules", "GET",                   IN, 200, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("match_rule", "GET",                    IN, 200, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("match_rule", "POST",                   IN,  ON,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
]
# fmt: on


def waiting(world: World) -> SalesException:
    """Return an exception that waits, and one that is decided beside it."""
    if "waiting" not in world.made:
        [world.made["blue hour"], _] = small.catalogue()
        unknown = {"isrc": "QZ1110000098", "title": "Law Tide", "artist": "Kestrel", "amount": 100}
        with tempfile.TemporaryDirectory() as folder:
            small.sales(Path(folder), [*small.LINES, unknown])
        first, world.made["waiting"] = SalesException.objects.order_by("amount")
        world.made["rule"] = exceptions.decide(
            key=first.fingerprint,
            work_id=world.made["blue hour"].pk,
            by=small.BY,
            at=small.NOW,
        )
    found: SalesException = world.made["waiting"]
    return found


def rule(world: World) -> MatchRule:
    """Return a rule in force."""
    waiting(world)
    found: MatchRule = world.made["rule"]
    return found


ARGUMENTS: Arguments = {
    "exception": lambda world: {"key": waiting(world).fingerprint},
    "match_rule": lambda world: {"pk": rule(world).pk},
}

SENT: Sent = {
    ("exception", "POST"): lambda world: {
        "work": str(waiting(world) and world.made["blue hour"].pk),
        "lines": "1",
    },
}
