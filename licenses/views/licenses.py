"""Licences: the list, one in full, its documents, and the deeds on it."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.policies import can
from accounts.selectors import changelog, changes, people
from accounts.views.base import Page
from catalog.selectors import works as titled
from catalog.views.base import WorkPage
from foundation.pages import fragments, inputs
from foundation.pages.narrowing import Days, Text
from foundation.pages.surroundings import Surroundings
from foundation.pages.tables import Choice, Column, Table
from foundation.storage import responses
from kernel.errors import DomainError
from licenses import permissions
from licenses.engine import wording
from licenses.engine.reading import read
from licenses.forms import DeclineForm, EndForm, PaidForm, ReasonForm, TakeBackForm
from licenses.models import Instalment, License, LicenseVersion
from licenses.models.licenses import Status
from licenses.selectors import narrowing, pages
from licenses.services import signing
from rights.selectors import clauses, grants
from territories.geography.rights import right_types

SPANS = (30, 60, 90)
SHOWN_WORKS = 60


@dataclass(frozen=True, slots=True)
class Place(Text):
    """Licences somewhere in a territory."""

    def read(self, asked: Any, reader: Surroundings) -> str | None:
        """Return the expression; one that can't be read is said in words."""
        text = Text.read(self, asked, reader)
        try:
            if text:
                narrowing.places(text, timezone.now().date())
        except DomainError as error:
            raise inputs.NotReadable(error.detail) from error
        return text

    def condition(self, value: str, reader: Surroundings) -> Q:
        """Return what overlaps it."""
        return Q(span__overlaps=narrowing.places(value, timezone.now().date()))


@dataclass(frozen=True, slots=True)
class LastDays(Days):
    """Last days from one to another."""

    def condition(self, value: tuple[date | None, date | None], reader: Surroundings) -> Q:
        """Return what has its last day there, both included."""
        return narrowing.last_day_between(*value)


class Licenses(Table):
    """Licences."""

    caption = "Licences"
    noun = ("licence", "licences")
    start = "code"
    columns = (
        Column("code", "Licence", "code", sort="code", link="license"),
        Column("title", "Title", "title", sort="title"),
        Column("licensee", "Licensee", "party"),
        Column(
            "status",
            "Status",
            lambda row: (Status(row.status).label, pages.TONES[row.status]),
            kind="badge",
        ),
        Column("begins", "Begins", "begins", kind="day", sort="begins"),
        Column("ends", "Last day", pages.last_day, kind="day", sort="ends"),
        Column("renews", "Renews itself", lambda row: "yes" if row.renews else "", hidden=True),
        Column("works", "Works", lambda row: len(row.works), kind="number"),
        Column("version", "Version", "in_force", kind="number", sort="in_force", hidden=True),
    )
    search = ("code", "title")
    search_label = "Search code or title"
    filters = (
        Choice("status", "Status", Status.choices, lambda value: Q(status=value)),
        Choice(
            "soon",
            "Ends",
            [(str(span), f"within {span} days") for span in SPANS],
            lambda value: pages.ending(int(value), timezone.now().date()),
        ),
        Choice(
            "right",
            "Right",
            [(one.code, one.name) for one in right_types().values()],
            lambda value: Q(rights__overlaps=clauses.right_span(value)),
        ),
        Text("licensee", "Licensee", narrowing.of_licensee),
        Text("work", "Work", narrowing.of_work),
        Place("territory", "Territory", ""),
        Days("begins", "Begins", "begins"),
        LastDays("ends", "Last day", "ends"),
    )
    nothing = (
        "No licences yet",
        "A licence says who may use which works of ours, where and when.",
    )

    def complete(self, rows: Any) -> None:
        """Name the licensees."""
        pages.name_parties(list(rows))


class LicensePage(Page):
    """A page about licences."""

    permission = permissions.LICENSE_SEE

    def all(self) -> Any:
        """Return the licences within reach, as they stand today."""
        return self.rows(License.objects.on(timezone.now().date()), permissions.LICENSE_SEE)

    def license(self, pk: UUID) -> Any:
        """Return one within reach, or there is none (404)."""
        found = self.all().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


class List(LicensePage):
    """All licences that this person may see."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, with tabs of those that end soon."""
        today = timezone.now().date()
        rows = self.all()
        table = Licenses(rows, request)
        context: dict[str, Any] = {"table": table, "tabs": []}
        if not fragments.wanted(request):
            soon = pages.counts(rows, SPANS, today)
            chosen = table.chosen.get("soon", "")
            context["tabs"] = [
                {"label": "All licences", "url": table.url(soon=""), "current": not chosen},
                *(
                    {
                        "label": f"Ending in {span} days",
                        "url": table.url(soon=str(span)),
                        "current": chosen == str(span),
                        "count": soon[span],
                    }
                    for span in SPANS
                ),
            ]
        return fragments.page(request, "licenses/licenses.html", context, block="list")


class Whole(LicensePage):
    """One licence: terms now, what comes next, what the registry says of it, what was done."""

    def show(
        self, request: HttpRequest, pk: UUID, *, status: int = 200, **shown_forms: Any
    ) -> HttpResponse:
        """Show it, with a form's errors where there are any."""
        license = self.license(pk)
        pages.name_parties([license])
        today = timezone.now().date()
        versions = list(LicenseVersion.objects.filter(license=license).order_by("-number"))
        draft = next((one for one in versions if one.signed_at is None), None)
        now = next((one for one in versions if one.signed_at is not None), draft)
        assert now is not None
        terms = read(now.document)
        enters = can(self.person, permissions.LICENSE_ENTER)
        waits = changes.shown().filter(
            kind__in=[signing.SIGN, signing.TERMINATE],
            target_id=license.pk,
            state="pending",
            expires_at__gt=timezone.now(),
        )
        instalments = Instalment.objects.filter(license=license, superseded_at=None)
        works = titled.titles(license.works[:SHOWN_WORKS])
        context = {
            "license": license,
            "word": Status(license.status).label,
            "tone": pages.TONES[license.status],
            "last_day": pages.last_day(license),
            "versions": versions,
            "names": people.names_of({one.entered_by for one in versions}),
            "draft": draft,
            "changed": signing.changed_by(license, draft) if draft else [],
            "now": now,
            "lines": wording.lines(terms),
            "ahead": pages.ahead(license, terms, today)[:8],
            "instalments": pages.owed(instalments.order_by("position"), today),
            "works": sorted(works.items(), key=lambda work: work[1].casefold()),
            "more_works": max(len(license.works) - SHOWN_WORKS, 0),
            "breaches": _breaches(license),
            "waits": waits.first(),
            "enters": enters,
            "pays": can(self.person, permissions.LICENSE_PAY),
            "sign_form": ReasonForm(),
            "end_form": EndForm(),
            "paid_form": PaidForm(),
            "back_form": TakeBackForm(),
            "decline_form": DeclineForm(),
            "changelog": changelog.of(("licenses.license", license.pk)),
            **shown_forms,
        }
        return render(request, "licenses/license.html", context, status=status)


def _breaches(license: License) -> list[str]:
    """Return the clauses of a licence that are known to break others', in words."""
    found = grants.of_license(license.pk)
    return list(
        dict.fromkeys(
            f"Clause {one.row.clause}: {one.row.right} in {one.row.territory}, {one.row.window}"
            for one in found
            if getattr(one.row, "known_breach", False)
        )
    )


class One(Whole):
    """One licence in full."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, pk)


class Document(LicensePage):
    """A version's document as a file, to be kept, edited and uploaded again."""

    def get(self, request: HttpRequest, pk: UUID, number: str) -> HttpResponse:
        """Return it."""
        license = self.license(pk)
        plain = number.isdecimal() and len(number) < 9
        rows = LicenseVersion.objects.filter(license=license, number=int(number) if plain else 0)
        version = rows.first()
        if version is None:
            raise Http404
        text = json.dumps(version.document, indent=2, ensure_ascii=False)
        name = f"{license.code}-version-{number}.json"
        return responses.attached(text, name=name, media_type="application/json; charset=utf-8")


class OfWork(WorkPage):
    """The licences whose grants are about a work."""

    permission = permissions.LICENSE_SEE
    tab = "work_licenses"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show them, those in force first."""
        work = self.work(pk)
        context = {"licenses": pages.of_work(pk, timezone.now().date())}
        return self.show(request, "licenses/work.html", work, context)


class Calendar(LicensePage):
    """What begins, ends and falls due in the next twelve months, and the terms as a timeline."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        today = timezone.now().date()
        live = self.all().filter(status__in=["active", "pending"], in_force__gt=0)
        rows = list(live.order_by("ends", "code")[:500])
        pages.name_parties(rows)
        context = {"months": pages.months(rows, today), "bars": pages.timeline(rows, today)}
        context["first"] = today.year
        return render(request, "licenses/calendar.html", context)
