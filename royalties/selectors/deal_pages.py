"""What the deals' pages show: where each deal stands, its days to come, what it did so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from accounts.selectors import changes, events
from audit.selectors import explorer
from kernel.period import Period
from royalties.engine.periods import label_of
from royalties.engine.rendering_words import conditions
from royalties.engine.statement import kept
from royalties.models import Deal, DealPayee, DealVersion, Run, RunResult

SIGN = "royalties.deal.sign"
OPEN_END = "9999-12-31"
STATES = {
    "draft": ("Draft", "plain"),
    "waiting": ("Waiting for signature", "warning"),
    "signed": ("Signed", "success"),
    "ended": ("Ended", "plain"),
}


def listed(rows: "QuerySet[Deal]", *, at: datetime) -> "QuerySet[Deal]":
    """Return deals with ``state``, ``drafted``, ``begins`` and ``ends`` (text; OPEN_END: none).

    ``shown`` is the version that the list tells of: the newest signed one, else the draft.
    """
    versions = DealVersion.objects.filter(deal=OuterRef("pk"))
    newest = versions.annotate(
        rank=Case(When(signed_at=None, then=Value(1)), default=Value(0))
    ).order_by("rank", "-number")
    waiting = changes.shown().filter(
        kind=SIGN, target_id=OuterRef("pk"), state="pending", expires_at__gt=at
    )
    return rows.annotate(
        shown=Subquery(newest.values("pk")[:1]),
        begins=Subquery(newest.annotate(day=KT("document__term__from")).values("day")[:1]),
        ends=Coalesce(
            Subquery(newest.annotate(day=KT("document__term__to")).values("day")[:1]),
            Value(OPEN_END),
            output_field=CharField(),
        ),
        drafted=Exists(versions.filter(signed_at=None)),
        holds=Exists(versions.filter(signed_at__isnull=False)),
        waits=Exists(waiting),
    ).annotate(
        state=Case(
            When(waits=True, then=Value("waiting")),
            When(holds=False, then=Value("draft")),
            When(ends__lt=at.date().isoformat(), then=Value("ended")),
            default=Value("signed"),
            output_field=CharField(),
        ),
        amended=Case(
            When(Q(drafted=True, holds=True), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def ending(days: int, today: date) -> Q:
    """Return what holds for deals whose term ends within so many days."""
    last = today + timedelta(days=days)
    return Q(holds=True, ends__gte=today.isoformat(), ends__lte=last.isoformat())


def counts(rows: "QuerySet[Any]", spans: Sequence[int], today: date) -> dict[int, int]:
    """Return how many of the listed deals end within each span of days; one question."""
    last = (today + timedelta(days=max(spans))).isoformat()
    soon = rows.filter(holds=True, ends__gte=today.isoformat(), ends__lte=last)
    days = [date.fromisoformat(each) for each in soon.values_list("ends", flat=True)[:10_000]]
    return {span: sum(1 for day in days if (day - today).days <= span) for span in spans}


def documents(ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return versions' documents by id."""
    return dict(DealVersion.objects.filter(pk__in=ids).values_list("pk", "document"))


def of_holders(holders: Sequence[UUID]) -> Q:
    """Return what holds for deals that pay any of these holders."""
    return Q(pk__in=DealPayee.objects.filter(holder__in=list(holders)).values("deal_id"))


def scope_of(document: dict[str, Any]) -> str:
    """Return what a deal covers, in a few words."""
    said = conditions(document.get("covers", {}))
    return said if len(said) <= 90 else said[:89].rstrip(", ") + "…"


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something of a deal happens."""

    on: date
    what: str


def days_ahead(document: dict[str, Any], today: date) -> list[Day]:
    """Return the days to come that a deal names, the next one first."""
    found = [each for each in _days(document, today) if each.on >= today]
    return sorted(found, key=lambda each: each.on)


def _days(document: dict[str, Any], today: date) -> Iterator[Day]:
    currency = document["currency"]
    if "to" in document.get("term", {}):
        yield Day(date.fromisoformat(document["term"]["to"]), "Term ends")
    for account in document.get("accounts", {}).values():
        for advance in account.get("advances", []):
            what = f"Advance “{advance['id']}”, {advance['amount']} {currency}"
            yield Day(date.fromisoformat(advance["on"]), what)
        for guarantee in account.get("guarantees", []):
            for window in guarantee.get("windows", []):
                yield Day(date.fromisoformat(window["to"]), f"“{guarantee['id']}” ends")
                for part in window["instalments"]:
                    what = f"“{guarantee['id']}” instalment, {part['amount']} {currency}"
                    yield Day(date.fromisoformat(part["on"]), what)
    yield from _accounting(document, today)


def _accounting(document: dict[str, Any], today: date) -> Iterator[Day]:
    """Yield the present period's last day, and when the last ones' payments fall due."""
    told = document["accounting"]
    kind, year_starts = told.get("period", "year"), told.get("year_starts", "01-01")
    days_after = told.get("due", {}).get("days_after")
    day = today
    for _ in range(3):
        label = label_of(kind, year_starts, day)
        if label is None:
            return
        period = Period.of(label, year_starts=year_starts)
        assert period.last_day is not None
        yield Day(period.last_day, f"{label} ends")
        if days_after is not None:
            yield Day(period.last_day + timedelta(days=days_after), f"Payment for {label} due")
        day = period.start - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Account:
    """Where a payee's account stands after the last posted period; amounts are text."""

    payee: str
    unrecouped: dict[str, str]
    carried: str
    held: str
    reserves: dict[str, str]


def accounts(closing: dict[str, Any] | None) -> list[Account]:
    """Return each payee's balances; none before the first posted period."""
    found = (closing or {}).get("accounts", {})
    return [
        Account(
            payee,
            dict(each.get("unrecouped", {})),
            each.get("carried", "0"),
            each.get("held", "0"),
            _kept(each.get("reserves", {})),
        )
        for payee, each in found.items()
    ]


def _kept(reserves: dict[str, Any]) -> dict[str, str]:
    """Return what each reserve keeps; those that keep nothing are left out."""
    sums = {name: sum(map(Decimal, kept({name: each}))) for name, each in reserves.items()}
    return {name: f"{amount:f}" for name, amount in sums.items() if amount}


def last_posted(deal: Deal) -> RunResult | None:
    """Return the deal's last posted period, None before the first."""
    rows = RunResult.objects.filter(deal=deal, run__state=Run.State.POSTED)
    return rows.select_related("run", "version").defer("cells").order_by("-end_day").first()


def results(deal: Deal, most: int = 12) -> list[RunResult]:
    """Return the runs' results of a deal, the newest period first."""
    rows = RunResult.objects.filter(deal=deal).select_related("run", "version")
    rows = rows.defer("cells", "working", "opening", "closing", "version__document")
    return list(rows.order_by("-end_day", "-run__begun_at")[:most])


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a deal's changelog."""

    id: UUID
    at: datetime
    who: str
    what: str
    reason: str


def changelog(deal: Deal, most: int = 50) -> list[Entry]:
    """Return what was done with a deal, the newest first, from the trail."""
    versions = list(deal.versions.values_list("pk", flat=True))
    asked = list(
        changes.shown().filter(kind=SIGN, target_id=deal.pk).values_list("pk", flat=True)[:200]
    )
    about = Q(subject_kind="royalties.dealversion", subject_id__in=versions)
    about |= Q(subject_kind="accounts.changerequest", subject_id__in=asked)
    about |= Q(subject_kind="royalties.deal", subject_id=deal.pk)
    found = list(explorer.shown().filter(about).order_by("-id")[:most])
    names = events.actors(found)
    entries = []
    for event in found:
        told, _ = events.opened(event)
        number = (told.get("after") or {}).get("number")
        what = events.in_words(event.code) + (f", version {number}" if number else "")
        entries.append(Entry(event.pk, event.at, names[event.actor_id], what, told["reason"] or ""))
    return entries
