"""Statements: the list, one in full, and the way from each figure down to the file's row."""

import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.policies import can
from accounts.views.base import Page
from foundation.models.keysets import among
from foundation.pages import fragments
from foundation.pages.listparts import Deed
from foundation.pages.narrowing import Narrowing
from foundation.pages.tables import Choice, Column, Days, Reference, Table, Text
from holders.selectors import holders, search
from holders.suggesting import HOLDERS
from kernel.period import Period
from royalties import documents, permissions, policies
from royalties.engine.values import readable
from royalties.models import Statement
from royalties.selectors import figures, publishing, statements, why
from royalties.selectors.why import CELL
from royalties.services import opening
from royalties.views import asking, lines_behind

STATES = {
    "draft": ("Draft", "warning"),
    "held": ("Held back", "error"),
    "published": ("Published", "success"),
}
SHOWN, LINES = 100, 500
FILES = ("pdf", "xlsx", "csv", "proof")
BY = {
    "work": "Work",
    "source": "Source",
    "territory": "Territory",
    "channel": "Channel",
    "clause": "Clause",
}


class Statements(Table):
    """Statements, the newest period first."""

    caption = "Statements"
    noun = ("statement", "statements")
    start = "-period"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", "Number", "number", sort="number", link="statement"),
        Column("holder", "Payee", lambda row: row.name),
        Column("period", "Period", "period", sort="end_day"),
        Column(
            "earned",
            "Earned",
            lambda row: (row.earned, row.currency),
            kind="money",
            sort="earned",
        ),
        Column(
            "payable",
            "Payable",
            lambda row: (row.payable, row.currency),
            kind="money",
            sort="payable",
        ),
        Column("issued", "Issued", "issued_at", kind="moment", sort="issued_at"),
    )
    fields = ("number", "holder_id", "period", "earned", "payable", "currency", "issued_at")
    search = ("number",)
    search_label = "Search payee or number"
    filters: ClassVar[tuple[Narrowing, ...]] = (
        Reference("payee", "Payee", "holder", HOLDERS),
        Text("period", "Period", "period"),
        Days("issued", "Issued", "issued_at", moments=True),
    )
    nothing = ("No statements yet", "They are issued when a period's run is posted.")

    def finds(self, query: str) -> Q:
        """Find by number, or by whoever the payee may be."""
        found = [each.id for each in search.find(query, limit=200, only_active=False)]
        return Q(number__istartswith=query) | Q(holder__in=among(found))

    def complete(self, rows: Any) -> None:
        """Name the payees."""
        labels = holders.lines(row.holder_id for row in rows)
        for row in rows:
            row.name = labels[row.holder_id].name


class OfTheOffice(Statements):
    """The same for who sees drafts as well: where each stands, and publishing of many."""

    columns = (
        *Statements.columns[:2],
        Column("state", "State", lambda row: STATES[row.state], kind="badge"),
        *Statements.columns[2:],
        Column("opened", "Opened", lambda row: row.opened_at, kind="moment"),
    )
    filters = (
        Choice(
            "state",
            "State",
            [(name, words) for name, (words, _) in STATES.items()],
            publishing.standing,
        ),
        Choice(
            "opened",
            "Opened by its payee",
            [("yes", "Yes"), ("no", "Published, not opened yet")],
            publishing.opened,
        ),
        *Statements.filters,
    )
    bulk = (
        Deed("Publish…", "statements_publish", permissions.STATEMENT_PUBLISH),
        Deed("Hold back…", "statements_hold", permissions.STATEMENT_PUBLISH),
    )
    nothing = (
        "No statements yet",
        "They are issued as drafts when a period's run is posted, and published on its day.",
    )

    def complete(self, rows: Any) -> None:
        """Name the payees; say where each stands."""
        super().complete(rows)
        found = publishing.states(row.pk for row in rows)
        for row in rows:
            row.state = found[row.pk].state if row.pk in found else "draft"
            row.opened_at = publishing.opened_at(found[row.pk]) if row.pk in found else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement's pages stand; ``crumbs`` lead to it."""

    base: str
    title: str
    crumbs: tuple[tuple[str, str], ...]

    @property
    def below(self) -> tuple[tuple[str, str], ...]:
        """The way to the pages under it."""
        return (*self.crumbs, (self.title, self.base))

    @property
    def rows(self) -> str:
        """The address of its rows."""
        return f"{self.base}rows/"

    def working(self, result: UUID) -> str:
        """Return the address of one deal's working."""
        return f"{self.base}working/{result}/"

    def lines(self, result: UUID | str) -> str:
        """Return the address of the lines behind a row."""
        return f"{self.base}lines/{result}/"

    def receipts(self, result: UUID) -> str:
        """Return the address of the lines behind what a pot of a waterfall got."""
        return f"{self.base}receipts/{result}/"


class StatementPage(Page):
    """A page of one statement; who may not see it gets 404."""

    permission = permissions.STATEMENT_SEE
    by_grant = True
    provisional = False

    def place(self, statement: Statement) -> Place:
        """Return where the statement's pages stand."""
        base = reverse("statement", args=[statement.pk])
        return Place(
            base, f"Statement {statement.number}", (("Statements", reverse("statements")),)
        )

    def statement(self, pk: UUID) -> Statement:
        """Return the statement within reach."""
        found = policies.visible(self.person).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def asks(self, statement: Statement) -> bool:
        """Return whether this person may ask about the statement."""
        return not self.provisional and asking.asks(self.person, statement)


class List(Page):
    """All statements that this person may see."""

    permission = permissions.STATEMENT_SEE
    by_grant = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        kind = OfTheOffice if can(self.person, permissions.STATEMENT_ALL) else Statements
        table = kind(policies.visible(self.person).defer("content"), request)
        return fragments.page(request, "royalties/statements.html", {"table": table}, block="list")


@dataclass(frozen=True, slots=True)
class Balance:
    """What a period did to one advance or recoupable cost."""

    name: str
    paid: str
    recouped: str
    left: str


class One(StatementPage):
    """One statement: opening balance, earnings, recoupment, payable, and what it is made of."""

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """Show it; ``by`` says what its earnings are broken down by."""
        statement = self.statement(**named)
        asked = request.GET.get("by", "work")
        by = asked if asked in BY else "work"
        rows = statements.cells(statement)
        groups = statements.breakdown(statement, by, rows)
        told = statements.shown(statement)
        if not self.provisional:
            opening.note(statement=statement, by=self.person, at=timezone.now())
        balances = [_balances(part) for part in told.parts]
        context = {
            "told": told,
            "statement": statement,
            **self.standing(statement),
            **self.asking(statement),
            **self.logged(request, statement),
            "place": self.place(statement),
            "period": Period(statement.first_day, statement.end_day),
            "parts_of": list(zip(told.parts, balances, strict=True)),
            "left": _sum(balances, "left"),
            "paid": _sum(balances, "paid"),
            "provisional": self.provisional,
            "files": self.files(statement),
            "pays": Decimal(told.payable) > 0,
            "by": by,
            "ways": BY,
            "groups": groups[:SHOWN],
            "hidden": max(len(groups) - SHOWN, 0),
            "total": figures.total(rows, statement.currency),
        }
        return fragments.page(request, "royalties/statement.html", context, block="breakdown")

    def logged(self, request: HttpRequest, statement: Statement) -> dict[str, Any]:
        """Return the changelog, which is the office's."""
        if self.provisional or fragments.wanted(request):
            return {}
        return self.happened(statement, permission=permissions.STATEMENT_ALL)

    def files(self, statement: Statement) -> list[tuple[str, str, bool]]:
        """Return the files to be had: kind, label, and whether at once."""
        if self.provisional:
            return []
        provable = policies.may_prove(self.person, statement)
        quick = documents.each_at_once(statement, FILES)
        return [
            (kind, documents.label(kind), quick[kind])
            for kind in FILES
            if kind != "proof" or provable
        ]

    def standing(self, statement: Statement) -> dict[str, Any]:
        """Return whether the statement is published, since when, and its pay day."""
        if self.provisional:
            return {"standing": None}
        found = publishing.states([statement.pk]).get(statement.pk)
        return {
            "standing": found,
            "state": STATES[found.state] if found else STATES["draft"],
            "pay_on": publishing.pay_days([statement]).get(statement.pk),
            "publishes": can(self.person, permissions.STATEMENT_PUBLISH),
        }

    def asking(self, statement: Statement) -> dict[str, Any]:
        """Return what was asked about the statement, and whether this person may ask."""
        if self.provisional:
            return {"asks": False, "questions": ()}
        return asking.of_statement(self.person, statement)


class Rows(StatementPage):
    """The rows of a statement behind one figure, the largest first; each opens to its lines."""

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """Show those that the address asks for."""
        statement = self.statement(**named)
        asked = {name: request.GET[name] for name in figures.NARROWS if name in request.GET}
        rows = figures.narrowed(statements.cells(statement), asked)
        context = {
            "statement": statement,
            "place": self.place(statement),
            "asked": figures.words(asked),
            "asks": self.asks(statement),
            "narrowed": urlencode(asked),
            "prefix": _place_of(request),
            "rows": figures.largest(rows, statement.currency, most=SHOWN),
            "count": rows.num_rows,
            "total": figures.total(rows, statement.currency),
        }
        return fragments.page(request, "royalties/statement_rows.html", context, block="rows")


class Lines(StatementPage):
    """The lines of files behind one row of a statement."""

    def get(self, request: HttpRequest, result: UUID, **named: Any) -> HttpResponse:
        """Show them, or return all of them as CSV."""
        statement = self.statement(**named)
        key = {name: request.GET[name] for name in CELL if name in request.GET}
        behind = figures.lines(statement, result, key)
        if request.GET.get("as") == "csv":
            return lines_behind.as_csv(statement, behind.lines)
        context = {
            "statement": statement,
            "place": self.place(statement),
            "result": result,
            "row": behind.row,
            "asks": self.asks(statement),
            "count": len(behind.lines),
            "earned": readable(behind.earned),
            "lines": [lines_behind.written(line) for line in behind.lines[:LINES]],
            "csv": urlencode({**key, "as": "csv"}),
        }
        return fragments.page(request, "royalties/statement_lines.html", context, block="lines")


class Receipts(StatementPage):
    """The lines of files behind what a clause paid into a pot of a deal's waterfall."""

    def get(self, request: HttpRequest, result: UUID, **named: Any) -> HttpResponse:
        """Show the first of them, or return all of them as CSV."""
        statement = self.statement(**named)
        clause = request.GET.get("clause", "")
        whole = request.GET.get("as") == "csv"
        most = sys.maxsize if whole else LINES
        found = why.receipt(statement, result, clause, most=most)
        if whole:
            return lines_behind.as_csv(statement, found.lines)
        context = {
            "statement": statement,
            "place": self.place(statement),
            "result": result,
            "clause": clause,
            "count": found.count,
            "earned": readable(found.earned),
            "lines": [lines_behind.written(line) for line in found.lines],
            "csv": urlencode({"clause": clause, "as": "csv"}),
        }
        template = "royalties/statement_receipts.html"
        return fragments.page(request, template, context, block="lines")


class Working(StatementPage):
    """How one deal's payable came about, step by step."""

    def get(self, request: HttpRequest, result: UUID, **named: Any) -> HttpResponse:
        """Show it."""
        statement = self.statement(**named)
        node = figures.working(statement, result)
        [deal] = [p["deal"] for p in statement.content["deals"] if p["result"] == str(result)]
        context = {
            "statement": statement,
            "place": self.place(statement),
            "result": result,
            "deal": deal,
            "node": node,
        }
        return fragments.page(request, "royalties/statement_working.html", context, block="working")


def _place_of(request: HttpRequest) -> str:
    """Return the id of the place a fragment goes to: ids inside it begin with it."""
    place = request.headers.get("HX-Target", "")
    return f"{place}-" if re.fullmatch(r"[a-z0-9-]{1,40}", place) else ""


def _balances(part: statements.Part) -> list[Balance]:
    """Return what the period did to a deal's advances and recoupable costs."""
    given = (part.advances, part.recouped, part.unrecouped)
    names = dict.fromkeys(name for each in given for name in each)
    found = (Balance(name, *(each.get(name, "0") for each in given)) for name in names)
    return [each for each in found if any(map(Decimal, (each.paid, each.recouped, each.left)))]


def _sum(balances: list[list[Balance]], name: str) -> Decimal:
    return sum((Decimal(getattr(each, name)) for part in balances for each in part), Decimal())
