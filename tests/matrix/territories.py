"""Places, groups, expressions and rates."""

from tests.matrix import IN, ORG, Row

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("territories", "GET",                   IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("territory_groups", "GET",              IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("territory_tester", "GET",              IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("territory_rates", "GET",               IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("own_rates", "GET",                     IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("own_places", "GET",                    IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("own_places", "POST",                   IN, 422, 403, 422, 403, 403, 403,  IN, ORG, 422,  IN),
]
# fmt: on
