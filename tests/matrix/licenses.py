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
    ("license_payment_back", "POST",         IN, 404, 404, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("api:licenses", "GET",                 401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
    ("api:licenses", "POST",                401, 201, 403, 403, 201, 403, 403, 201, 403, 403, 401),
    ("api:license_check", "POST",           401, 200, 403, 403, 200, 403, 403, 200, 403, 403, 401),
    ("api:license", "GET",                  401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:license", "PATCH",                401, 200, 403, 403, 200, 403, 403, 200, 403, 404, 401),
    ("api:license_version", "GET",          401, 200, 200, 200, 200, 403, 403, 200, 403, 404, 401),
    ("api:license_signature", "POST",       401, 201, 403, 403, 201, 403, 403, 201, 403, 404, 401),
    ("api:license_termination", "POST",     401, 409, 403, 403, 409, 403, 403, 409, 403, 404, 401),
    ("api:license_decline", "POST",         401, 409, 403, 403, 409, 403, 403, 409, 403, 404, 401),
    ("api:license_payments", "POST",        401, 403, 404, 403, 403, 403, 403, 404, 403, 404, 401),
    ("api:license_reversal", "POST",        401, 403, 404, 403, 403, 403, 403, 404, 403, 404, 401),
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
        entered = drafts.enter(document=document("L-1"), by=factories.TESTS, at=at)
        world.made["license"] = entered.version.license
    return world.made["license"]


def document(code: str) -> dict[str, Any]:
    """Return the document of a licence of the one work."""
    grant = {"clause": "1", "works": ["LOW-1"], "rights": ["svod"], "territory": "US"}
    return {
        "format": "mediatrack.license/1", "license": code, "title": "North",
        "licensee": "NORD", "signed_on": "2026-01-05",
        "term": {"start": "2026-01-01", "end": None}, "currency": "EUR", "fee": "0",
        "grants": [grant | {"exclusive": True}],
    }  # fmt: skip


def _sent(code: str) -> Any:
    def made(world: World) -> dict[str, Any]:
        license(world)
        return {"document": document(code)}

    return made


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
    "license_payment_back": _of(payment="01900000-0000-7000-8000-000000000001"),
    "work_licenses": _work,
    **{
        f"api:license{name}": _of()
        for name in ("", "_signature", "_termination", "_decline")
    },
    "api:license_version": _of(number="1"),
    "api:license_payments": _of(instalment="01900000-0000-7000-8000-000000000001"),
    "api:license_reversal": _of(payment="01900000-0000-7000-8000-000000000001"),
}  # fmt: skip
WHY = {"reason": "A check"}
SENT: Sent = {
    ("api:licenses", "POST"): _sent("L-2"),
    ("api:license_check", "POST"): _sent("L-2"),
    ("api:license", "PATCH"): _sent("L-1"),
    ("api:license_signature", "POST"): lambda world: WHY,
    ("api:license_termination", "POST"): lambda world: {"last_day": "2026-03-31", **WHY},
    ("api:license_decline", "POST"): lambda world: WHY,
    ("api:license_payments", "POST"): lambda world: {"paid_on": "2026-01-30"},
    ("api:license_reversal", "POST"): lambda world: WHY,
}
