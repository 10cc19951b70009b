"""Tables by the API: who may edit what a table holds sends it, sees it and takes it."""

from django.core.files.base import ContentFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.matrix import Arguments, Row, Sent
from tests.matrix.workbench import tabled

WORKS = b"code,kind,title\nT-1,film,Low Tide\n"
# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("api:tables", "GET",                   401, 200, 200, 200, 403, 403, 403, 200, 403, 200, 401),
    ("api:tables", "POST",                  401, 201, 403, 201, 403, 403, 403, 201, 403, 201, 401),
    ("api:table_standing", "GET",           401, 200, 403, 200, 403, 403, 403, 200, 403, 200, 401),
    ("api:table", "GET",                    401, 200, 404, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:table_map", "POST",               401, 202, 404, 202, 403, 403, 403, 202, 403, 404, 401),
    ("api:table_take", "POST",              401, 202, 404, 202, 403, 403, 403, 202, 403, 404, 401),
    ("api:table_reverse", "POST",           401, 200, 404, 200, 403, 403, 403, 200, 403, 404, 401),
    ("api:table_errors", "GET",             401, 200, 404, 200, 403, 403, 403, 200, 403, 404, 401),
]
# fmt: on
ARGUMENTS: Arguments = dict.fromkeys(
    ("api:table", "api:table_map", "api:table_take", "api:table_reverse", "api:table_errors"),
    tabled,
)
SENT: Sent = {
    ("api:tables", "POST"): lambda world: {
        "content": encode_multipart(
            BOUNDARY, {"of": "works", "file": ContentFile(WORKS, name="works.csv")}
        ),
        "media_type": MULTIPART_CONTENT,
    },
    ("api:table_reverse", "POST"): lambda world: {"reason": "The wrong list"},
}
