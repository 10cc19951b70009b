"""Holders and societies. The holder asked about has one person who sees its statements."""

from holders.models import Holder
from holders.services import holders, portal, societies
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("holders", "GET",                       IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("holder_new", "GET",                    IN, 200, 200, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("holder_new", "POST",                   IN, 422, 422, 422, 403, 403, 403,  IN, ORG, 422,  IN),
    ("holder", "GET",                        IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("holder_edit", "GET",                   IN, 200, 200, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("holder_edit", "POST",                  IN, 422, 422, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("holder_works", "GET",                  IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("holder_deals", "GET",                  IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("holder_statements", "GET",             IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("holder_changelog", "GET",              IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("holder_portal", "POST",                IN, 403, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("portal_end", "GET",                    IN, 403, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("portal_end", "POST",                   IN, 403, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("societies", "GET",                     IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("society_choose", "GET",                IN, 200, 200, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("society_choose", "POST",               IN,  ON,  ON,  ON, 403, 403, 403,  IN, ORG,  ON,  IN),
    ("society_take_back", "GET",             IN, 200, 200, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("society_take_back", "POST",            IN,  ON,  ON,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
]
# fmt: on


def holder(world: World) -> Holder:
    """Return a studio."""
    if "holder" not in world.made:
        world.made["holder"] = holders.register(
            kind="studio", name="Pier Studios", actor=factories.TESTS, at=factories.LONG_AGO
        )
    return world.made["holder"]


def access(world: World) -> dict[str, object]:
    """Return somebody's look into a label's statements: the ops person's."""
    if "access" not in world.made:
        label = holders.register(
            kind="label", name="Pier Sounds", actor=factories.TESTS, at=factories.LONG_AGO
        )
        world.made["access"] = portal.give(
            holder_id=label.pk,
            user_id=world.people["ops"].pk,
            actor=factories.TESTS,
            at=factories.LONG_AGO,
        )
    given = world.made["access"]
    return {"pk": given.holder_id, "access": given.pk}


_ONE = (
    "holder", "holder_edit", "holder_works", "holder_deals", "holder_statements",
    "holder_changelog", "holder_portal",
)  # fmt: skip
ARGUMENTS: Arguments = {name: lambda world: {"pk": holder(world).pk} for name in _ONE}
ARGUMENTS["portal_end"] = access


def choice(world: World) -> dict[str, object]:
    """Return the organisation's own choice for Bavaria."""
    if "choice" not in world.made:
        world.made["choice"] = societies.choose(
            territory="DE-BY",
            right_type="performance",
            society="suisa",
            period=None,
            actor=factories.TESTS,
            at=factories.LONG_AGO,
        )
    return {"pk": world.made["choice"].pk}


ARGUMENTS["society_take_back"] = choice
SENT: Sent = {
    ("portal_end", "POST"): lambda world: {"reason": "Left the studio"},
    ("society_choose", "POST"): lambda world: {
        "where": "AT", "right": "performance", "society": "suisa",
    },
    ("society_take_back", "POST"): lambda world: {"reason": "A test"},
}  # fmt: skip
