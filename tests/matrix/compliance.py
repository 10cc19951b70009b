"""The compliance report: its form, and the API's question without the licensee it needs."""

from tests.matrix import IN, ORG, Row

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("compliance", "GET",                    IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("api:compliance", "GET",               401, 403, 422, 422, 422, 403, 403, 422, 403, 422, 401),
]
# fmt: on
