"""Groups of countries and rates as lists."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from foundation.pages import inputs
from foundation.pages.batches import Batch
from foundation.pages.filters import day_text
from foundation.pages.listparts import Deed
from foundation.pages.narrowing import Choice, Days, Narrowing, Text
from foundation.pages.surroundings import Surroundings
from foundation.pages.tables import Column, Table
from territories.selectors import atlas, browsing, tables


def day_asked(request: HttpRequest) -> tuple[date, str, str]:
    """Return the day an address asks for (else today), as it was typed, and what is wrong."""
    today, asked = timezone.now().date(), request.GET.get("on", "").strip()[:40]
    try:
        return (inputs.day_of(asked) if asked else today), asked or today.isoformat(), ""
    except inputs.NotReadable as error:
        return today, asked, str(error)


class HoldsOn(Text):
    """What holds on a day, written as 2026-11-30."""

    def read(self, asked: Mapping[str, str], reader: Surroundings) -> Any:
        """Return the day asked for. Raises inputs.NotReadable."""
        text = asked.get(self.name, "").strip()
        return inputs.day_of(text) if text else None

    def words(self, value: Any) -> str:
        """Return the day."""
        return day_text(value)

    def condition(self, value: Any, reader: Surroundings) -> Q:
        """Return what holds for the rows whose days contain it."""
        begun = Q(starts=None) | Q(starts__lte=value)
        return begun & (Q(ends=None) | Q(ends__gt=value))


class Groups(Table):
    """The public groups, with their members of the day that the address asks for."""

    caption = "Groups of countries"
    noun = ("group", "groups")
    start = "code"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("name", "Group", "name", sort="name", link=lambda row: row.address),
        Column("code", "Code", "code", sort="code"),
        Column("kind", "Kind", lambda row: row.kind.capitalize(), sort="kind"),
        Column("members", "Members", lambda row: row.size, kind="number"),
        Column("tis", "TIS number", "tis_number", kind="number", sort="tis_number", hidden=True),
    )
    fields = ("code", "name", "kind", "tis_number")
    search = ("name", "code")
    search_label = "Search name or code"
    nothing = ("No groups", "Groups of countries come with the product.")

    @property
    def deeds(self) -> list[Deed]:
        """None: a public group isn't ours to change."""
        return []

    def complete(self, rows: Any) -> None:
        """Count the members of the day, and say where each group stands."""
        known, (on, _, _) = atlas.public().groups, day_asked(self.request)
        for row in rows:
            asked = {"group": row.code, "on": on.isoformat()}
            row.address = f"{reverse('territory_groups')}?{urlencode(asked)}"
            row.size = len(known[row.code].codes(on)) if row.code in known else 0


class Rates(Table):
    """Rates by place and right, with the days for which they hold."""

    caption = "Public rates"
    noun = ("rate", "rates")
    start = "where"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("where", "Where", "territory_id", sort="territory_id"),
        Column("right", "Right", browsing.right_of, sort="right_type_id"),
        Column("rate", "Rate", browsing.amount),
        Column("from", "From", "starts", kind="day", sort="starts"),
        Column("last", "Last day", browsing.last_day, kind="day"),
        Column("source", "Source", "source", sort="source"),
        Column("example", "Checked", browsing.checked, kind="badge"),
    )
    fields = (
        "territory_id", "right_type_id", "kind", "value", "per_minute", "currency", "basis",
        "source", "example", "starts", "ends",
    )  # fmt: skip
    search = ("territory__code", "source", "basis", "currency")
    search_label = "Search place, source or currency"
    filters: ClassVar[tuple[Narrowing, ...]] = (
        HoldsOn("on", "Holds on", ""),
        Text("place", "Place", lambda value: Q(territory_id=value.upper())),
        Choice("right", "Right", browsing.rights(), lambda value: Q(right_type_id=value)),
        Days("from", "From", "starts"),
    )
    nothing = ("No rates", "Rates come with the product, and by manage.py import_rates.")

    @property
    def deeds(self) -> list[Deed]:
        """None: rates are changed by a table of rates."""
        return []


class OwnRates(Rates):
    """The organisation's own rates."""

    caption = "Own rates"
    filters: ClassVar[tuple[Narrowing, ...]] = (*Rates.filters, Batch())
    nothing = (
        "No own rates",
        "An own rate goes before a public one for the same place and right. Import a table of "
        "rates to set them.",
    )
    brought = tables.COLUMNS

    def standing(self, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
        """Return what the import reads of rates."""
        return tables.of_rows(keys)
