"""Whoever changes a figure and every hash over it is still found: all figures hang together."""

import copy

import pytest
from psycopg.types.json import Jsonb

from foundation import jobs
from foundation.tenancy import tenant_atomic
from kernel.canonical import digest
from kernel.ids import uuid7
from royalties.engine import results
from royalties.engine.statement import SUMS
from royalties.linestore import cells
from royalties.models import Account, Entry, RunResult, Statement, Transfer
from royalties.selectors import verification
from royalties.services import given, runs
from royalties.statement_content import run_hash
from tests.royalties import world
from tests.royalties.world import BY, NOW

# Ana has an advance and costs still to recoup; Ben waits for the minimum payout.
DEAL = copy.deepcopy(world.DEAL)
DEAL["accounts"]["ana"]["costs"] = [{"id": "studio", "category": ["rec"], "percent": "100"}]
DEAL["payees"]["ben"]["minimum_payout"] = "15.00"

STATEMENT, ENTRY = "statement_differs", "entry_differs"


@pytest.fixture
def posted(org, tmp_path):
    """Two posted quarters."""
    with tenant_atomic(org.id):
        world.catalogue()
        deal = world.signed(DEAL)
        cost = {"category": "rec", "amount": "30.00", "date": "2026-02-01"}
        given.enter_costs(deal=deal, rows=[cost], source="studio.csv", by=BY, at=NOW)
        world.sales(tmp_path)
        world.sales(tmp_path, world.LINES[:1], period="2026-Q2", name="second.csv")
    for period in ("2026-Q1", "2026-Q2"):
        with tenant_atomic(org.id):
            run, job = runs.begin(period=period, by=BY, at=NOW)
        assert jobs.work(org.id, job) == "done"
        with tenant_atomic(org.id):
            runs.post(run_id=run.pk, by=BY, at=NOW)
    return org


class Forger:
    """A superuser who changes rows and, being careful, every hash above them; and takes it back."""

    def __init__(self, link, org):
        self.link, self.org, self.undo = link, org, []
        link.execute("SET session_replication_role = replica")
        with tenant_atomic(org.id):
            self.first = RunResult.objects.select_related("run", "version").get(period="2026-Q1")
            self.last = RunResult.objects.get(period="2026-Q2")
            self.ana = Statement.objects.get(period="2026-Q1", holder__name="Ana Kestrel")

    def change(self, row, **values):
        """Write columns of one row."""
        table = row._meta.db_table
        self._write(table, row.pk, values)
        before = {name: getattr(row, name) for name in values}
        self.undo.append(lambda: self._write(table, row.pk, before))

    def _write(self, table, pk, values):
        names = ", ".join(f"{name} = %s" for name in values)
        plain = [Jsonb(v) if isinstance(v, dict | list) else v for v in values.values()]
        self.link.execute(f"UPDATE {table} SET {names} WHERE id = %s", [*plain, pk])

    def result(self, **values):
        """Change what the first quarter came to, and the hashes of result and run."""
        figures = values.get("figures", self.first.figures)
        fresh = digest({**figures, "closing": values.get("closing", self.first.closing)})
        self.change(self.first, results_hash=fresh, **values)
        self.change(self.first.run, results_hash=run_hash([("ART-1", "2026-Q1", fresh)]))

    def closing(self, *path, value):
        """Change one closing balance."""
        self.result(closing=changed(self.first.closing, ("accounts", *path), value))

    def figure(self, *path, value):
        """Change one figure of a payee."""
        self.result(figures=changed(self.first.figures, ("payees", *path), value))

    def rows(self):
        """Change the money of a statement row, and the rows' fingerprint."""
        table = cells.unpacked(self.first.cells)
        amounts = table.column("amount").to_pylist()
        amounts[0] += 1
        table = table.set_column(
            table.column_names.index("amount"), results.SCHEMA.field("amount"), [amounts]
        )
        figures = {**self.first.figures, "statement": results.summary(table)}
        self.result(figures=figures, cells=cells.packed(table))

    def says(self, *path, value):
        """Change what Ana's first statement says, and its hash."""
        content = changed(self.ana.content, path, value)
        self.change(self.ana, content=content, sha256=digest(content))

    def beside(self, kind):
        """Move a cent between a deal's own account and another one, in an entry of its own."""
        with tenant_atomic(self.org.id):
            mine = Account.objects.filter(kind=kind, deal__isnull=False).first()
            other = Account.objects.get(kind="royalty_expense")
            entry = Entry.objects.first()
        entry_id, transfer_id = uuid7(), uuid7()
        self.link.execute(
            "INSERT INTO royalties_entry (org_id, id, reference, kind, period, day, reason, "
            "posted_at, posted_by) VALUES (%s, %s, 'forged', 'adjustment', '2026-Q1', %s, '', "
            "now(), %s)",
            [self.org.id, entry_id, entry.day, entry.posted_by],
        )
        self.link.execute(
            "INSERT INTO royalties_transfer (org_id, id, entry_id, debit_id, credit_id, amount, "
            "currency, what) VALUES (%s, %s, %s, %s, %s, 1, 'USD', 'x')",
            [self.org.id, transfer_id, entry_id, mine.pk, other.pk],
        )
        for table, pk in (("royalties_transfer", transfer_id), ("royalties_entry", entry_id)):
            self.undo.append(
                lambda t=table, k=pk: self.link.execute(f"DELETE FROM {t} WHERE id = %s", [k])
            )

    def paid(self):
        """Pay a cent more in the ledger than the statement says."""
        with tenant_atomic(self.org.id):
            row = Transfer.objects.filter(what="ART-1: advance signing").first()
        self.change(row, amount=row.amount + 1)

    def dropped(self):
        """Take a statement away (hide it in another organisation)."""
        self.change(self.ana, org_id=uuid7())

    def problems(self):
        """Return the codes that verifying finds, and take back what was done."""
        with tenant_atomic(self.org.id):
            found = {each["code"] for each in verification.verify()["problems"]}
        while self.undo:
            self.undo.pop()()
        return found


def changed(document, path, value):
    """Return a document with one value replaced."""
    copied = copy.deepcopy(document)
    at = copied
    for name in path[:-1]:
        at = at[name]
    assert at[path[-1]] != value
    at[path[-1]] = value
    return copied


def forgeries(forger):
    """Return (what is forged, the deed, the code that names it)."""
    now, last = forger.first, forger.last
    opening = changed(last.opening, ("accounts", "ana", "unrecouped", "studio"), "1.00")
    told = changed(now.working, ("ana", "children", 0, "children", 0, "amount"), "99.00")
    terms = changed(now.version.document, ("income", 0, "rate", "percent"), "21")
    part = ("deals", 0)
    return [
        ("carried", lambda: forger.closing("ana", "carried", value="-3.00"), "earned_differs"),
        ("held", lambda: forger.closing("ben", "held", value="1.00"), "held_differs"),
        (
            "unrecouped advance",
            lambda: forger.closing("ana", "unrecouped", "signing", value="5.00"),
            "advance_differs",
        ),
        (
            "unrecouped cost",
            lambda: forger.closing("ana", "unrecouped", "studio", value="5.00"),
            "recoupable_cost_differs",
        ),
        ("opening", lambda: forger.change(last, opening=opening), "opening_differs"),
        (
            "earned",
            lambda: forger.figure("ana", "earned", "streams", value="99.00"),
            "rows_dont_add_up",
        ),
        ("recouped", lambda: forger.figure("ana", "recouped", "studio", value="1"), ENTRY),
        ("due", lambda: forger.figure("ben", "due", value="13.00"), ENTRY),
        ("payable", lambda: forger.figure("ben", "payable", value="1.00"), STATEMENT),
        ("a statement row", forger.rows, "rows_dont_add_up"),
        ("the working", lambda: forger.change(now, working=told), "working_differs"),
        ("the run", lambda: forger.change(now.run, results_hash="0" * 64), "run_changed"),
        *((f"{kind} beside", lambda k=kind: forger.beside(k), f"{kind}_differs") for kind in (
            "earned", "advance", "recoupable_cost", "held")),
        ("paid in the ledger", forger.paid, "payable_differs"),
        ("the deal", lambda: forger.change(now.version, document=terms), "deal_changed"),
        ("no statement", forger.dropped, "statement_missing"),
        *((f"statement {n}", lambda n=n: forger.says("sums", n, value="7.77"), STATEMENT)
          for n in SUMS),
        *((f"part {n}", lambda n=n: forger.says(*part, "sums", n, value="7.77"), STATEMENT)
          for n in SUMS),
        *((f"part's {n}", lambda n=n, k=k: forger.says(*part, n, k, value="7.77"),
           STATEMENT) for n, k in (
            ("earned", "streams"), ("recouped", "studio"), ("unrecouped", "studio"),
            ("advances", "signing"))),
        ("paid by statement", lambda: forger.says("sums", "advances", value="9.99"),
         "payable_differs"),
        ("listed", lambda: forger.change(forger.ana, payable="5.00"), STATEMENT),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_every_forged_figure_is_found_though_its_hashes_are_right(posted, superuser):
    forger = Forger(superuser, posted)
    with tenant_atomic(posted.id):
        assert verification.verify(recompute=True)["problems"] == []
    for what, forge, code in forgeries(forger):
        forge()
        assert code in forger.problems(), what
    with tenant_atomic(posted.id):
        assert verification.verify()["problems"] == []
