"""Exceptions, matching rules and imports."""

import tempfile
from pathlib import Path
from typing import Any

from django.utils import timezone

from foundation import storage
from integrations.models import Import, TableImport
from integrations.services import imports, tables, uploads
from royalties.models import MatchRule, SalesException
from royalties.services import exceptions
from tests.matrix import IN, ON, ORG, Arguments, Row, Sent, World
from tests.royalties import world as small

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("exceptions", "GET",                    IN, 200, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exceptions_again", "GET",              IN, 200, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exceptions_again", "POST",             IN,  ON,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exceptions_together", "POST",          IN,  ON,  ON, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("exception", "GET",                     IN, 200, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("exception", "POST",                    IN,  ON,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("match_rules", "GET",                   IN, 200, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("match_rule", "GET",                    IN, 200, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("match_rule", "POST",                   IN,  ON,  ON, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    # Imports: legal and administrators look, analysts act (what is asked about is checked).
    ("imports", "GET",                       IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("import_new", "GET",                    IN, 403, 200, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("import_new", "POST",                   IN, 403, 422, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("import_uploads", "POST",               IN, 403, 201, 403, 403, 403, 403,  IN, ORG, 403,  IN),
    ("import_upload", "GET",                 IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("import_upload", "POST",                IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("import_upload", "DELETE",              IN, 404, 204, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("import", "GET",                        IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_detect", "GET",                 IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_detect", "POST",                IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_map", "GET",                    IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_map", "POST",                   IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_check", "POST",                 IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_progress", "GET",               IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_progress", "POST",              IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_fix", "GET",                    IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_fix", "POST",                   IN, 403, 404, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_correct", "POST",               IN, 403, 422, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_review", "GET",                 IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_review", "POST",                IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    ("import_errors", "GET",                 IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_take_back", "GET",              IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
    ("import_take_back", "POST",             IN, 403,  ON, 403, 403, 403, 403,  IN, ORG, 404,  IN),
    # Tables: rights managers, analysts and administrators (what is asked about holds works).
    ("tables", "GET",                        IN, 200, 200, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("table_new", "GET",                     IN, 200, 200, 200, 403, 403, 403,  IN, ORG, 200,  IN),
    ("table_new", "POST",                    IN, 422, 422, 422, 403, 403, 403,  IN, ORG, 422,  IN),
    ("table_standing", "GET",                IN, 404, 404, 404, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_uploads", "POST",                IN, 201, 201, 201, 403, 403, 403,  IN, ORG, 201,  IN),
    ("table_upload", "GET",                  IN, 404, 200, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("table_upload", "POST",                 IN, 404, 422, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("table_upload", "DELETE",               IN, 404, 204, 404, 404, 404, 404,  IN, ORG, 404,  IN),
    ("table", "GET",                         IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_map", "GET",                     IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_map", "POST",                    IN,  ON, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_settle", "POST",                 IN,  ON, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_take", "POST",                   IN,  ON, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_take_back", "GET",               IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_take_back", "POST",              IN,  ON, 403,  ON, 403, 403, 403,  IN, ORG, 404,  IN),
    ("table_errors", "GET",                  IN, 200, 403, 200, 403, 403, 403,  IN, ORG, 404,  IN),
    ("sales_file", "GET",                    IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 404,  IN),
]
# fmt: on


def waiting(world: World) -> SalesException:
    """Return an exception that waits, and one that is decided beside it."""
    if "waiting" not in world.made:
        [world.made["blue hour"], _] = small.catalogue()
        unknown = {"isrc": "QZ1110000098", "title": "Law Tide", "artist": "Kestrel", "amount": 100}
        with tempfile.TemporaryDirectory() as folder:
            world.made["sales"] = small.sales(Path(folder), [*small.LINES, unknown])
        first, world.made["waiting"] = SalesException.objects.order_by("amount")
        world.made["rule"] = exceptions.decide(
            key=first.fingerprint,
            work_id=world.made["blue hour"].pk,
            by=small.BY,
            at=small.NOW,
        )
    found: SalesException = world.made["waiting"]
    return found


def rule(world: World) -> MatchRule:
    """Return a rule in force."""
    waiting(world)
    found: MatchRule = world.made["rule"]
    return found


def checked(world: World) -> Import:
    """Return an import whose rows are checked."""
    if "checked" not in world.made:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sales.csv"
            path.write_text("title,artist,amount,currency\nA,Kestrel,10.00,EUR\n")
            begun = imports.begin(source=path, name="sales.csv", by=small.BY, at=small.NOW)
        Import.objects.filter(pk=begun.row.pk).update(
            state="validated", figures=FIGURES, findings={}
        )
        world.made["checked"] = begun.row
    found: Import = world.made["checked"]
    return found


def upload(world: World) -> dict[str, Any]:
    """Return the key of the analyst's upload under way."""
    if "upload" not in world.made:
        analyst = world.people["financial_analyst"]
        world.made["upload"] = uploads.begin(
            name="large.csv", size=10, head="0" * 64, by=analyst, at=timezone.now()
        ).pk
    return {"pk": world.made["upload"]}


def tabled(world: World) -> dict[str, Any]:
    """Return the key of a checked table of works."""
    if "tabled" not in world.made:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "works.csv"
            path.write_text("kind,title\nfilm,Night Boat\n")
            row = tables.begin(
                target="works", source=path, name="works.csv", by=small.BY, at=small.NOW
            )
        kept = storage.put(
            b'{"changes": [], "wrong": []}', name="plan", media_type="application/json"
        )
        TableImport.objects.filter(pk=row.pk).update(state="checked", plan_file=kept)
        world.made["tabled"] = row.pk
    return {"pk": world.made["tabled"]}


def sold(world: World) -> dict[str, Any]:
    """Return the key of an accepted sales file."""
    waiting(world)
    return {"pk": world.made["sales"]}


OF_TABLES = (
    "table", "table_map", "table_settle", "table_take", "table_take_back", "table_errors",
)  # fmt: skip
FIGURES = {"rows_read": 1, "accepted": 1, "quarantined": 0, "rejected": 0, "totals": []}
OF_ONE = (
    "import", "import_detect", "import_map", "import_check", "import_progress", "import_fix",
    "import_correct", "import_review", "import_take_back",
)  # fmt: skip

ARGUMENTS: Arguments = {
    **{name: lambda world: {"pk": checked(world).pk} for name in OF_ONE},
    "import_errors": lambda world: {"pk": checked(world).pk, "kind": "csv"},
    "sales_file": sold,
    **{name: tabled for name in OF_TABLES},
    "import_upload": upload,
    "table_upload": upload,
    "exception": lambda world: {"key": waiting(world).fingerprint},
    "match_rule": lambda world: {"pk": rule(world).pk},
}


def _together(world: World) -> dict[str, Any]:
    one = waiting(world)
    return {
        "list": "/exceptions/",
        "row": one.pk,
        "sure": "1",
        f"lines-{one.fingerprint}": one.lines,
        f"work-{one.fingerprint}": world.made["blue hour"].pk,
    }


SENT: Sent = {
    ("import_uploads", "POST"): lambda world: {"name": "a.csv", "size": "9", "head": "1" * 64},
    ("table_settle", "POST"): lambda world: {"column": "kind", "value": "x", "meaning": "film"},
    ("table_uploads", "POST"): lambda world: {"name": "a.csv", "size": "9", "head": "1" * 64},
    ("table_map", "POST"): lambda world: {"kind": "kind", "title": "title"},
    ("table_take_back", "POST"): lambda world: {"reason": "A test"},
    ("import_take_back", "POST"): lambda world: {"reason": "A test"},
    ("exception", "POST"): lambda world: {
        "work": str(waiting(world) and world.made["blue hour"].pk),
        "lines": "1",
    },
    ("exceptions_together", "POST"): _together,
}
