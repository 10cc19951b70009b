"""The ledger to look at: the trial balance, what each account holds, runs against statements."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q

from foundation.models.keysets import among
from holders.selectors import search
from kernel.ids import key_of
from kernel.money import Money
from royalties.models import Deal, Run
from royalties.postings import PAYABLE

RUNS, FOUND, _CODE = 12, 200, 3
WORDS = {
    "royalty_expense": "Royalty expense",
    "royalty_income": "Royalty income",
    "earned": "Earned, carried",
    "held": "Held for the next payment",
    "reserve": "Kept in reserve against returns",
    "payable": "Payable",
    "receivable": "Receivable",
    "advance": "Advances to be recouped",
    "recoupable_cost": "Costs to be recouped",
    "cost_clearing": "Cost clearing",
    "opening": "Opening balances",
}


def word(kind: str) -> str:
    """Return what a kind of account is called."""
    return WORDS.get(kind, kind.replace("_", " ").capitalize())


def finds(query: str) -> Q:
    """Return what holds for the accounts that somebody searches for: by id, or by words.

    Words that name a kind of account or its currency narrow; the others are whose it is: a holder,
    or a deal by its code or title.
    """
    key = key_of(query)
    if key is not None:
        return Q(pk=key) | Q(holder=key) | Q(deal=key)
    narrowed, others, whole = Q(), [], query.split()[:8]
    for each in whole:
        kinds = [kind for kind, called in WORDS.items() if each.lower() in called.lower()]
        if kinds or each.isascii() and each.isupper() and len(each) == _CODE:
            narrowed &= Q(kind__in=kinds) | Q(currency=each.upper())
        else:
            others.append(each)
    if len(others) == len(whole):
        return _whose(query, alike=True)
    told = narrowed & _whose(" ".join(others), alike=False) if others else narrowed
    return told | _whose(query, alike=False)


def _whose(text: str, *, alike: bool) -> Q:
    found = search.find(text, limit=FOUND, only_active=False)
    holders = [one.id for one in found if alike or one.by != "likeness"]
    deals = Deal.objects.filter(Q(code__icontains=text) | Q(title__icontains=text))
    return Q(holder__in=among(holders)) | Q(deal__in=deals.values("pk"))


@dataclass(frozen=True, slots=True)
class Sums:
    """What was debited and credited, in the currency's own units; ``balance`` is the difference."""

    debits: Decimal
    credits: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.debits - self.credits


_TRIAL = """
SELECT a.kind, a.currency, count(DISTINCT a.id), sum(x.debit), sum(x.credit)
FROM (
    SELECT entry_id, debit_id AS account_id, amount AS debit, 0 AS credit FROM royalties_transfer
    UNION ALL
    SELECT entry_id, credit_id, 0, amount FROM royalties_transfer
) x
JOIN royalties_entry e ON e.id = x.entry_id AND e.day <= %s
JOIN royalties_account a ON a.id = x.account_id
GROUP BY a.kind, a.currency ORDER BY a.currency, a.kind
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trial balance: a kind of account in one currency."""

    kind: str
    currency: str
    accounts: int
    sums: Sums


def trial(through: date) -> list[Line]:
    """Return the trial balance of all entries up to the day ``through``, by currency and kind.

    In each currency the debits of all lines come to their credits: every transfer is both.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL, [through])
        return [
            Line(kind, currency, count, _sums(debits, credited, currency))
            for kind, currency, count, debits, credited in cursor.fetchall()
        ]


def totals(lines: Collection[Line]) -> dict[str, Sums]:
    """Return the sums of each currency."""
    found: dict[str, Sums] = {}
    for line in lines:
        known = found.get(line.currency, Sums(Decimal(), Decimal()))
        debits, credited = known.debits + line.sums.debits, known.credits + line.sums.credits
        found[line.currency] = Sums(debits, credited)
    return found


_HELD = """
SELECT a.id, a.currency,
    (SELECT coalesce(sum(amount), 0) FROM royalties_transfer t WHERE t.debit_id = a.id),
    (SELECT coalesce(sum(amount), 0) FROM royalties_transfer t WHERE t.credit_id = a.id)
FROM royalties_account a WHERE a.id = ANY(%s)
"""


def held(accounts: Collection[UUID]) -> dict[UUID, Sums]:
    """Return what each account was debited and credited, in one question."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(accounts)])
        return {
            key: _sums(debits, credited, currency)
            for key, currency, debits, credited in cursor.fetchall()
        }


def _sums(debits: Decimal, credited: Decimal, currency: str) -> Sums:
    return Sums(*(Money.from_minor(int(units), currency).amount for units in (debits, credited)))


@dataclass(frozen=True, slots=True)
class Agreement:
    """A posted run in one currency: what its entries made payable, and what its statements say."""

    run: UUID
    period: str
    currency: str
    ledger: Decimal
    statements: Decimal

    @property
    def difference(self) -> Decimal:
        """Ledger less statements; zero where both agree."""
        return self.ledger - self.statements


_LEDGER = """
SELECT e.run_id, t.currency,
    sum(CASE WHEN c.kind = %(payable)s THEN t.amount ELSE 0 END)
    - sum(CASE WHEN d.kind = %(payable)s THEN t.amount ELSE 0 END)
FROM royalties_transfer t
JOIN royalties_entry e ON e.id = t.entry_id AND e.run_id = ANY(%(runs)s)
JOIN royalties_account c ON c.id = t.credit_id
JOIN royalties_account d ON d.id = t.debit_id
WHERE %(payable)s IN (c.kind, d.kind)
GROUP BY e.run_id, t.currency
"""
_STATEMENTS = """
SELECT run_id, currency, sum(payable + (content->'sums'->>'advances')::numeric)
FROM royalties_statement WHERE run_id = ANY(%s) GROUP BY run_id, currency
"""


def agreements() -> Iterator[Agreement]:
    """Yield the newest posted runs, each currency by itself: the ledger beside the statements.

    Paid apart are advances and guarantees' instalments, which statements name besides.
    """
    posted = Run.objects.filter(state=Run.State.POSTED).order_by("-first_day")[:RUNS]
    periods = dict(posted.values_list("pk", "period"))
    keys = list(periods)
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, {"payable": PAYABLE, "runs": keys})
        ledger = {
            (run, currency): Money.from_minor(int(units), currency).amount
            for run, currency, units in cursor.fetchall()
        }
        cursor.execute(_STATEMENTS, [keys])
        told = {(run, currency): amount for run, currency, amount in cursor.fetchall()}
    for run, period in periods.items():
        for currency in sorted({code for key, code in (ledger | told) if key == run}):
            found = ledger.get((run, currency), Decimal()), told.get((run, currency), Decimal())
            yield Agreement(run, period, currency, *found)
