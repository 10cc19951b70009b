"""What is nearly a conflict, as lists: over-claims, shares that nobody is known to hold, gaps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.views.base import Page
from catalog.selectors import shown
from foundation.pages import fragments, inputs
from foundation.pages.narrowing import MOST, Choice, Narrowing
from foundation.pages.surroundings import Surroundings
from foundation.pages.tables import Column, Table
from kernel.errors import DomainError
from rights.permissions import CLAIM_VIEW
from rights.selectors import near, registry
from rights.selectors.clauses import right_span
from territories.geography.spans import SpanSet

WHEN = [("today", "Today"), ("later", "Today or later")]


@dataclass(frozen=True, slots=True)
class Places:
    """An expression of territories: the rows that lie in some of them, as they are today."""

    name: str
    label: str
    of: Callable[[Q], Q]
    kind: ClassVar[str] = "text"

    @property
    def params(self) -> tuple[str, ...]:
        """The one parameter."""
        return (self.name,)

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> tuple[str, SpanSet] | None:
        """Return the words and what they cover. Raises NotReadable for an unknown place."""
        text = asked.get(self.name, "").strip()[:MOST]
        if not text:
            return None
        try:
            return text, near.places(text, timezone.now().date())
        except DomainError as error:
            raise inputs.NotReadable(error.detail) from error

    def words(self, value: tuple[str, SpanSet]) -> str:
        """Return the expression."""
        return value[0]

    def condition(self, value: tuple[str, SpanSet], reader: Surroundings) -> Q:
        """Return what holds for rows that lie in some of the places."""
        return self.of(Q(span__overlaps=value[1]))


def _itself(condition: Q) -> Q:
    return condition


def narrowings(of: Callable[[Q], Q] = _itself) -> tuple[Narrowing, ...]:
    """Return the filters by work, right, place and day. ``of`` makes a condition of the list's rows
    of one of the rows that say these."""
    return (
        Choice("kind", "Kind of work", shown.KINDS, lambda kind: of(Q(work__kind=kind))),
        Choice(
            "right",
            "Right",
            registry.every_right(),
            lambda code: of(Q(rights__overlaps=right_span(code))),
        ),
        Places("where", "Where", of),
        Choice("when", "When", WHEN, lambda when: of(near.in_days(when, timezone.now().date()))),
    )


def columns(share: str, holders: str, link: Callable[[Any], str]) -> tuple[Column, ...]:
    """Return the columns, in the words of what the list is about."""
    return (
        Column("work", "Work", lambda row: row.near.title, link=link),
        Column("kind", "Kind", lambda row: row.near.kind),
        Column("right", "Right", lambda row: row.near.right),
        Column("where", "Where", lambda row: row.near.where),
        Column("starts", "From", lambda row: row.near.starts, kind="day"),
        Column("last_day", "Last day", lambda row: row.near.last_day, kind="day"),
        Column("share", share, lambda row: row.near.share),
        Column("holders", holders, lambda row: row.near.holders),
        Column("source", "Comes from", lambda row: row.near.source, hidden=True),
        Column("since", "Known since", "recorded_at", kind="moment", sort="pk", hidden=True),
    )


def _rights_tab(row: Any) -> str:
    return reverse("work_rights", args=[row.near.work]) + "?days=all"


class Near(Table):
    """Rows of one kind, the newest first."""

    noun = ("part", "parts")
    start = "-since"
    search = ("work",)
    search_label = "Search work"

    def finds(self, query: str) -> Q:
        """Find by the work's code, identifier, title or likeness."""
        return self.of(shown.of_works(query))

    @staticmethod
    def of(condition: Q) -> Q:
        """Return the condition of this list's rows for one of the rows that name the work."""
        return condition

    def told(self, rows: Sequence[Any]) -> dict[UUID, near.Near]:
        """Return the rows in words, by key."""
        raise NotImplementedError

    def complete(self, rows: Any) -> None:
        """Say in words what each is about."""
        for row in rows:
            self.named(row)
        found = self.told(rows)
        for row in rows:
            row.near = found[row.pk]

    def named(self, row: Any) -> None:
        """Give a row's values the names that all rows have."""


class OverClaims(Near):
    """Two sources that name more than the whole."""

    caption = "Over-claims"
    columns = columns(
        "Named together", "Holds meanwhile | says otherwise",
        lambda row: reverse("conflict", args=[row.origin]),
    )  # fmt: skip
    fields = (
        "origin", "work_id", "holding", "contending", "rights", "territory", "window", "state",
        "flagged_at", "recorded_at",
    )  # fmt: skip
    filters = narrowings()
    nothing = ("No over-claims", "Where two sources name more than the whole, it shows here.")

    def told(self, rows: Sequence[Any]) -> dict[UUID, near.Near]:
        """Return the rows in words."""
        return near.told_over(rows)


class OpenShares(Near):
    """Shares of live claims that nobody is known to hold."""

    caption = "Unclaimed shares"
    noun = ("share", "shares")
    columns = columns("Unclaimed", "Who holds the rest", _rights_tab)
    fields = ("claim_id", "claim__recorded_at")
    filters = narrowings(near.of_claim)
    of = staticmethod(near.of_claim)
    nothing = ("No unclaimed shares", "Every part of every right has a holder that is known.")

    def named(self, row: Any) -> None:
        """Give the claim's moment its name."""
        row.recorded_at = row.claim__recorded_at

    def told(self, rows: Sequence[Any]) -> dict[UUID, near.Near]:
        """Return the rows in words."""
        return near.told_open(rows)


class Gaps(Near):
    """What only the registration holds of rights that somebody claims elsewhere."""

    caption = "Gaps"
    noun = ("gap", "gaps")
    columns = columns("Only registered", "Registered for", _rights_tab)
    fields = ("recorded_at",)
    filters = narrowings()
    nothing = (
        "No gaps",
        "Where a right is claimed for some places or days and only the registration holds the "
        "rest, it shows here.",
    )

    def told(self, rows: Sequence[Any]) -> dict[UUID, near.Near]:
        """Return the rows in words."""
        return near.told_gaps(rows)


LISTS: dict[str, tuple[str, type[Near], Callable[[], QuerySet[Any]], str]] = {
    "over": (
        "near_conflicts", OverClaims, near.over_claims,
        "Two sources that name more than the whole together. Nobody may use the part until it is "
        "decided.",
    ),
    "unclaimed": (
        "near_unclaimed", OpenShares, near.open_shares,
        "Shares of claims that nobody is known to hold: nothing can be licensed there.",
    ),
    "gaps": (
        "near_gaps", Gaps, near.gaps,
        "Rights that are claimed for some places or days, where the rest is held as registered.",
    ),
}  # fmt: skip


class List(Page):
    """One of the lists. ``about`` says which."""

    permission = CLAIM_VIEW
    about = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        _, table, rows, lead = LISTS[self.about]
        context = {
            "table": table(self.rows(rows()), request),
            "lead": lead,
            "tabs": [
                {"label": each.caption, "url": reverse(name), "current": each is table,
                 "count": None}
                for name, each, _, _ in LISTS.values()
            ],
        }  # fmt: skip
        return fragments.page(request, "rights/near.html", context, block="list")
