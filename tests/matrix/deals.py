"""Deals. The one asked about is a draft, its only version."""

import json
from pathlib import Path
from typing import Any

from royalties.models import Deal
from tests import factories
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("deals", "GET",                         IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("deal", "GET",                          IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("deal_document", "GET",                 IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("deal_diff", "GET",                     IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("deal_new", "GET",                      IN, 403, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("deal_new", "POST",                     IN, 403, 422, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("deal_check", "POST",                   IN, 403, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("deal_edit", "GET",                     IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("deal_edit", "POST",                    IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("deal_sign", "POST",                    IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("deal_payees", "GET",                   IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("deal_payees", "POST",                  IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("deal_what_if", "GET",                  IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("deal_what_if", "POST",                 IN,  ON,  ON,  ON,  ON, 403, 403,  IN, ORG, 404,  IN),
    ("deal_what_if_working", "GET",          IN, 404, 404, 404, 404, 403, 403,  IN, ORG, 404,  IN),
]
# fmt: on


def deal(world: World) -> Deal:
    """Return a deal with a draft."""
    if "deal" not in world.made:
        from royalties.services import deals

        document = json.loads((EXAMPLES / "d6-list-royalty.json").read_text())
        entered = deals.enter(document=document, by=factories.TESTS, at=factories.LONG_AGO)
        world.made["deal"] = entered.version.deal
    return world.made["deal"]


def _of(**more: Any) -> Any:
    return lambda world: {"pk": deal(world).pk, **more}


ARGUMENTS: Arguments = {
    "deal": _of(),
    "deal_document": _of(number="1"),
    "deal_diff": _of(),
    "deal_edit": _of(),
    "deal_sign": _of(),
    "deal_payees": _of(),
    "deal_what_if": _of(),
    "deal_what_if_working": _of(side="new", payee="author"),
}
SENT: Sent = {("deal_new", "POST"): lambda world: {"text": "{"}}
