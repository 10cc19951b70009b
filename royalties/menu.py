"""The pages of this app in the menu, and what waits on them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from accounts import longjobs, needs, starts
from accounts.starts import Start
from catalog import tabs, timeline
from foundation.models import Job
from foundation.pages import navigation
from foundation.pages.filters import day_text, rounded
from holders import tabs as holder_tabs
from royalties import answers, bulk, permissions, policies
from royalties.models import SalesException
from royalties.selectors import covering, publishing, questions, revenue, sources
from royalties.services import documents, effects, runs, whatif

if TYPE_CHECKING:
    from accounts.models import User


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("portal", "My royalties", permissions.PORTAL_SEE, order=5))
    navigation.add(navigation.Item("deals", "Deals", permissions.DEAL_SEE, order=25))
    navigation.add(
        navigation.Item("exceptions", "Exceptions", permissions.EXCEPTION_DECIDE, order=30)
    )
    navigation.add(navigation.Item("sources", "Sources", permissions.SALES_SEE, order=32))
    navigation.add(navigation.Item("runs", "Royalty runs", permissions.RUN_SEE, order=35))
    navigation.add(navigation.Item("ledger", "Ledger", permissions.RUN_SEE, order=38))
    navigation.add(navigation.Item("statements", "Statements", permissions.STATEMENT_SEE, order=40))
    navigation.add(navigation.Item("questions", "Questions", permissions.QUESTION_ANSWER, order=42))
    tabs.add(tabs.Tab("work_deals", "Deals", permissions.DEAL_SEE, order=20, says=_deals))
    tabs.add(tabs.Tab("work_revenue", "Revenue", permissions.SALES_SEE, order=30, says=_sold))
    holder_tabs.add(holder_tabs.Tab("holder_deals", "Deals", permissions.DEAL_SEE, order=20))
    holder_tabs.add(
        holder_tabs.Tab("holder_statements", "Statements", permissions.STATEMENT_ALL, order=30)
    )
    timeline.add(timeline.Source("deals", permissions.DEAL_SEE, _bars, order=20))
    longjobs.add(longjobs.Look(whatif.KIND, "What-if of a deal", link=_what_if))
    longjobs.add(longjobs.Look(effects.KIND, "Money effect of an amendment"))
    longjobs.add(longjobs.Look(runs.KIND, "Royalty run", permission=permissions.RUN_SEE, link=_run))
    bulk.fill()
    longjobs.add(longjobs.Look(documents.KIND, "Statement as a file", link=_statement_file))
    _wait()
    _begin()


def _wait() -> None:
    """Add what waits for people at the home page."""
    needs.add(
        needs.Queue(
            "Sales that wait for a decision",
            permissions.EXCEPTION_DECIDE,
            "exceptions",
            _exceptions,
            order=20,
        )
    )
    needs.add(
        needs.Queue(
            "Questions about statements",
            permissions.QUESTION_ANSWER,
            "questions",
            _questions,
            query="?state=open",
            order=22,
        )
    )
    needs.add(
        needs.Queue(
            "Statements to publish",
            permissions.STATEMENT_PUBLISH,
            "statements",
            _unpublished,
            query="?state=draft",
            order=25,
        )
    )
    needs.add(
        needs.Queue(
            "Sources that are late",
            permissions.SOURCE_SET,
            "sources",
            _late,
            query="?stands=late",
            order=28,
        )
    )


def _begin() -> None:
    """Add what people begin at the home page."""
    starts.add(
        Start(
            "My royalties", permissions.PORTAL_SEE, "portal",
            "Where it came from, your statements, and files to keep.",
            order=5, says=answers.first_lines,
        )
    )  # fmt: skip
    starts.add(
        Start(
            "Run a period", permissions.RUN_CALCULATE, "runs",
            "Calculate all deals over a period's sales, look at what moved, post.", order=20,
        )
    )  # fmt: skip
    starts.add(
        Start(
            "Read statements", permissions.STATEMENT_SEE, "statements",
            "Every figure opens down to the row of the partner's file.",
            order=25, says=_statements,
        )
    )  # fmt: skip
    starts.add(
        Start(
            "Write a deal", permissions.DEAL_ENTER, "deal_new",
            "From a template of the trade; its own worked examples must come out.", order=30,
        )
    )  # fmt: skip


def _deals(work_id: UUID) -> list[tabs.Saying]:
    today = timezone.now().date()
    count = len({one.deal for one in covering.of_work(work_id) if one.in_force(today)})
    return [tabs.Saying(f"{count} deal{'' if count == 1 else 's'} in force")]


def _sold(work_id: UUID) -> list[tabs.Saying]:
    found = revenue.totals(revenue.of_work(work_id))
    return [
        tabs.Saying(f"{Markup(rounded((sold, code))).striptags()} sold")
        for code, sold, _ in found[:3]
    ]


def _bars(work_id: UUID) -> list[timeline.Bar]:
    return [
        timeline.Bar(
            "Deal",
            f"{one.code} {one.title}",
            f"Version {one.version}" + (f", {one.only}" if one.only else ""),
            one.starts,
            one.last_day,
            reverse("work_deals", args=[work_id]),
        )
        for one in covering.of_work(work_id)
    ]


def _what_if(job: Job) -> str:
    return reverse("deal_what_if", args=[job.payload["deal"]])


def _run(job: Job) -> str:
    return reverse("run", args=[job.payload["run"]])


def _statement_file(job: Job) -> str:
    return reverse("statement_file", args=[job.payload["statement"], job.payload["format"]])


def _exceptions(person: "User", at: datetime) -> needs.Waiting:
    rows = SalesException.objects.order_by()
    count = rows.aggregate(n=Count("fingerprint", distinct=True), since=Min("since"))
    sums = rows.values_list("currency").annotate(Sum("amount")).order_by("currency")
    at_stake = [rounded((amount, currency)) for currency, amount in sums]
    about = Markup("{} at stake").format(Markup(", ").join(at_stake)) if at_stake else ""
    return needs.Waiting(count["n"], count["since"], about)


def _questions(person: "User", at: datetime) -> needs.Waiting:
    count, since = questions.waiting(policies.questions_to_answer(person))
    return needs.Waiting(count, since)


def _late(person: "User", at: datetime) -> needs.Waiting:
    found = sources.late(at)
    about = f"the longest since {day_text(min(found.values()))}" if found else ""
    return needs.Waiting(len(found), about=about)


def _unpublished(person: "User", at: datetime) -> needs.Waiting:
    drafts, held, _ = publishing.waiting()
    return needs.Waiting(drafts, about=f"{held:,} held back" if held else "")


def _statements(person: "User", at: datetime) -> list[str]:
    """Return how many statements of the newest period this person may see."""
    mine = policies.visible(person)
    newest = mine.order_by("-end_day", "-pk").values_list("period", flat=True).first()
    if newest is None:
        return ["None yet."]
    return [f"{mine.filter(period=newest).count():,} for {newest}."]
