"""Deals: the list, one in full, its documents, two versions side by side."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.policies import can
from accounts.selectors import changes, people
from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Table
from foundation.storage import responses
from holders.selectors import holders, search
from royalties import deal_text, permissions, policies
from royalties.engine.examples import ExampleResult, run_examples
from royalties.engine.reading import read_deal
from royalties.forms import SignForm
from royalties.models import Deal, DealVersion
from royalties.selectors import calculations, deal_checks, deal_diffs, deal_pages, deals
from royalties.services import explanations

SPANS = (30, 60, 90)


def _ends(row: Any) -> Any:
    return None if row.ends == deal_pages.OPEN_END else date.fromisoformat(row.ends)


def _next(row: Any) -> Any:
    return row.next.on if row.next else None


class Deals(Table):
    """Deals."""

    caption = "Deals"
    noun = ("deal", "deals")
    start = "code"
    columns = (
        Column("code", "Deal", "code", sort="code", link="deal"),
        Column("title", "Title", "title", sort="title"),
        Column("parties", "Payees", lambda row: ", ".join(row.parties)),
        Column("scope", "Covers", lambda row: row.scope),
        Column(
            "begins",
            "Begins",
            lambda row: date.fromisoformat(row.begins) if row.begins else None,
            kind="day",
            sort="begins",
            hidden=True,
        ),
        Column("ends", "Term ends", _ends, kind="day", sort="ends"),
        Column("state", "State", lambda row: deal_pages.STATES[row.state], kind="badge"),
        Column("draft", "Next version", lambda row: "drafted" if row.amended else "", hidden=True),
        Column("next", "Next date", _next, kind="day"),
        Column("next_what", "What then", lambda row: row.next.what if row.next else ""),
        Column("direction", "Direction", lambda row: row.get_direction_display(), hidden=True),
        Column("currency", "Currency", "currency", sort="currency", hidden=True),
    )
    search = ("code", "title")
    search_label = "Search code, title or payee"
    filters = (
        Choice(
            "state",
            "State",
            [(name, words) for name, (words, _) in deal_pages.STATES.items()],
            lambda value: Q(state=value),
        ),
        Choice(
            "ends",
            "Term ends",
            [(str(span), f"within {span} days") for span in SPANS],
            lambda value: deal_pages.ending(int(value), timezone.now().date()),
        ),
        Choice("direction", "Direction", Deal.Direction.choices, lambda value: Q(direction=value)),
        Choice(
            "draft",
            "Next version",
            [("yes", "drafted")],
            lambda value: Q(amended=True),
        ),
    )
    nothing = (
        "No deals yet",
        "A deal is a contract's money as a document that carries its own worked examples.",
    )

    def finds(self, query: str) -> Q:
        """Find by code, title, or whoever is paid."""
        found = [each.id for each in search.find(query, limit=200, only_active=False)]
        return super().finds(query) | deal_pages.of_holders(found)

    def complete(self, rows: Any) -> None:
        """Name the payees, say what is covered and what comes next."""
        documents = deal_pages.documents([row.shown for row in rows])
        held = deals.holders_of([row.pk for row in rows])
        lines = holders.lines({one for each in held.values() for one in each.values()})
        today = timezone.now().date()
        for row in rows:
            document = documents[row.shown]
            named = [held[row.pk].get(payee) for payee in document["payees"]]
            row.parties = [lines[one].name for one in named if one in lines]
            row.scope = deal_pages.scope_of(document)
            row.next = next(iter(deal_pages.days_ahead(document, today)), None)


class List(Page):
    """All deals that this person may see."""

    permission = permissions.DEAL_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, with tabs of those that end soon."""
        now = timezone.now()
        rows = deal_pages.listed(self.rows(Deal.objects.all()), at=now)
        table = Deals(rows, request)
        context: dict[str, Any] = {"table": table, "tabs": []}
        if not fragments.wanted(request):
            soon = deal_pages.counts(rows, SPANS, now.date())
            chosen = table.chosen.get("ends", "")
            context["tabs"] = [
                {"label": "All deals", "url": table.url(ends=""), "current": not chosen},
                *(
                    {
                        "label": f"Ending in {span} days",
                        "url": table.url(ends=str(span)),
                        "current": chosen == str(span),
                        "count": soon[span],
                    }
                    for span in SPANS
                ),
            ]
        return fragments.page(request, "royalties/deals.html", context, block="list")


class DealPage(Page):
    """A page of one deal."""

    permission = permissions.DEAL_SEE

    def deal(self, pk: UUID) -> Deal:
        """Return the deal within reach, as lists show it."""
        rows = deal_pages.listed(self.rows(Deal.objects.all()), at=timezone.now())
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class Whole(DealPage):
    """One deal: its terms now, its versions, who is paid, where it stands, what was done."""

    def show(
        self, request: HttpRequest, pk: UUID, *, form: SignForm | None = None, status: int = 200
    ) -> HttpResponse:
        """Show it, with a form's errors where there are any."""
        deal = self.deal(pk)
        versions = list(deal.versions.order_by("-number"))
        draft = next((each for each in versions if each.signed_at is None), None)
        signed = [each for each in versions if each.signed_at is not None]
        now = signed[0] if signed else draft
        assert now is not None
        waits = changes.shown().filter(
            kind=deal_pages.SIGN,
            target_id=deal.pk,
            state="pending",
            expires_at__gt=timezone.now(),
        )
        posted = deal_pages.last_posted(deal)
        word, tone = deal_pages.STATES[deal.state]  # type: ignore[attr-defined]
        context = {
            "deal": deal,
            "word": word,
            "tone": tone,
            "versions": versions,
            "names": people.names_of({each.entered_by for each in versions}),
            "draft": draft,
            "now": now,
            "sections": deal_checks.told(now.document),
            "examples": _examples(draft) if draft else [],
            "term": now.document.get("term", {}),
            "scope": deal_pages.scope_of(now.document),
            "ahead": deal_pages.days_ahead(now.document, timezone.now().date())[:6],
            "payees": _payees(deal, draft or now),
            "posted": posted,
            "accounts": deal_pages.accounts(posted.closing if posted else None),
            "waits": waits.first(),
            "results": deal_pages.results(deal) if can(self.person, permissions.RUN_SEE) else [],
            "statements": self._statements(deal),
            "changelog": deal_pages.changelog(deal),
            "form": form or SignForm(),
            "enters": can(self.person, permissions.DEAL_ENTER),
        }
        return render(request, "royalties/deal.html", context, status=status)

    def _statements(self, deal: Deal) -> list[Any]:
        """Return the newest statements with something of this deal, as far as they may be seen."""
        if not can(self.person, permissions.STATEMENT_SEE):
            return []
        mine = deals.holders_of([deal.pk])[deal.pk].values()
        rows = policies.visible(self.person).filter(
            holder__in=list(mine), content__deals__contains=[{"deal": deal.code}]
        )
        found = list(rows.defer("content").order_by("-end_day", "number")[:12])
        names = holders.lines(each.holder_id for each in found)
        return [(each, names[each.holder_id].name) for each in found]


class One(Whole):
    """One deal in full."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, pk)


def _examples(draft: DealVersion) -> list[ExampleResult]:
    """Return how a draft's worked examples come out now."""
    return run_examples(read_deal(draft.document), matcher=calculations.own_matcher())


def _payees(deal: Deal, version: DealVersion) -> list[tuple[str, Any]]:
    """Return each payee of a version with its holder."""
    held = deals.holders_of([deal.pk])[deal.pk]
    lines = holders.lines(held.values())
    return [(name, lines.get(held.get(name))) for name in version.document["payees"]]  # type: ignore[arg-type]


class Document(DealPage):
    """A version's document as a file, to be kept, edited and uploaded again."""

    def get(self, request: HttpRequest, pk: UUID, number: str) -> HttpResponse:
        """Return it."""
        deal = self.deal(pk)
        known = (
            deal.versions.filter(number=number)
            if number.isdecimal() and len(number) < 9
            else deal.versions.none()
        )
        version = known.first()
        if version is None:
            raise Http404
        text = deal_text.printed(version.document)
        name = f"{deal.code}-version-{number}.json"
        return responses.attached(text, name=name, media_type="application/json; charset=utf-8")


class Diff(DealPage):
    """Two versions side by side: in plain language and as documents."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show what the newer one changes; ``from`` and ``to`` are numbers."""
        deal = self.deal(pk)
        versions = {str(each.number): each for each in deal.versions.order_by("-number")}
        if len(versions) < 2:
            return render(request, "royalties/deal_diff.html", {"deal": deal, "versions": versions})
        numbers = list(versions)
        to = request.GET.get("to", "")
        to = to if to in versions else numbers[0]
        former = request.GET.get("from", "")
        former = former if former in versions else str(max(int(to) - 1, 1))
        old, new = versions[former], versions[to]
        rows = deal_diffs.rows(deal_text.printed(old.document), deal_text.printed(new.document))
        context = {
            "deal": deal,
            "versions": versions,
            "old": old,
            "new": new,
            "sections": list(explanations.sentences(new, old)),
            "rows": rows,
            "same": all(row.mark in ("same", "skipped") for row in rows),
        }
        return render(request, "royalties/deal_diff.html", context)
