"""Avails: who may see who holds which right may ask what is free."""

from typing import Any

from tests.matrix import IN, ORG, Arguments, Row, Sent
from tests.matrix.api import work

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("avails", "GET",                        IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("work_avails", "GET",                   IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("api:avails", "POST",                  401, 200, 200, 200, 200, 403, 403, 200, 403, 200, 401),
]
# fmt: on
ARGUMENTS: Arguments = {"work_avails": lambda world: {"pk": work(world).pk}}


def _question(world: Any) -> dict[str, Any]:
    return {"rights": ["svod"], "territory": "US"}


SENT: Sent = {("api:avails", "POST"): _question}
