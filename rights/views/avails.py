"""The avails explorer: what is free of the catalogue, and of one work with proof and ways out."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.views import lists
from accounts.views.base import Page
from catalog.selectors import shown
from catalog.views.base import WorkPage
from foundation.pages import fragments, saved, surroundings
from foundation.pages.narrowing import Choice
from foundation.pages.tables import Column, Table
from rights import answers
from rights.asking import BY, Asking, plain, read
from rights.engine.asked import Question, Verdict
from rights.engine.boxes import Box
from rights.permissions import CLAIM_VIEW
from rights.selectors import avails
from rights.selectors.avails import Title
from territories.geography.spans import SpanSet
from territories.selectors.regions import Place, Region, touched

FITS, MOST = 12, 60
LINES, FEW = 12, 8


class Avails(Table):
    """Works with what is free of each; the question stands in the address beside the list's own."""

    caption = "Avails"
    noun = ("title", "titles")
    start = "title"
    columns: ClassVar[tuple[Column, ...]] = ()
    fields = ("title", "version", "kind", "code")
    search_label = "Search title, code or identifier"
    search = ("title",)
    sizes = (50, 25, 100)
    nothing = ("No titles", "There is no work to ask about. Register one, or ask for others.")

    def __init__(
        self, rows: QuerySet[Any], request: HttpRequest, *, today: date, defaults: Any = None
    ) -> None:
        """Read the question; where none is asked, ``defaults`` is."""
        super().__init__(rows, request)
        self.asked |= {name: text for name, text in plain(request).items() if text}
        if defaults and not any(self.asked.get(name) for name in ("right", "territory")):
            self.asked = {**defaults, **self.asked}
        self.today = today
        self.asking = read(self.asked, today=today)
        self.filters = (  # type: ignore[misc]  # of this question, not of every one
            Choice("kind", "Kind", shown.KINDS, lambda value: Q(kind=value)),
            *self._of_views(request),
        )
        self.columns = tuple(self._columns())  # type: ignore[misc]

    def finds(self, query: str) -> Q:
        """Find by code, identifier, title or likeness."""
        return shown.finds(query)

    @cached_property
    def state(self) -> dict[str, str]:
        """All that the address says, the question with it."""
        return {**super().state, **self.asking.given}

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What the form of search and filters sends along: look and question."""
        yield from super().kept
        yield from self.asking.given.items()

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What the form of the question sends along: search, filters and look."""
        return [pair for pair in self.state.items() if pair[0] not in self.asking.given]

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """The question, for files of the answer."""
        return self.asking.words

    @cached_property
    def regions(self) -> list[Region]:
        """The regions and countries asked about."""
        question = self.asking.question
        return touched(question.box.places, self.today) if question else []

    @property
    def by_regions(self) -> bool:
        """Whether the grid has regions for columns rather than countries."""
        many = sum(len(region.countries) for region in self.regions)
        asked = self.asking.given.get("by", "")
        return many > MOST or asked == "regions" or (asked not in BY or not asked) and many > FITS

    @cached_property
    def places(self) -> list[Place]:
        """The columns of the grid."""
        if self.by_regions:
            return [region.place for region in self.regions]
        return [country for region in self.regions for country in region.countries]

    def _columns(self) -> Iterator[Column]:
        yield Column(
            "title",
            "Title",
            lambda row: f"{row.title} ({row.version})" if row.version else row.title,
            sort="title_key",
            link=self.link,
        )
        yield Column("kind", "Kind", lambda row: shown.kind_name(row.kind), hidden=True)
        yield Column("code", "Code", "code", sort="code", hidden=True)
        yield from self.told_columns()

    def told_columns(self) -> Iterator[Column]:
        """Return the columns of the answer."""
        yield Column("answer", "Answer", lambda row: row.told.answer.verdict.value, kind="verdict")
        named = len(self.places) <= FEW or self.by_regions
        for at, place in enumerate(self.places):
            label = place.name if named else place.code
            yield Column(place.code, label, _cell(at), kind="verdict")
        yield Column("way", "In the way", _first_reason)
        yield Column("out", "Way out", lambda row: _first_way(row, self.asking))
        yield Column("free", "Free", lambda row: words_of(row.told.answer.free))

    def link(self, row: Any) -> str:
        """Return the address of the same question about one work."""
        return f"{reverse('work_avails', args=[row.pk])}?{self.asking.query}"

    @property
    def put(self) -> tuple[Question, tuple[str, ...]]:
        """The question and its languages, for who has seen that it could be read."""
        assert self.asking.question is not None
        assert self.asking.terms is not None
        return self.asking.question, self.asking.terms.languages

    def complete(self, rows: Any) -> None:
        """Answer for these rows."""
        question, languages = self.put
        told = avails.of_works([row.pk for row in rows], question, languages=languages)
        for row, title in zip(rows, told, strict=True):
            row.told, row.grid = title, self.grid(title)

    def grid(self, title: Title) -> list[str]:
        """Return the answer in each column's places."""
        pairs = [(True, True)] * len(self.places)
        for part in title.answer.parts:
            for at in self._columns_of(part.places):
                every, sure = pairs[at]
                pairs[at] = every and part.with_all, sure and part.with_sure
        return [Verdict.of(*pair).value for pair in pairs]

    def _columns_of(self, places: SpanSet) -> list[int]:
        """Return which columns some places lie in: titles have the same parts again and again."""
        known = self.__dict__.setdefault("_lies_in", {})
        if places not in known:
            known[places] = [
                at for at, one in enumerate(self.places) if one.places.overlaps(places)
            ]
        found: list[int] = known[places]
        return found

    def _of_views(self, request: HttpRequest) -> Iterator[Choice]:
        """Return the choice among the reader's saved views of the list of works, if any."""
        path = reverse("works")
        views = saved.of(surroundings.of(request), path)
        queries = {view.name: view.query for view in views}

        def inside(name: str) -> Q:
            table = lists.table_of(request, path, queries[name])
            return Q(pk__in=table.matching.order_by().values("pk"))

        if views:
            options = [(view.name, view.label) for view in views]
            yield Choice("titles", "View of works", options, inside)


def _cell(at: int) -> Callable[[Any], str]:
    """Return what stands in one of the grid's columns."""
    return lambda row: str(row.grid[at])


def _first_reason(row: Any) -> str:
    found = [reason.line for reason in answers.reasons(row.told) if reason.needed]
    more = len(row.told.answer.blocking) - len(found)
    return "; ".join(found) + (f" (and {more} more)" if found and more > 0 else "")


def _first_way(row: Any, asking: Asking) -> str:
    for way in answers.ways(row.told, asking):
        return f"{way.words} ({way.cost})"
    return ""


def words_of(boxes: Sequence[Box]) -> str:
    """Return some ground in words: the first parts of it, and how many more there are."""
    found = [answers.Ground.of(box).words for box in boxes]
    more = f"; and {len(found) - LINES} more parts" if len(found) > LINES else ""
    return "; ".join(found[:LINES]) + more


class Explorer(Page):
    """What is free of the works that are dealt in."""

    permission = CLAIM_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask, and show the answer."""
        table = Avails(
            self.rows(shown.dealt_in(shown.works())), request, today=timezone.localdate()
        )
        asking = table.asking
        context: dict[str, Any] = {
            "asking": asking,
            "by": list(BY.items()),
            "beside": table.beside,
            "table": None,
            "views": [],
            "map": None,
        }
        if asking.question is None:
            context["views"] = table.view_chips
            return render(
                request, "rights/avails.html", context, status=422 if asking.wrong else 200
            )
        context["table"] = table
        if not lists_only(request) and table.rows:
            told = [row.told for row in table.rows]
            context |= {"map": answers.of_titles(told, table.regions), "counts": _counts(told)}
        return fragments.page(request, "rights/avails.html", context, block="list")


def lists_only(request: HttpRequest) -> bool:
    """Return whether only the list, or a file of it, is wanted."""
    return bool(request.GET.get("as")) or getattr(request, "list_wanted", False)


def _counts(told: Sequence[Title]) -> list[tuple[str, int]]:
    return [(one.value, sum(t.answer.verdict is one for t in told)) for one in Verdict]


class OfWork(WorkPage):
    """What is free of one work: by country and day, with the proof and the ways out."""

    permission = CLAIM_VIEW
    tab = "work_avails"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask, and show the answer in full."""
        work, today = self.work(pk), timezone.localdate()
        asked = {**request.GET.dict(), **plain(request)}
        asked = {name: text.replace("\0", "") for name, text in asked.items()}
        asking = read(asked, today=today)
        context: dict[str, Any] = {"asking": asking, "by": [], "beside": [], "verdict": ""}
        if asking.question is not None and asking.terms is not None:
            [told] = avails.of_works([pk], asking.question, languages=asking.terms.languages)
            context |= {
                "verdict": told.answer.verdict.value,
                "reasons": answers.reasons(told),
                "ways": answers.ways(told, asking),
                "map": answers.of_title(told, touched(asking.question.box.places, today)),
                "timeline": answers.timeline(told, asking, today),
                "free": answers.free(told),
            }
        status = 422 if asking.wrong else 200
        return self.show(request, "rights/work_avails.html", work, context, status)
