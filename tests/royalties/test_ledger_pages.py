"""The ledger to look at: it adds up, opens from the trial balance down to each transfer."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import permissions
from foundation.tenancy import tenant_atomic
from royalties.models import Account, Entry, Statement, Transfer
from royalties.selectors import books
from tests import factories
from tests.royalties import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def posted(org, tmp_path):
    """Two posted quarters of one deal with an advance."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
    for period in ("2026-Q1", "2026-Q2"):
        with tenant_atomic(org.id):
            world.sales(tmp_path, world.LINES[:2], period=period, name=f"{period}.csv")
        world.posted(org, period)


@pytest.fixture
def analyst(org, posted):
    """An analyst's browser."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def text(answer):
    """Return a page's words."""
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", plain.replace("\xa0", " "))


def test_debits_and_credits_agree_and_the_ledger_agrees_with_the_statements(org, posted):
    with tenant_atomic(org.id):
        lines = books.trial(Entry.objects.latest("day").day)
        sums = books.totals(lines)["USD"]
        moved = sum(Decimal(row.amount) for row in Transfer.objects.all()) / 100
        assert sums.debits == sums.credits == moved
        assert [(one.period, one.difference) for one in books.agreements()] == [
            ("2026-Q2", 0),
            ("2026-Q1", 0),
        ]
        [payable] = [line for line in lines if line.kind == "payable"]
        said = sum(
            Decimal(each.content["sums"][name])
            for each in Statement.objects.all()
            for name in ("payable", "advances")
        )
        assert -payable.sums.balance == said > 0


def test_a_statement_that_says_otherwise_is_shown_to_differ(org, posted, analyst):
    with tenant_atomic(org.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM royalties_transfer")
        account = Account.objects.filter(kind="payable").first()
        other = Account.objects.get(kind="royalty_expense")
        Transfer.objects.create(
            entry=Entry.objects.first(), debit=other, credit=account, amount=5, currency="USD",
            what="planted",
        )  # fmt: skip
    assert "differs" in text(analyst.get(reverse("ledger")))


def test_the_trial_balance_stands_through_the_period_that_is_chosen(analyst):
    both, first = (
        text(analyst.get(reverse("ledger") + query)) for query in ("", "?through=2026-Q1")
    )
    assert "Trial balance through 2026-Q2" in both
    assert "Royalty expense 1 60.00 USD" in both
    assert "Trial balance through 2026-Q1" in first
    assert "Royalty expense 1 30.00 USD" in first
    assert "Trial balance through 2026-Q2" in text(
        analyst.get(reverse("ledger") + "?through=nonsense")
    )


def test_from_the_trial_balance_to_the_transfer_and_back_to_the_statement(analyst, org):
    page = analyst.get(reverse("ledger_accounts"), {"kind": "payable"})
    assert "Ana Kestrel" in text(page)
    with tenant_atomic(org.id):
        account = Account.objects.get(kind="payable", holder__name="Ana Kestrel")
        entry = Entry.objects.order_by("day").first()
        statement = Statement.objects.get(run=entry.run_id, holder=account.holder_id)
    page = analyst.get(reverse("ledger_account", args=[account.pk]))
    assert "Payable, Ana Kestrel (USD)" in text(page)
    assert reverse("ledger_entry", args=[entry.pk]) in page.content.decode()
    debits = analyst.get(reverse("ledger_account", args=[account.pk]), {"side": "debit"})
    assert "Nothing" in text(debits) or "No transfer" in text(debits)
    page = analyst.get(reverse("ledger_entry", args=[entry.pk]))
    assert "royalties/ART-1/2026-Q1" in text(page)
    assert statement.number in text(page)
    assert reverse("statement", args=[statement.pk]) in page.content.decode()


def test_the_lists_ask_the_same_however_many_rows(analyst, org):
    with tenant_atomic(org.id):
        expense = Account.objects.get(kind="royalty_expense")
        entry = Entry.objects.first()
        holder = Account.objects.filter(kind="payable").first().holder
    addresses = [reverse("ledger_accounts"), reverse("ledger_account", args=[expense.pk])]
    counts = []
    for address in addresses * 2:
        analyst.get(address)
        with CaptureQueriesContext(connection) as asked:
            analyst.get(address)
        counts.append(len(asked))
        with tenant_atomic(org.id):
            for deal in range(5):
                made = Account.objects.create(
                    kind=f"kind{deal}{len(counts)}", currency="USD", holder=holder
                )
                Transfer.objects.create(
                    entry=entry, debit=expense, credit=made, amount=5, currency="USD", what="more"
                )
    assert counts[:2] == counts[2:]
    assert max(counts) <= 20


def test_an_empty_ledger_says_how_it_begins(org):
    client = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    assert "Posting a royalty run writes its first entries" in text(client.get(reverse("ledger")))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("ana kestrel", 4),
        ("ana kestral", 4),
        ("payable ana", 1),
        ("royalty expense", 1),
        ("ART-1 earned", 2),
        ("EUR", 0),
        ("ana kestrel EUR", 0),
        ("nobody", 0),
    ],
)
def test_accounts_are_searched_for_by_name_holder_deal_and_currency(analyst, query, rows):
    page = analyst.get(reverse("ledger_accounts"), {"q": query}).content.decode()
    assert page.count('<th scope="row">') == rows


def test_accounts_are_searched_for_by_any_of_their_keys(analyst, org):
    with tenant_atomic(org.id):
        account = Account.objects.filter(kind="earned").first()
    for key in (account.pk, account.holder_id, account.deal_id):
        page = analyst.get(reverse("ledger_accounts"), {"q": str(key)}).content.decode()
        assert reverse("ledger_account", args=[account.pk]) in page
