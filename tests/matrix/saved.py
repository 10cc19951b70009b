"""Saved views of lists. The one asked about is the analyst's, and everybody here sees it."""

from accounts.models import SavedView
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("views", "GET",                         IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 200,  IN),
    ("view_new", "GET",                      IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("view_new", "POST",                     IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, ORG,  ON,  IN),
    ("view", "GET",                          IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 404,  IN),
    ("view", "POST",                         IN, 422,  ON, 422, 422, 422, 422,  IN, ORG, 404,  IN),
    ("view_delete", "POST",                  IN, 422,  ON, 422, 422, 422, 422,  IN, ORG, 404,  IN),
    ("view_start", "POST",                   IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN, ORG, 404,  IN),
]
# fmt: on


def view(world: World) -> SavedView:
    """Return a view that the analyst shares."""
    if "view" not in world.made:
        world.made["view"] = SavedView.objects.create(
            list="/jobs/",
            caption="Jobs",
            name="failed",
            label="Failed",
            query="state=failed",
            shared="organisation",
            owner=world.people["financial_analyst"],
            changed_at=factories.LONG_AGO,
        )
    return world.made["view"]


ARGUMENTS: Arguments = {
    "view": lambda world: {"pk": view(world).pk},
    "view_delete": lambda world: {"pk": view(world).pk},
    "view_start": lambda world: {"pk": view(world).pk},
}
SENT: Sent = {
    ("view_new", "POST"): lambda world: {
        "list": "/jobs/",
        "query": "state=done",
        "label": "Mine",
        "shared": "private",
    },
    ("view", "POST"): lambda world: {"label": "Failed jobs", "shared": "private", "version": "1"},
    ("view_start", "POST"): lambda world: {"start": "1"},
}
