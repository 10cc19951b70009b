"""Works and their rights. The work asked about is a film without claims of its own."""

from catalog.models import Work
from catalog.services.works import NewWork
from holders.services import holders
from rights.selectors import claims
from rights.services import claims as rights_in
from rights.services import registration
from rights.services.claims import NewClaim
from tests import factories
from tests.matrix import IN, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("works", "GET",                         IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("work", "GET",                          IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("work_new", "GET",                      IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("work_new", "POST",                     IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 422,  IN),
    ("work_edit", "GET",                     IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("work_edit", "POST",                    IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_new", "GET",                     IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_new", "POST",                    IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim", "GET",                         IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim", "POST",                        IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("conflicts", "GET",                     IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("conflict", "GET",                      IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("conflict", "POST",                     IN, 422, 403, 422, 422, 403, 403,  IN, ORG, 404,  IN),
    ("work_rights", "GET",                   IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("work_deals", "GET",                    IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("work_revenue", "GET",                  IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("work_timeline", "GET",                 IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("work_changelog", "GET",                IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
]
# fmt: on


def work(world: World) -> Work:
    """Return a film with its default claim."""
    if "work" not in world.made:
        world.made["work"] = registration.register_work(
            work=NewWork("film", "The Long Pier"), actor=factories.TESTS, at=factories.LONG_AGO
        )
    return world.made["work"]


def claim(world: World) -> dict[str, object]:
    """Return the film's default claim."""
    film = work(world)
    return {"pk": film.pk, "claim": claims.of_work(film.pk, on=None)[0].claim}


def conflict(world: World) -> dict[str, object]:
    """Return the conflict between two claims to a book."""
    if "conflict" not in world.made:
        book = registration.register_work(
            work=NewWork("book", "Tide Tables"), actor=factories.TESTS, at=factories.LONG_AGO
        )
        house, unclaimed = holders.ensure_reserved(at=factories.LONG_AGO)
        for holder, source in ((house, "contract"), (unclaimed, "society")):
            terms = NewClaim("book", [(holder.pk, 1)], source=source)
            made = rights_in.claim(
                work_id=book.pk, terms=terms, actor=factories.TESTS, at=factories.LONG_AGO
            )
        world.made["conflict"] = made.conflicts[0]
    return {"pk": world.made["conflict"]}


_ONE = (
    "work",
    "work_edit",
    "claim_new",
    "work_rights",
    "work_deals",
    "work_revenue",
    "work_timeline",
    "work_changelog",
)
ARGUMENTS: Arguments = {name: lambda world: {"pk": work(world).pk} for name in _ONE}
ARGUMENTS["claim"] = claim
ARGUMENTS["conflict"] = conflict
SENT: Sent = {}
