"""Sources and the rules that say when each is due."""

from royalties.services import sources
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("sources", "GET",                       IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("source_new", "GET",                    IN, 403, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("source_new", "POST",                   IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("source", "GET",                        IN, 404, 200, 200, 200, 404, 404,  IN, ORG, 404,  IN),
    ("source", "POST",                       IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("source_remove", "POST",                IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("api:sources", "GET",                  401, 403, 200, 200, 200, 403, 403, 200, 403, 200, 401),
]
# fmt: on


def rule(world: World) -> dict[str, object]:
    """Return the rule of a source."""
    if "source_rule" not in world.made:
        world.made["source_rule"] = sources.set_rule(
            source="Tide",
            every="month",
            due_after=15,
            first="2026-01",
            by=factories.TESTS,
            at=factories.LONG_AGO,
        )
    return {"pk": world.made["source_rule"].pk}


def _sent(source: str, version: str) -> dict[str, object]:
    return {
        "source": source, "every": "month", "due_after": "20", "first": "2026-01", "last": "",
        "version": version,
    }  # fmt: skip


ARGUMENTS: Arguments = {"source": rule, "source_remove": rule}
SENT: Sent = {
    ("source_new", "POST"): lambda world: _sent("Another", "0"),
    ("source", "POST"): lambda world: _sent("Tide", "1"),
    ("source_remove", "POST"): lambda world: {"version": "1"},
}
