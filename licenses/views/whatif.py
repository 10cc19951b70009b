"""What a draft would leave free: the same question as it stands, and as if it were signed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalog.selectors import shown
from foundation.models.keysets import among
from foundation.pages import fragments
from foundation.pages.tables import Column
from licenses.engine.reading import read
from licenses.models import LicenseVersion
from licenses.selectors import clauses
from licenses.services import registering
from licenses.views.licenses import LicensePage
from rights import answers
from rights.engine.boxes import Box, cut, joined
from rights.permissions import CLAIM_VIEW
from rights.selectors import avails
from rights.selectors.avails import Assumed
from rights.views.avails import Avails, lists_only, words_of


class Sides(Avails):
    """The works of a draft: what is free of each now, and what would be if it were signed."""

    caption = "What the draft would leave free"
    nothing = ("No titles", "The draft grants rights in no work that is dealt in.")

    def __init__(
        self, rows: QuerySet[Any], request: HttpRequest, *, assumed: Assumed, **more: Any
    ) -> None:
        """``assumed`` is the draft."""
        self.assumed = assumed
        super().__init__(rows, request, **more)

    def told_columns(self) -> Iterator[Column]:
        """Return both answers side by side, and what lies between them."""
        yield Column("now", "As it stands", lambda row: row.told.answer.verdict.value, "verdict")
        yield Column("then", "If signed", lambda row: row.then.answer.verdict.value, "verdict")
        yield Column("gone", "No longer free", lambda row: words_of(_gone(row)))
        yield Column("left", "Still free", lambda row: words_of(row.then.answer.free))
        yield Column("way", "In the way if signed", lambda row: _reasons(row))

    def complete(self, rows: Any) -> None:
        """Answer twice."""
        question, languages = self.put
        ids = [row.pk for row in rows]
        found = avails.compared(ids, question, self.assumed, languages=languages)
        for row, (now, then) in zip(rows, found, strict=True):
            row.told, row.then = now, then


def _gone(row: Any) -> list[Box]:
    return joined(cut(row.told.answer.free, row.then.answer.free))


def _reasons(row: Any) -> str:
    return "; ".join(one.line for one in answers.reasons(row.then) if one.needed)


class WhatIf(LicensePage):
    """The comparison for a licence's draft; nothing is written."""

    permission = CLAIM_VIEW

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it; without a question of its own, what the draft itself grants is asked."""
        license = self.license(pk)
        draft = LicenseVersion.objects.filter(license=license, signed_at=None).first()
        context: dict[str, Any] = {
            "license": license,
            "draft": draft,
            "asking": None,
            "table": None,
            "maps": [],
        }
        if draft is None:
            return render(request, "licenses/what_if.html", context)
        assumed = registering.assumed(license, draft)
        ids = {row.work_id for row in assumed.rows}
        table = Sides(
            self.rows(shown.dealt_in(shown.works()).filter(pk__in=among(ids)), CLAIM_VIEW),
            request,
            assumed=assumed,
            today=timezone.localdate(),
            defaults=_granted(draft, assumed),
        )
        asking = table.asking
        context |= {"asking": asking, "beside": table.beside}
        context["here"] = reverse("license_what_if", args=[pk])
        if asking.question is None:
            return render(request, "licenses/what_if.html", context, status=422)
        context["table"] = table
        if not lists_only(request) and table.rows:
            sides = (("told", "Free as it stands"), ("then", "Free if signed"))
            context["maps"] = [
                answers.of_titles([getattr(row, side) for row in table.rows], table.regions, words)
                for side, words in sides
            ]
        return fragments.page(request, "licenses/what_if.html", context, block="list")


def _granted(draft: LicenseVersion, assumed: Assumed) -> dict[str, str]:
    """Return the question that a draft's own grants are the answer to."""
    terms = read(draft.document)
    rights = dict.fromkeys(code.lower() for part in terms.grants for code in part.rights)
    places = dict.fromkeys(part.territory for part in terms.grants)
    several = len(places) > 1
    first, until = clauses.bounds(assumed.rows)
    asked = {
        "right": ",".join(rights),
        "territory": " + ".join(f"({one})" if several else one for one in places),
        "from": first.isoformat() if first else "",
        "to": (until - timedelta(days=1)).isoformat() if until else "",
        "exclusive": "yes" if any(part.exclusive for part in terms.grants) else "",
    }
    return {name: value for name, value in asked.items() if value}
