"""Licences: list them, enter and change drafts, look at a document before it is kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.base import ApiView, IdTaken, place
from foundation.api import bodies, schema
from foundation.api.listing import Filter, Listing
from foundation.api.operations import Reply, operation
from kernel.canonical import digest
from kernel.errors import DomainError
from licenses.api import shapes
from licenses.engine import wording
from licenses.engine.reading import LicenseInvalid, read
from licenses.models import License, LicenseVersion
from licenses.permissions import LICENSE_ENTER, LICENSE_SEE
from licenses.selectors import named, narrowing, pages
from licenses.services import drafts
from rights.selectors import clauses
from territories.geography.rights import right_types


class CodeTaken(DomainError):
    """A new licence carries the code of one that is there; ``extra`` names it."""

    code = "code_taken"


def _today() -> date:
    return timezone.now().date()


LISTING = Listing(
    sorts={"code": "code", "title": "title", "begins": "begins", "ends": "ends"},
    start="code",
    page="licenses",
    search=lambda query: Q(code__icontains=query) | Q(title__icontains=query),
    filters=(
        Filter("status", shapes.STATUS, lambda value: Q(status=value), "As of today."),
        Filter(
            "soon",
            schema.one_of(("30", "60", "90")),
            lambda value: pages.ending(int(value), _today()),
            "Those in force whose last day comes within so many days.",
        ),
        Filter(
            "right",
            schema.one_of(right_types()),
            lambda value: Q(rights__overlaps=clauses.right_span(value)),
            "A right type that they grant, or something below or above it.",
        ),
        Filter(
            "licensee",
            schema.text(200, least=1),
            narrowing.of_licensee,
            "The licensee's id, or words of its name.",
        ),
        Filter(
            "work",
            schema.text(200, least=1),
            narrowing.of_work,
            "A work's id, code or words of its title.",
        ),
        Filter(
            "territory",
            schema.text(2000, least=1),
            lambda value: Q(span__overlaps=narrowing.places(value, _today())),
            "Places that their grants overlap.",
        ),
        Filter("begins_from", schema.DAY, lambda value: Q(begins__gte=value), "First day."),
        Filter("begins_to", schema.DAY, lambda value: Q(begins__lte=value), "First day."),
        Filter(
            "ends_from",
            schema.DAY,
            lambda value: narrowing.last_day_between(date.fromisoformat(value), None),
            "Last day.",
        ),
        Filter(
            "ends_to",
            schema.DAY,
            lambda value: narrowing.last_day_between(None, date.fromisoformat(value)),
            "Last day.",
        ),
    ),
)


class LicenseView(ApiView):
    """What all addresses about licences share."""

    group = "Licences"
    permission: ClassVar[str | Mapping[str, str]] = LICENSE_SEE

    def all(self) -> Any:
        """Return the licences as they stand today."""
        return License.objects.on(_today())

    def license(self, pk: UUID) -> Any:
        """Return one within reach of whoever sees licences (404), for who may do this (403)."""
        return self.for_the_deed(self.one(self.all(), pk, LICENSE_SEE))

    def present(self, pk: UUID, **path: Any) -> dict[str, Any]:
        """Return the licence as it is now, locked."""
        row = self.one(self.all().select_for_update(), pk, LICENSE_SEE)
        return shapes.shown(self.for_the_deed(row))

    def for_the_deed(self, row: License) -> License:
        """Return a licence that is there; refuse who lacks what the method needs besides."""
        if code := self.needs.get(self.request.method or ""):
            self.need(code)
        return row

    def kept(self, document: dict[str, Any], **more: Any) -> LicenseVersion:
        """Keep a document as a draft; its faults have their places in what was sent."""
        try:
            entered = drafts.enter(document=document, by=self.actor, at=timezone.now(), **more)
        except LicenseInvalid as refusal:
            raise bodies.faults(
                (f"/document{one['path']}", "license_invalid", one["message"])
                for one in refusal.extra["problems"]
            ) from refusal
        return entered.version


class Licenses(LicenseView):
    """The list of licences."""

    permission = {"GET": LICENSE_SEE, "POST": LICENSE_ENTER}

    @operation("List licences", gives=schema.page_of(shapes.LICENSE), query=LISTING.query)
    def get(self, request: Request) -> dict[str, Any]:
        """List and search them."""
        return self.page(LISTING, self.rows(self.all()), shapes.listed)

    @operation(
        "Enter a new licence as a draft",
        takes=shapes.NEW,
        gives=shapes.LICENSE,
        status=201,
        description="The document's own code must be new here; the next version of a licence that "
        "is there is a change of it (PATCH). Nothing holds before the signature.",
    )
    def post(self, request: Request) -> Reply:
        """Keep the draft of its first version."""
        document = self.sent["document"]
        wished = UUID(self.sent["id"]) if "id" in self.sent else None
        if wished and (found := self.rows(self.all()).filter(pk=wished).first()):
            first = LicenseVersion.objects.get(license=found, number=1)
            if first.sha256 != digest(document):
                raise IdTaken("The id is another licence's here. Make a new one.", id=str(wished))
            return Reply(shapes.shown(found), status=200)
        self._new(document)
        made = self.kept(document, license_id=wished)
        shown = shapes.shown(self.one(self.all(), made.license_id))
        return Reply(shown, location=place("license", pk=made.license_id))

    def _new(self, document: dict[str, Any]) -> None:
        """Refuse the code of a licence that is there. Raises CodeTaken."""
        code = document.get("license")
        standing = named.license(code.strip()) if isinstance(code, str) else None
        if standing is not None:
            raise CodeTaken(
                f"There is a licence {standing.code} already. Send its next version as a change of "
                "it (PATCH), or give this one another code.",
                id=str(standing.pk),
            )


class Check(LicenseView):
    """A look at a document before it is kept."""

    permission = {"POST": LICENSE_ENTER}

    @operation(
        "Check a licence's document; nothing is kept",
        takes=shapes.DRAFT,
        gives=shapes.CHECKED,
        description="`problems` say what is no licence, each with its path; `obstacles` are the "
        "clauses, holdbacks and missing rights that a signature would be refused for.",
    )
    def post(self, request: Request) -> dict[str, Any]:
        """Return its problems, its terms in words, and what stands in its way."""
        try:
            looked = drafts.look(document=self.sent["document"], at=timezone.now())
        except LicenseInvalid as refusal:
            return {"problems": refusal.extra["problems"], "terms": [], "obstacles": []}
        return {
            "problems": [],
            "terms": wording.lines(looked.terms),
            "obstacles": [shapes.obstacle(one) for one in looked.obstacles],
        }


class OneLicense(LicenseView):
    """One licence."""

    needs = {"PATCH": LICENSE_ENTER}

    @operation("Read a licence with its versions", gives=shapes.LICENSE, tagged=True)
    def get(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Show it as it stands today."""
        return shapes.shown(self.license(pk))

    @operation(
        "Save the draft of a licence's next version",
        takes=shapes.DRAFT,
        gives=shapes.LICENSE,
        tagged=True,
        changes=True,
        description="It takes the place of an older draft; after a signature it is an amendment. "
        "The document keeps the licence's code.",
    )
    def patch(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Keep the draft."""
        license, document = self.license(pk), self.sent["document"]
        code = document.get("license")
        if isinstance(code, str) and code.strip() != license.code:
            raise drafts.LicenseRefused(
                f"This is licence {license.code}, and a licence keeps its code. Enter another "
                "licence as a new one."
            )
        self.kept(document)
        return shapes.shown(self.license(pk))


class Version(LicenseView):
    """One version of a licence."""

    @operation("Read one version of a licence with its document", gives=shapes.VERSION, tagged=True)
    def get(self, request: Request, pk: UUID, number: str) -> dict[str, Any]:
        """Show it, its terms in plain language, and the works that it means."""
        license = self.license(pk)
        if not (number.isascii() and number.isdigit() and len(number) < 9):
            raise Http404
        found = LicenseVersion.objects.filter(license=license, number=int(number)).first()
        if found is None:
            raise Http404
        return shapes.whole_version(found, wording.lines(read(found.document)))
