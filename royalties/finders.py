"""What this app finds: statements by number or payee, deals by reference, exceptions by key."""

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts import finders
from accounts.finders import Finder, Hit, address
from foundation.models.keysets import among
from foundation.pages.filters import money_text
from holders.selectors import holders, search
from kernel.ids import key_of
from royalties import permissions, policies
from royalties.models import Deal, MatchRule, Run, SalesException, SalesFile

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


finders.add(Finder("Statements", _statements, permissions.STATEMENT_SEE, order=20))
finders.add(Finder("Deals", _deals, permissions.DEAL_SEE, order=25))
finders.add(Finder("Exceptions", _exceptions, permissions.EXCEPTION_DECIDE, order=30))
finders.add(Finder("Runs", _runs, permissions.RUN_SEE, order=35))
finders.add(Finder("Matching rules", _rules, permissions.EXCEPTION_DECIDE, order=45))
finders.add(Finder("Sales files", _files, permissions.SALES_SEE, order=46))
