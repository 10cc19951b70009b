"""Royalty runs (the one asked about is posted and has no results)."""

from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("runs", "GET",                          IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("run_start", "POST",                    IN, 403, 422, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("run", "GET",                           IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("posting_rule", "GET",                  IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("posting_rule", "POST",                 IN, 403, 403,  ON, 403, 403, 403,  IN, ORG,  ON,  IN),
    ("run_review", "GET",                    IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("run_review", "POST",                   IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("run_ask", "GET",                       IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("run_ask", "POST",                      IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("run_post", "GET",                      IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("run_post", "POST",                     IN, 404,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    *(
        (f"run_payee{part}", "GET",          IN, 403, 404, 404, 404, 403, 403,  IN, ORG, 404,  IN)
        for part in ("", "_rows", "_lines", "_working", "_receipts")
    ),
]
# fmt: on


def _run(world: World) -> dict[str, object]:
    from tests.access_matrix import statement

    return {"pk": statement(world).run_id}


def _payee(world: World) -> dict[str, object]:
    return {**_run(world), "holder": world.org.id, "currency": "EUR"}


def _below(world: World) -> dict[str, object]:
    return {**_payee(world), "result": world.org.id}


ARGUMENTS: Arguments = {
    "run": _run,
    "run_review": _run,
    "run_ask": _run,
    "run_post": _run,
    "run_payee": _payee,
    "run_payee_rows": _payee,
    "run_payee_lines": _below,
    "run_payee_working": _below,
    "run_payee_receipts": _below,
}

SENT: Sent = {("posting_rule", "POST"): lambda world: {"asks": "review", "version": 0}}
