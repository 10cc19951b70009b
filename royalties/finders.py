"""What this app finds: statements by number or payee, deals by reference, exceptions by key,
questions about statements, entries and accounts of the ledger."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from accounts.policies import can
from foundation.models.keysets import among
from foundation.pages.filters import money_text
from holders.selectors import holders, search
from kernel.ids import key_of
from royalties import permissions, policies
from royalties.models import Account, Deal, Entry, MatchRule, Run, SalesException, SalesFile
from royalties.selectors import books

if TYPE_CHECKING:
    from accounts.models import User


def _statements(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    if key:
        about = Q(pk=key)
    else:
        payees = [each.id for each in search.find(text, limit=50, only_active=False)]
        about = Q(number__istartswith=text) | Q(holder__in=among(payees))
    rows = policies.visible(person).filter(about).defer("content").order_by("-end_day", "number")
    found = list(rows[:8])
    names = holders.lines(row.holder_id for row in found)
    return [
        Hit(
            f"Statement {row.number}",
            address("statement", pk=row.pk),
            f"{names[row.holder_id].name} · {money_text((row.payable, row.currency))}",
            exact=row.pk == key or row.number.lower() == text.lower(),
        )
        for row in found
    ]


def _deals(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(code__icontains=text) | Q(title__icontains=text)
    found = [
        Hit(
            row.title,
            address("deal", pk=row.pk),
            row.code,
            exact=row.pk == key or row.code.lower() == text.lower(),
        )
        for row in Deal.objects.filter(about).order_by("code")[:8]
    ]
    return [hit for hit in found if hit.url]


def _exceptions(person: "User", text: str) -> list[Hit]:
    about = Q(fingerprint=text) | Q(title__icontains=text)
    rows = SalesException.objects.filter(about).order_by("-amount", "pk")[:8]
    return [
        Hit(
            row.title or "no title",
            address("exception", key=row.fingerprint),
            row.artist,
            exact=row.fingerprint == text,
        )
        for row in rows
    ]


def _runs(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(period__iexact=text)
    found = [
        Hit(f"Run {row.period}", address("run", pk=row.pk), row.state, exact=row.pk == key)
        for row in Run.objects.filter(about).order_by("-pk")[:8]
    ]
    return [hit for hit in found if hit.url]


def _rules(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(name__icontains=text)
    return [
        Hit(row.name, address("match_rule", pk=row.pk), "matching rule", exact=row.pk == key)
        for row in MatchRule.objects.filter(about).order_by("-made_at", "pk")[:8]
    ]


def _files(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    if key is None:
        return []
    return [
        Hit(row.name, address("sales_file", pk=row.pk), "sales file", exact=True)
        for row in SalesFile.objects.filter(pk=key)
    ]


def _accounts(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    rows = list(Account.objects.filter(books.finds(text)).order_by("kind", "pk")[:8])
    names = holders.lines({row.holder_id for row in rows if row.holder_id})
    return [
        Hit(
            books.word(row.kind),
            address("ledger_account", pk=row.pk),
            " · ".join(
                filter(None, (names[row.holder_id].name if row.holder_id else "", row.currency))
            ),
            exact=row.pk == key,
        )
        for row in rows
    ]


def _entries(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(reference__istartswith=text)
    return [
        Hit(
            row.reference,
            address("ledger_entry", pk=row.pk),
            f"{row.kind} · {row.period}",
            exact=row.pk == key or row.reference == text,
        )
        for row in Entry.objects.filter(about).order_by("-posted_at", "pk")[:8]
    ]


def _questions(person: "User", text: str) -> list[Hit]:
    key = key_of(text)
    about = Q(pk=key) if key else Q(text__icontains=text) | Q(statement__number__iexact=text)
    office = can(person, permissions.QUESTION_ANSWER)
    rows = policies.questions_to_answer(person) if office else policies.own_questions(person)
    rows = rows.filter(about).select_related("statement").defer("statement__content")
    return [
        Hit(
            f"Question about {row.statement.number}",
            address("question" if office else "own_question", pk=row.pk),
            row.text[:80],
            exact=row.pk == key,
        )
        for row in rows.order_by("-asked_at", "pk")[:8]
    ]


finders.add(Finder("Statements", _statements, permissions.STATEMENT_SEE, order=20))
finders.add(Finder("Deals", _deals, permissions.DEAL_SEE, order=25))
finders.add(Finder("Exceptions", _exceptions, permissions.EXCEPTION_DECIDE, order=30))
finders.add(Finder("Runs", _runs, permissions.RUN_SEE, order=35))
finders.add(Finder("Matching rules", _rules, permissions.EXCEPTION_DECIDE, order=45))
finders.add(Finder("Sales files", _files, permissions.SALES_SEE, order=46))
finders.add(Finder("Questions", _questions, order=47))
finders.add(Finder("Ledger entries", _entries, permissions.RUN_SEE, order=48))
finders.add(Finder("Ledger accounts", _accounts, permissions.RUN_SEE, order=49))
