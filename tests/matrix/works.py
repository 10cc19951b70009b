"""Works and their rights. The work asked about is a film without claims of its own."""

from catalog.models import Work
from catalog.services.works import NewWork
from holders.services import holders
from rights.selectors import claims
from rights.services import claims as rights_in
from rights.services import holds, limits, registration
from rights.services.terms import NewClaim
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
    ("claim_transfer", "GET",                IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_transfer", "POST",               IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_correct", "GET",                 IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_correct", "POST",                IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_end", "GET",                     IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_end", "POST",                    IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_withdraw", "GET",                IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_withdraw", "POST",               IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_owner", "GET",                   IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("claim_owner", "POST",                  IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("restriction_new", "GET",               IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("restriction_new", "POST",              IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("hold_new", "GET",                      IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("hold_new", "POST",                     IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("document_new", "GET",                  IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("document_new", "POST",                 IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("restriction", "GET",                   IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("restriction", "POST",                  IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("hold", "GET",                          IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("hold", "POST",                         IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("document", "GET",                      IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("document", "POST",                     IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 404,  IN),
    ("document_file", "GET",                 IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("shares_sum", "POST",                   IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("near_conflicts", "GET",                IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("near_unclaimed", "GET",                IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("near_gaps", "GET",                     IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
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


def contract(world: World) -> dict[str, object]:
    """Return a claim by contract to another film."""
    if "contract" not in world.made:
        film = registration.register_work(
            work=NewWork("film", "Slack Water"), actor=factories.TESTS, at=factories.LONG_AGO
        )
        house, _ = holders.ensure_reserved(at=factories.LONG_AGO)
        terms = NewClaim("audiovisual", [(house.pk, 1)], territory="DE")
        made = rights_in.claim(
            work_id=film.pk, terms=terms, actor=factories.TESTS, at=factories.LONG_AGO
        )
        world.made["contract"] = {"pk": film.pk, "claim": made.claim}
    found: dict[str, object] = world.made["contract"]
    return found


def limit(world: World) -> dict[str, object]:
    """Return a restriction of the other film."""
    about = contract(world)
    if "limit" not in world.made:
        world.made["limit"] = limits.restrict(
            work_id=about["pk"], kind="blocked", actor=factories.TESTS, at=factories.LONG_AGO,
            detail="Not at all",
        )  # fmt: skip
    return {"pk": about["pk"], "limit": world.made["limit"]}


def hold(world: World) -> dict[str, object]:
    """Return a hold of the other film."""
    about = contract(world)
    if "hold" not in world.made:
        by = world.people["legal"]
        world.made["hold"] = holds.by_hand(
            work_id=about["pk"], kind="legal", reason="Asked", by=by, at=factories.LONG_AGO
        )
    return {"pk": about["pk"], "limit": world.made["hold"]}


def document(world: World) -> dict[str, object]:
    """Return a document of the other film."""
    about = contract(world)
    if "document" not in world.made:
        world.made["document"] = limits.file(
            work_id=about["pk"], label="Deed", content=b"Signed", name="deed.txt",
            media_type="text/plain", actor=factories.TESTS, at=factories.LONG_AGO,
        )  # fmt: skip
    return {"pk": about["pk"], "document": world.made["document"].pk}


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
    "restriction_new",
    "hold_new",
    "document_new",
    "work_rights",
    "work_deals",
    "work_revenue",
    "work_timeline",
    "work_changelog",
)
ARGUMENTS: Arguments = {name: lambda world: {"pk": work(world).pk} for name in _ONE}
ARGUMENTS |= dict.fromkeys(("claim", "claim_transfer", "claim_owner"), claim)
ARGUMENTS |= dict.fromkeys(("claim_correct", "claim_end", "claim_withdraw"), contract)
ARGUMENTS |= {"restriction": limit, "hold": hold, "conflict": conflict}
ARGUMENTS |= dict.fromkeys(("document", "document_file"), document)
SENT: Sent = {}
