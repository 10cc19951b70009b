"""The ledger's pages."""

from datetime import date

from royalties.models import Account, Entry
from tests import factories
from tests.matrix import IN, ORG, Arguments, Row, Sent, World

# fmt: off
ROWS: list[Row] = [
    # address, method                       ano  rgt  anl  adm  leg  crt  ops  cli  exp  str  dis
    ("ledger", "GET",                        IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("ledger_accounts", "GET",               IN, 403, 200, 200, 200, 403, 403,  IN, ORG, 200,  IN),
    ("ledger_account", "GET",                IN, 404, 200, 200, 200, 404, 404,  IN, ORG, 404,  IN),
    ("ledger_entry", "GET",                  IN, 404, 200, 200, 200, 404, 404,  IN, ORG, 404,  IN),
]
# fmt: on


def account(world: World) -> dict[str, object]:
    """Return an account."""
    if "ledger_account" not in world.made:
        world.made["ledger_account"] = Account.objects.create(
            kind="royalty_expense", currency="EUR"
        )
    return {"pk": world.made["ledger_account"].pk}


def entry(world: World) -> dict[str, object]:
    """Return an entry without transfers."""
    if "ledger_entry" not in world.made:
        world.made["ledger_entry"] = Entry.objects.create(
            reference="royalties/NONE/2026-Q1",
            kind="royalties",
            period="2026-Q1",
            day=date(2026, 4, 1),
            posted_at=factories.LONG_AGO,
            posted_by=world.org.id,
        )
    return {"pk": world.made["ledger_entry"].pk}


ARGUMENTS: Arguments = {"ledger_account": account, "ledger_entry": entry}
SENT: Sent = {}
