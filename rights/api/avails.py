"""What is free to license: the question as a body, the answer title by title."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request

from accounts.api import views
from accounts.api.base import ApiView
from catalog.api import works as catalogue
from catalog.selectors import shown, works
from foundation.api import bodies, schema
from foundation.api.listing import SIZE, page_of
from foundation.api.operations import Parameter, operation
from foundation.models.keysets import among
from kernel.canonical import digest
from rights.engine.asked import Change, Code, Match, Verdict
from rights.permissions import CLAIM_VIEW
from rights.selectors import avails
from rights.selectors.avails import Terms, UnknownWork
from rights.telling import told

WORKS, MOST = 1000, 200
_US, _WORK = {"rights": "svod", "territory": "US"}, "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a01"
_LICENSE = "019adb1e-8c00-7a11-9c5e-2f6d1c0b7a31"
CHOSEN = schema.record(
    "AvailsFilter",
    {
        "q": schema.text(200, least=1, description="Words to be searched for."),
        "kind": catalogue.KIND,
        "parent": schema.UUID,
        "code": schema.text(64, least=1),
        "view": schema.text(60, least=1, description="A saved view of the list of works."),
    },
    optional=["q", "kind", "parent", "code", "view"],
)
QUESTION = schema.record(
    "AvailsQuestion",
    {
        "works": schema.many(schema.UUID, least=1, most=WORKS),
        "filter": CHOSEN,
        "rights": schema.many(schema.text(64, least=1), least=1, most=100),
        "territory": schema.text(4000, least=1, description="An expression, such as `EU + CH`."),
        "from": schema.maybe(schema.DAY),
        "to": schema.maybe(schema.DAY),
        "exclusive": schema.FLAG,
        "match": schema.one_of([one.value for one in Match]),
        "days": schema.whole(1, 4_000_000, description="In a row, for `at_least`."),
        "languages": schema.many(schema.text(3, least=2), most=50),
    },
    optional=["works", "filter", "from", "to", "exclusive", "match", "days", "languages"],
    example={
        "filter": {"kind": "film"},
        "rights": ["svod"],
        "territory": "US + CA",
        "from": "2026-05-01",
        "to": "2026-12-31",
        "exclusive": True,
    },
)
_GROUND = {
    "rights": {"type": "string", "description": "Right types, in words."},
    "territory": {"type": "string", "description": "An expression."},
    "from": schema.maybe(schema.DAY),
    "to": schema.maybe(schema.DAY),
}
GROUND = schema.record("Ground", _GROUND)
BLOCK = schema.record(
    "AvailsBlock",
    {
        "code": schema.one_of([one.value for one in Code]),
        "clause": {"type": "string"},
        "document": {"type": "string"},
        "license": schema.maybe(schema.UUID),
        "by": schema.maybe(
            {**schema.UUID, "description": "The claim, conflict, restriction or hold."}
        ),
        "needed": {**schema.FLAG, "description": "One of the smallest set that suffices."},
        **_GROUND,
    },
)
WAY = schema.record(
    "AvailsWay",
    {
        "changes": schema.many(schema.one_of([one.value for one in Change])),
        "words": {"type": "string"},
        "waivers": schema.many(schema.UUID),
        "territory_days": schema.COUNT,
        "exact": schema.FLAG,
        "asked": schema.many(GROUND),
        "dropped": schema.many(GROUND),
    },
)
TITLE = schema.record(
    "AvailsTitle",
    {
        "work": schema.UUID,
        "answer": schema.one_of([one.value for one in Verdict]),
        "free": schema.many(GROUND),
        "blocking": schema.many(BLOCK),
        "ways_out": schema.many(WAY),
    },
)
_MAY, _LATER = {"from": "2026-05-01", "to": "2026-06-30"}, {"from": "2026-07-01"}
ANSWER = {
    **schema.page_of(TITLE),
    "examples": [
        {
            "items": [
                {
                    "work": _WORK,
                    "answer": "no",
                    "free": [{**_US, **_LATER, "to": "2026-12-31"}],
                    "blocking": [
                        {
                            "code": "sold_exclusively",
                            "clause": "2.1",
                            "document": "L-1, version 1",
                            "license": _LICENSE,
                            "by": None,
                            "needed": True,
                            **_US,
                            **_MAY,
                        }
                    ],
                    "ways_out": [
                        {
                            "changes": ["start_later"],
                            "words": "start on 2026-07-01",
                            "waivers": [],
                            "territory_days": 61,
                            "exact": True,
                            "asked": [{**_US, **_LATER, "to": "2026-12-31"}],
                            "dropped": [{**_US, **_MAY}],
                        }
                    ],
                }
            ],
            "next": None,
        }
    ],
}


class Avails(ApiView):
    """A question about avails."""

    group = "Avails"
    permission = {"POST": CLAIM_VIEW}

    @operation(
        "Ask what is free to license",
        takes=QUESTION,
        gives=ANSWER,
        query=(
            Parameter("limit", schema.whole(1, MOST), f"Titles a page; {SIZE} without it."),
            Parameter("after", schema.text(4000, least=1), "The cursor, as `next` has it."),
        ),
        description="Of the works named, of those that a filter finds, or of all that aren't "
        "retired, by title; each page is answered as the registry stands when it is asked for. "
        "Send the same body to `next`. What the words mean: docs/avails.md.",
        asks=True,
    )
    def post(self, request: Request) -> dict[str, Any]:
        """Answer."""
        sent = self.sent
        if "works" in sent and "filter" in sent:
            raise bodies.faults([("/filter", "one_of_two", "give works, or a filter, not both")])
        asked = avails.question(_terms(sent), today=timezone.localdate())

        def answered(rows: Sequence[Any]) -> list[dict[str, Any]]:
            ids = [row.pk for row in rows]
            found = avails.of_works(ids, asked, languages=sent.get("languages", ()))
            return [told(one) for one in found]

        return page_of(
            self.chosen(sent),
            self.asked,
            by="title_key",
            question=digest(sent),
            path=request.path,
            told=answered,
        )

    def chosen(self, sent: dict[str, Any]) -> QuerySet[Any]:
        """Return the works asked about. Raises UnknownWork, NoView, ViewNotTold."""
        reached = self.rows(shown.works())
        if "works" in sent:
            ids = [UUID(one) for one in sent["works"]]
            known = works.titles(ids)
            if missing := [one for one in ids if one not in known]:
                raise UnknownWork.among(missing)
            return reached.filter(pk__in=among(ids))
        wanted = dict(sent.get("filter", {}))
        if "view" in wanted:
            viewed = views.asked_by(catalogue.LISTING, wanted.pop("view"), self.actor)
            wanted = {**viewed, **wanted}
        if "status" not in wanted:
            reached = shown.dealt_in(reached)
        return catalogue.LISTING.narrowed(reached, wanted)


def _terms(sent: dict[str, Any]) -> Terms:
    first, last = (
        date.fromisoformat(sent[name]) if sent.get(name) else None for name in ("from", "to")
    )
    return Terms(
        tuple(sent["rights"]),
        sent["territory"],
        first,
        last,
        sent.get("exclusive", False),
        Match(sent.get("match", Match.COVERS)),
        sent.get("days", 1),
        tuple(sent.get("languages", ())),
    )
