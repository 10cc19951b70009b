"""Sources: how often each reports, and where its newest periods stand."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView
from foundation.api import schema, written
from foundation.api.listing import Filter, Listing
from foundation.api.operations import operation
from foundation.models.keysets import among
from royalties.models import SourceRule
from royalties.permissions import SALES_SEE
from royalties.selectors import sources

EVERY = schema.one_of(SourceRule.Every.values)
CELL = schema.record(
    "SourcePeriod",
    {
        "period": schema.text(10),
        "due_on": schema.DAY,
        "state": schema.one_of((sources.RECEIVED, sources.LATE, sources.DUE)),
        "since": {**schema.DAY, "description": "Received, or late, since; or the day it is due."},
        "part": {**schema.FLAG, "description": "Some of its days have come in, not all."},
    },
)
SOURCE = schema.record(
    "Source",
    {
        "id": schema.UUID,
        "source": schema.text(200),
        "every": EVERY,
        "due_after": {**schema.COUNT, "description": "Days after the period's last day."},
        "first_day": schema.DAY,
        "last_day": schema.maybe(schema.DAY),
        "periods": schema.many(CELL),
    },
    example={
        "id": "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a41",
        "source": "Tide",
        "every": "quarter",
        "due_after": 45,
        "first_day": "2026-01-01",
        "last_day": None,
        "periods": [
            {
                "period": "2026-Q1",
                "due_on": "2026-05-15",
                "state": "received",
                "since": "2026-05-02",
                "part": False,
            }
        ],
    },
)
LISTING = Listing(
    sorts={"source": "source"},
    start="source",
    page="sources",
    search=lambda query: Q(source__icontains=query),
    filters=(
        Filter("every", EVERY, lambda value: Q(every=value)),
        Filter(
            "late",
            schema.one_of(["yes"]),
            lambda value: Q(pk__in=among(sources.late(timezone.now()))),
        ),
    ),
)


def _listed(rows: Sequence[SourceRule]) -> list[dict[str, Any]]:
    cells = sources.coverage(rows, timezone.now()) if rows else {}
    return [
        {
            "id": str(row.pk),
            "source": row.source,
            "every": row.every,
            "due_after": row.due_after,
            "first_day": written.day(row.first_day),
            "last_day": written.last_day(row.end_day) if row.end_day else None,
            "periods": [
                {
                    "period": cell.period,
                    "due_on": written.day(cell.due_on),
                    "state": cell.state,
                    "since": written.day(cell.on),
                    "part": cell.part,
                }
                for cell in cells[row.pk]
            ],
        }
        for row in rows
    ]


class Sources(ApiView):
    """The sources that are expected."""

    group = "Sources"
    permission = SALES_SEE

    @operation(
        "List sources with where their newest periods stand",
        gives=schema.page_of(SOURCE),
        query=LISTING.query,
    )
    def get(self, request: Request) -> dict[str, Any]:
        """List them."""
        return self.page(LISTING, SourceRule.objects.all(), _listed)
