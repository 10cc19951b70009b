"""Publishing of statements (the one asked about is a draft), its calendar."""

from royalties.models import Publication
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("statement_publish", "GET",             IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("statement_publish", "POST",            IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("statement_hold", "GET",                IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("statement_hold", "POST",               IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("statement_release", "POST",            IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("statements_publish", "POST",           IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("statements_hold", "POST",              IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("publish_calendar", "GET",              IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("publish_calendar", "POST",             IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("publish_day", "GET",                   IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("publish_day", "POST",                  IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("api:statement_publish", "POST",       401, 403, 200, 403, 403, 404, 403, 200, 403, 404, 401),
    ("api:statement_hold", "POST",          401, 403, 200, 403, 403, 404, 403, 200, 403, 404, 401),
    ("api:statement_release", "POST",       401, 403, 409, 403, 403, 404, 403, 409, 403, 404, 401),
]
# fmt: on


def draft(world: World) -> dict[str, object]:
    """Return the statement that nobody here has to do with, as a draft."""
    from tests.access_matrix import statement

    found = statement(world)
    Publication.objects.get_or_create(statement=found)
    return {"pk": found.pk}


def _chosen(world: World) -> dict[str, object]:
    return {"list": "/statements/", "row": draft(world)["pk"], "sure": "1", "reason": "A check"}


def _period(world: World) -> dict[str, object]:
    draft(world)
    return {"period": "2026-Q1"}


ARGUMENTS: Arguments = {
    "statement_publish": draft,
    "statement_hold": draft,
    "statement_release": draft,
    "publish_day": _period,
    "api:statement_publish": draft,
    "api:statement_hold": draft,
    "api:statement_release": draft,
}
SENT: Sent = {
    ("api:statement_hold", "POST"): lambda world: {"reason": "A check"},
    ("statement_hold", "POST"): lambda world: {"reason": "A check"},
    ("statements_publish", "POST"): _chosen,
    ("statements_hold", "POST"): _chosen,
    ("publish_calendar", "POST"): lambda world: {
        "publish_after": "30", "pay_after": "15", "version": "0",
    },
    ("publish_day", "POST"): lambda world: {
        "publish_on": "2026-05-01", "pay_on": "2026-05-15", "version": "0",
    },
}  # fmt: skip
