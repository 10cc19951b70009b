"""The list of works with how their shares stand, and the claims to one work."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.views.base import Page
from catalog.permissions import WORK_VIEW
from catalog.selectors import shown, tables, works
from catalog.views.base import WorkPage
from foundation.pages import fragments, inputs
from foundation.pages.batches import Batch
from foundation.pages.narrowing import Choice, Days, Text
from foundation.pages.tables import Column, Table
from rights import policies
from rights.permissions import CLAIM_VIEW
from rights.selectors import claims, conflicts, licensed, limits, registry, standing

SHARES = [
    ("open", "Part is unclaimed"),
    ("claimed", "Claimed besides the registration"),
    ("registered", "As registered"),
]


def _shares(value: str) -> Q:
    """Return what holds for works whose shares stand so today."""
    if value == "open":
        return standing.with_open_part(timezone.now().date())
    return standing.claimed() if value == "claimed" else ~standing.claimed()


class Works(Table):
    """The catalogue."""

    caption = "Works"
    noun = ("work", "works")
    start = "title"
    columns = (
        Column(
            "title",
            "Title",
            lambda row: f"{row.title} ({row.version})" if row.version else row.title,
            sort="title_key",
            link="work",
        ),
        Column("kind", "Kind", lambda row: shown.kind_name(row.kind), sort="kind"),
        Column("artists", "Main artists", "artists"),
        Column("numbers", "Identifiers", "numbers"),
        Column("code", "Code", "code", sort="code"),
        Column("shares", "Shares", lambda row: (row.told.words, row.told.tone), kind="badge"),
        Column("licensed", "Licences", lambda row: licensed.SAID[row.licensed], kind="badge"),
        Column("claims", "Claims", "claims", kind="number", hidden=True),
        Column("status", "Status", lambda row: row.status.capitalize(), hidden=True),
        Column("made", "Registered", "created_at", kind="moment", sort="created_at", hidden=True),
    )
    fields = ("title", "version", "kind", "code", "status", "created_at")
    search = ("title",)
    search_label = "Search title, code or identifier"
    filters = (
        Choice("kind", "Kind", shown.KINDS, lambda value: Q(kind=value)),
        Choice("shares", "Shares", SHARES, _shares),
        Choice(
            "licensed",
            "Licences",
            [(state, said) for state, (said, _) in licensed.SAID.items()],
            lambda value: licensed.stands(value, on=timezone.now().date()),
        ),
        Choice("status", "Status", shown.STATUSES, lambda value: Q(status=value)),
        Text("artist", "Artist", shown.by_artist),
        Days("made", "Registered", "created_at", moments=True),
        Batch(),
    )
    nothing = (
        "No works yet",
        "A work is anything with rights: a recording, a composition, a film, a book.",
    )
    brought = tables.COLUMNS

    def standing(self, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
        """Return what the import reads of works."""
        return tables.standing(keys, [])

    def finds(self, query: str) -> Q:
        """Find by code, identifier, title or likeness."""
        return shown.finds(query)

    def complete(self, rows: Any) -> None:
        """Name artists and identifiers, and say how the shares stand."""
        ids = [row.pk for row in rows]
        today = timezone.now().date()
        stands, out = standing.of_works(ids, on=today), licensed.of_works(ids, on=today)
        numbers, artists = shown.numbers_of(ids), works.artists(ids)
        for row in rows:
            row.numbers, row.artists = numbers.get(row.pk, ""), artists.get(row.pk, "")
            here = stands.get(row.pk)
            row.told = here.saying if here else standing.NONE
            row.claims = here.claims if here else 0
            row.licensed = out.get(row.pk, licensed.NOT)


class List(Page):
    """The works of the organisation."""

    permission = WORK_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Works(self.rows(shown.works()), request)
        return fragments.page(request, "catalog/works.html", {"table": table}, block="list")


def _end_of(day: date) -> datetime:
    """Return the moment at which a day ends where the reader is."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class Rights(WorkPage):
    """Who holds which right in a work, where and when, on a day or always."""

    permission = CLAIM_VIEW
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it for the day asked for; today where none is."""
        work, wrong, on = self.work(pk), "", timezone.now().date()
        asked, known = (request.GET.get(name, "").strip() for name in ("on", "known"))
        day: date | None = on
        if request.GET.get("days") == "all":
            day = None
        elif asked:
            try:
                day = inputs.day_of(asked)
            except inputs.NotReadable as error:
                wrong = str(error)
        moment: datetime | None = None
        if known:
            try:
                moment = _end_of(inputs.day_of(known))
            except inputs.NotReadable as error:
                wrong = str(error)
        among = policies.claims_seen_by(self.person)
        found = claims.of_work(pk, on=day, as_known_at=moment, among=among)
        told: dict[str, Any] = {"on": day, "as_known_at": moment}
        restrictions = limits.restrictions(pk, **told)
        documents = limits.documents(pk, as_known_at=moment)
        about = [*(one.claim for one in restrictions), *(one.claim for one in documents)]
        context = {
            "rights": registry.by_right(found),
            "restrictions": restrictions,
            "holds": limits.holds(pk, **told),
            "documents": documents,
            "claims": limits.claim_words(pk, about),
            "day": day,
            "asked": asked or on.isoformat(),
            "known": known,
            "moment": moment,
            "conflicts": conflicts.of_work(pk, **told),
            "stops": claims.days_of(pk),
            "wrong": wrong,
        }
        return self.show(request, "rights/work.html", work, context, 422 if wrong else 200)
