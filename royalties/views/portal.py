"""The creator's own page: what is paid, or why nothing is; where it came from; the files."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import charts
from foundation.pages.filters import money_text
from royalties import answers, documents, permissions, policies
from royalties.models import Statement
from royalties.selectors import portal, publishing, sources, statements
from royalties.services import opening
from royalties.views import asking

FILES = (("pdf", "Statement"), ("xlsx", "Workbook"), ("csv", "Lines"))
WORDS = (
    ("Earned", "What your share of the sales came to under your deals, before anything is kept."),
    ("Advance", "Money paid to you before it was earned. Later earnings pay it back first."),
    ("Recouped", "The part of your earnings that paid back an advance or a cost."),
    ("Unrecouped", "What is still to be paid back. It is no debt of yours: only earnings pay it."),
    ("Carried", "A negative or small balance that goes over to the next period."),
    ("Held", "An amount below the smallest payment of your deal; it is paid once it has grown."),
    ("Payable", "What is paid out for the period."),
)


class Portal(Page):
    """What somebody's holders earn; they see these and nothing else."""

    permission = permissions.PORTAL_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the holder chosen, else the first."""
        seen = policies.visible(self.person)
        mine = portal.mine(seen, self.person.pk)
        asked = request.GET.get("holder", ""), request.GET.get("currency", "")
        chosen = next(
            (one for one in mine if (str(one.holder), one.currency) == asked),
            mine[0] if mine else None,
        )
        context: dict[str, Any] = {"mine": mine, "chosen": chosen, "words": WORDS, "newest": None}
        history = portal.history(seen, chosen) if chosen else []
        if chosen and history:
            self.opens(history[0])
            context |= _told(history) | self.asking(history)
        return render(request, "royalties/portal.html", context)

    def opens(self, newest: Statement) -> None:
        """Note that the newest statement was read, once."""
        if not getattr(newest, "opened"):  # noqa: B009  # an annotation, unknown to the model
            own = [newest.holder_id]  # its portal is theirs: else the page wouldn't show it
            opening.note(statement=newest, by=self.person, at=timezone.now(), own=own)

    def asking(self, history: list[Statement]) -> dict[str, Any]:
        """Return the newest questions about the holder's statements, and whether one may ask."""
        newest = history[0]
        own = [newest.holder_id]  # its portal is theirs: else the page wouldn't show it
        if not policies.askable(self.person, own).filter(pk=newest.pk).exists():
            return {"asks": False}
        rows = policies.own_questions(self.person, own)
        return {"asks": True, "questions": asking.newest(rows)}


class Glossary(Page):
    """The words of statements."""

    permission = permissions.PORTAL_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return render(request, "royalties/glossary.html", {"words": WORDS})


def _told(history: list[Statement]) -> dict[str, Any]:
    """Return the newest statement in words and pictures, and what came before it."""
    newest, now, zone = history[0], timezone.now(), publishing.zone()
    days = portal.paid_on(history)
    told = statements.shown(newest)
    tables = statements.cells_of(history)
    brought = portal.sources(history, tables)
    quick = documents.each_at_once(newest, [kind for kind, _ in FILES])
    groups = {
        label: statements.breakdown(newest, by, tables[newest.pk])[: portal.LARGEST]
        for by, label in (("work", "Works"), ("territory", "Territories"))
    }
    return {
        "newest": newest,
        "told": told,
        "days": days,
        "answer": answers.answer(newest, days.get(newest.pk), now.astimezone(zone).date()),
        "waterfall": _waterfall(newest, told),
        "trend": _trend(history) if len(history) > 1 else None,
        "charts_of": [
            charts.bars(f"{label} that earned most", _items(found, newest.currency))
            for label, found in groups.items()
            if found
        ],
        "periods": [each.period for each in history],
        "sources": brought,
        "coverage": sources.of_names([each.name for each in brought], now, zone),
        "history": history,
        "files": [(kind, label, quick[kind]) for kind, label in FILES],
    }


def _items(found: list[statements.Group], currency: str) -> list[charts.Item]:
    return [
        charts.Item(
            one.label or "Not named",
            Decimal(one.amount),
            money_text((one.amount, currency)),
        )
        for one in found
    ]


def _waterfall(newest: Statement, told: statements.Shown) -> charts.Chart:
    steps = [
        charts.Item(
            step.label,
            Decimal(step.amount),
            money_text((step.amount, newest.currency)),
            total=step.total,
        )
        for step in told.steps
    ]
    return charts.waterfall("From the opening balance to what is payable", steps)


def _trend(history: list[Statement]) -> charts.Chart:
    items = [
        charts.Item(each.period, each.payable, money_text((each.payable, each.currency)))
        for each in reversed(history)
    ]
    return charts.columns("Payable by period", items)
