"""Search over everything, and one's own settings."""

from tests.matrix import IN, ON, ORG, Arguments, Row, Sent

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("search", "GET",                        IN, 200, 200, 200, 200, 200, 200,  IN, ORG, 200,  IN),
    ("suggestions", "GET",                   IN, 200, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("help", "GET",                          IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("settings", "GET",                      IN, 200, 200, 200, 200, 200, 200,  IN, 200, 200,  IN),
    ("settings", "POST",                     IN,  ON,  ON,  ON,  ON,  ON,  ON,  IN,  ON,  ON,  IN),
]
# fmt: on

SENT: Sent = {("settings", "POST"): lambda world: {"locale": "de", "zone": "Europe/Berlin"}}

ARGUMENTS: Arguments = {"suggestions": lambda world: {"kind": "holder"}}
