"""Licences. The one asked about is a draft, its only version."""

from typing import Any

from catalog.services.works import NewWork
from holders.services import holders
from licenses.models import License
from rights.services.registration import register_work
from tests import factories
from tests.matrix import IN, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("licenses", "GET",                      IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("license_calendar", "GET",              IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("license", "GET",                       IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("license_document", "GET",              IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("license_new", "GET",                   IN, 200, 403, 403, 200, 403, 403,  IN, ORG, 403,  IN),
    ("license_new", "POST",                  IN, 422, 403, 403, 422, 403, 403,  IN, ORG, 403,  IN),
    ("license_edit", "GET",                  IN, 200, 404, 404, 200, 404, 404,  IN, ORG, 404,  IN),
    ("license_edit", "POST",                 IN, 422, 404, 404, 422, 404, 404,  IN, ORG, 404,  IN),
    ("license_what_if", "GET",               IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("license_sign", "POST",                 IN, 422, 404, 404, 422, 404, 404,  IN, ORG, 404,  IN),
    ("license_end", "POST",                  IN, 422, 404, 404, 422, 404, 404,  IN, ORG, 404,  IN),
    ("license_decline", "POST",              IN, 422, 404, 404, 422, 404, 404,  IN, ORG, 404,  IN),
    ("license_paid", "POST",                 IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("work_licenses", "GET",                 IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
]
# fmt: on


def license(world: World) -> License:
    """Return a licence with a draft."""
    if "license" not in world.made:
        from licenses.services import drafts

        at = factories.LONG_AGO
        work = NewWork(kind="film", title="Low Water", code="LOW-1")
        world.made["licensed"] = register_work(work=work, actor=factories.TESTS, at=at)
        holders.register(kind="other", name="Nord", code="NORD", actor=factories.TESTS, at=at)
        document = {
            "format": "mediatrack.license/1", "license": "L-1", "title": "North",
            "licensee": "NORD", "signed_on": "2026-01-05",
            "term": {"start": "2026-01-01", "end": None}, "currency": "EUR", "fee": "0",
            "grants": [{"clause": "1", "works": ["LOW-1"], "rights": ["svod"], "territory": "US",
                        "exclusive": True}],
        }  # fmt: skip
        entered = drafts.enter(document=document, by=factories.TESTS, at=at)
        world.made["license"] = entered.version.license
    return world.made["license"]


def _of(**more: Any) -> Any:
    return lambda world: {"pk": license(world).pk, **more}


def _work(world: World) -> dict[str, Any]:
    license(world)
    return {"pk": world.made["licensed"].pk}


ARGUMENTS: Arguments = {
    "license": _of(),
    "license_document": _of(number="1"),
    "license_edit": _of(),
    "license_what_if": _of(),
    "license_sign": _of(),
    "license_end": _of(),
    "license_decline": _of(),
    "license_paid": _of(instalment="01900000-0000-7000-8000-000000000001"),
    "work_licenses": _work,
}
SENT: Sent = {}
