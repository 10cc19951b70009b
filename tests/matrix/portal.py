"""The creator's own page."""

from tests.matrix import IN, ORG, Row

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("portal", "GET",                        IN, 403, 403, 403, 403, 200, 403,  IN, ORG, 403,  IN),
    ("glossary", "GET",                      IN, 403, 403, 403, 403, 200, 403,  IN, ORG, 403,  IN),
]
# fmt: on
