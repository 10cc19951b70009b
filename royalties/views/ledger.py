"""The ledger: trial balance, accounts, what moved each, and every entry with its transfers."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.selectors import people
from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Reference, Table, Text
from holders.selectors import holders
from holders.suggesting import HOLDERS
from kernel.money import Money
from royalties import permissions, policies
from royalties.models import Account, Entry, Run, Transfer
from royalties.selectors import books, deals

PROGRAM = "a command"


class Accounts(Table):
    """Accounts with what they hold; a balance above zero is a debit."""

    caption = "Ledger accounts"
    noun = ("account", "accounts")
    start = "account"
    search = ("kind",)
    search_label = "Search account, holder or deal"
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "account", "Account", lambda row: books.word(row.kind), sort="kind",
            link="ledger_account",
        ),
        Column("holder", "Holder", lambda row: row.holder_name),
        Column("deal", "Deal", lambda row: row.deal_code),
        Column("debits", "Debits", lambda row: (row.sums.debits, row.currency), kind="money"),
        Column("credits", "Credits", lambda row: (row.sums.credits, row.currency), kind="money"),
        Column("balance", "Balance", lambda row: (row.sums.balance, row.currency), kind="money"),
        Column("currency", "Currency", "currency", sort="currency", hidden=True),
    )  # fmt: skip
    filters = (
        Choice("kind", "Account", list(books.WORDS.items()), lambda value: Q(kind=value)),
        Text("currency", "Currency", lambda value: Q(currency=value.upper())),
        Reference("holder", "Holder", "holder_id", HOLDERS),
    )
    nothing = ("The ledger is empty", "Posting a royalty run writes its first entries.")

    def finds(self, query: str) -> Q:
        """Find by what an account is called, its currency, its holder, its deal or its id."""
        return books.finds(query)

    def complete(self, rows: Any) -> None:
        """Say whose each is and what it holds: three questions."""
        _named(rows)
        sums = books.held([row.pk for row in rows])
        for row in rows:
            row.sums = sums[row.pk]


class Movements(Table):
    """What moved one account."""

    account: UUID
    caption = "Transfers of this account"
    noun = ("transfer", "transfers")
    start = "-posted"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("posted", "Posted", lambda row: row.entry.posted_at, kind="moment", sort="id"),
        Column(
            "entry", "Entry", lambda row: row.entry.reference,
            link=lambda row: reverse("ledger_entry", args=[row.entry_id]),
        ),
        Column("what", "What", "what"),
        Column("other", "Against", lambda row: row.other),
        Column("debit", "Debit", lambda row: row.debited, kind="money"),
        Column("credit", "Credit", lambda row: row.credited, kind="money"),
    )  # fmt: skip
    search = ("what",)
    search_label = "Search what it was for"
    filters = (
        Text("period", "Period", lambda value: Q(entry__period=value)),
        Choice(
            "side", "Side", [("debit", "Debits"), ("credit", "Credits")],
            lambda value: Q(side=value),
        ),
    )  # fmt: skip
    nothing = ("Nothing moved it yet", "")

    def complete(self, rows: Any) -> None:
        """Write each amount on its side, with the account it went against."""
        for row in rows:
            mine = row.debit_id == self.account
            amount = Money.from_minor(int(row.amount), row.currency).amount
            row.debited = (amount, row.currency) if mine else None
            row.credited = None if mine else (amount, row.currency)
        _named([row.credit if row.debit_id == self.account else row.debit for row in rows])
        for row in rows:
            other = row.credit if row.debit_id == self.account else row.debit
            row.other = _title(other)


class Trial(Page):
    """The trial balance through a posted period, and runs held against their statements."""

    permission = permissions.RUN_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        posted = list(
            self.rows(Run.objects.filter(state=Run.State.POSTED))
            .order_by("-first_day")
            .values_list("period", "end_day")[: books.RUNS]
        )
        wanted = request.GET.get("through", "")
        period, day = next((one for one in posted if one[0] == wanted), (None, None))
        if day is None and posted:
            period, day = posted[0]
        lines = books.trial(day) if day else []
        context = {
            "periods": [one[0] for one in posted],
            "period": period,
            "lines": [(books.word(line.kind), line) for line in lines],
            "totals": books.totals(lines),
            "agreements": list(books.agreements()),
        }
        return render(request, "royalties/ledger.html", context)


class List(Page):
    """All accounts."""

    permission = permissions.RUN_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Accounts(self.rows(Account.objects.all()), request)
        return fragments.page(
            request, "royalties/ledger_accounts.html", {"table": table}, block="list"
        )


class One(Page):
    """One account: what it holds and what moved it."""

    permission = permissions.RUN_SEE
    seen_with = permissions.RUN_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        account = self.one(Account.objects.all(), pk)
        _named([account])
        table = Movements(_of(account), request)
        table.account = account.pk
        context = {
            "account": account,
            "title": _title(account),
            "sums": books.held([account.pk])[account.pk],
            "table": table,
        }
        return fragments.page(request, "royalties/ledger_account.html", context, block="list")


class OneEntry(Page):
    """One entry: its transfers, and the run and statements it stands behind."""

    permission = permissions.RUN_SEE
    seen_with = permissions.RUN_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        entry = self.one(Entry.objects.select_related("run"), pk)
        rows = list(
            Transfer.objects.filter(entry=entry).select_related("debit", "credit").order_by("id")
        )
        sides: list[Any] = [side for row in rows for side in (row.debit, row.credit)]
        _named(sides)
        holding = {side.holder_id for side in sides if side.holder_id}
        statements = policies.visible(self.person).filter(
            run=entry.run_id, holder__in=holding, currency__in={row.currency for row in rows}
        )
        context = {
            "entry": entry,
            "by": people.names_of([entry.posted_by]).get(entry.posted_by, PROGRAM),
            "deals": sorted({(side.deal_id, side.deal_code) for side in sides if side.deal_id}),
            "statements": list(statements.values_list("pk", "number").order_by("number")[:200]),
            "transfers": [
                (
                    row,
                    _title(row.debit),
                    _title(row.credit),
                    (Money.from_minor(int(row.amount), row.currency).amount, row.currency),
                )
                for row in rows
            ],
        }
        return render(request, "royalties/ledger_entry.html", context)


def _of(account: Account) -> Any:
    """Return the transfers of an account, each with its side."""
    side = Case(When(debit=account, then=Value("debit")), default=Value("credit"))
    rows = Transfer.objects.filter(Q(debit=account) | Q(credit=account))
    return rows.select_related("entry", "debit", "credit").annotate(side=side)


def _named(accounts: Any) -> None:
    """Say whose each account is: two questions, however many."""
    lines = holders.lines([row.holder_id for row in accounts if row.holder_id])
    codes = deals.codes([row.deal_id for row in accounts if row.deal_id])
    for row in accounts:
        line = lines.get(row.holder_id)
        row.holder_name = line.name if line else ""
        row.deal_code = codes.get(row.deal_id, "")


def _title(account: Any) -> str:
    """Return an account in words: Payable, Ana Kestrel, ART-1 (USD)."""
    parts = [books.word(account.kind), account.holder_name, account.deal_code]
    return f"{', '.join(part for part in parts if part)} ({account.currency})"
