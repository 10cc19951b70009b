"""Enter a licence's document as the draft of its next version."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from audit.services import events
from holders.selectors import holders
from kernel.canonical import digest
from kernel.errors import DomainError
from licenses.engine.reading import read
from licenses.engine.terms import Terms
from licenses.models import License, LicenseVersion
from licenses.selectors import clauses, works
from rights.engine.written import Grant, Row
from rights.selectors import obstacles
from territories.geography.spans import SpanSet

if TYPE_CHECKING:
    from audit.actors import Actor


class LicenseRefused(DomainError):
    """A licence that can't be entered, signed, renewed or ended as asked; says what to do."""

    code = "license_refused"


@dataclass(frozen=True, slots=True)
class Entered:
    """A draft, and what would stand in the way of its signature."""

    version: LicenseVersion
    obstacles: list[obstacles.Obstacle]


@transaction.atomic
def enter(
    *,
    document: dict[str, Any],
    by: "Actor",
    at: datetime,
    seen: str | None = None,
    license_id: UUID | None = None,
) -> Entered:
    """Keep a document as the draft of the licence whose code it carries, in place of an older one.

    ``seen``: the hash of the draft that was edited ("" for none); another one is refused.
    ``license_id``: the id that a new licence gets. Raises LicenseInvalid, UnknownWorks,
    LicenseRefused, and what territories and rights raise.
    """
    terms = read(document)
    licensee = _licensee(terms)
    license = License.objects.select_for_update().filter(code=terms.code).first()
    if license is None:
        license = License(code=terms.code, licensee_id=licensee, created_at=at)
        license.pk = license_id or license.pk
    if license.in_force and license.licensee_id != licensee:
        raise LicenseRefused(
            f"Licence {terms.code} is signed with another licensee. A licence keeps its licensee: "
            "give the new one another code."
        )
    draft = LicenseVersion.objects.filter(license=license, signed_at=None).first()
    if seen is not None and seen != (draft.sha256 if draft else ""):
        raise LicenseRefused("Somebody saved this draft after you opened it. Load it again.")
    resolved = works.resolve(terms)
    found = clauses.rows(terms, resolved, clauses.course_of(license, terms))
    if not license.in_force:
        license.title, license.licensee_id = terms.title, licensee
        come_to(license, found, renews=terms.renewal is not None)
        license.save()
    version = draft or LicenseVersion(license=license, number=license.in_force + 1)
    version.document, version.sha256, version.resolved = document, digest(document), resolved
    version.entered_at, version.entered_by = at, by.actor_id
    version.save()
    after = {"license": license.code, "number": version.number, "sha256": version.sha256}
    events.record("licenses.license.entered", subject=license, actor=by, at=at, after=after)
    return Entered(version, in_the_way(license, found))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a document says and comes to, before it is kept."""

    terms: Terms
    obstacles: list[obstacles.Obstacle]


def look(*, document: dict[str, Any], at: datetime) -> Looked:
    """Return what a document says and what would stand in its way; nothing is kept.

    Raises as ``enter`` does.
    """
    terms = read(document)
    licensee = _licensee(terms)
    license = License.objects.filter(code=terms.code).first()
    if license is None:
        license = License(code=terms.code, licensee_id=licensee, created_at=at)
    found = clauses.rows(terms, works.resolve(terms), clauses.course_of(license, terms))
    return Looked(terms, in_the_way(license, found))


def _licensee(terms: Terms) -> UUID:
    """Return the licensee's id. Raises LicenseRefused."""
    found = holders.by_reference(terms.licensee)
    if found is None:
        raise LicenseRefused(
            f"There is no holder {terms.licensee}. Register the licensee among the holders first."
        )
    return found


def come_to(license: License, found: list[Row], *, renews: bool) -> None:
    """Set what a licence comes to, for lists; the caller saves."""
    granted = [row for row in found if isinstance(row, Grant)]
    license.begins, license.ends = clauses.bounds(found)
    license.renews = renews
    license.works = sorted({row.work_id for row in granted})
    boxes = {(box.rights, box.places) for box in map(obstacles.box_of, granted)}
    license.rights = SpanSet.of(span for rights, _ in boxes for span in rights.ranges)
    license.span = SpanSet.of(span for _, places in boxes for span in places.ranges)


def in_the_way(license: License, found: list[Row]) -> list[obstacles.Obstacle]:
    """Return what stands in the way of a licence's rows. Raises LicenseRefused for its own."""
    clash = next(iter(obstacles.clashes(found)), None)
    if clash:
        one, other = clash
        raise LicenseRefused(
            f"Clauses {one.clause} and {other.clause} grant the same exclusively: "
            f"{obstacles.told(obstacles.box_of(one))}. Grant it in one of them."
        )
    return obstacles.of(license_id=license.pk, licensee=license.licensee_id, rows=found)


def terms_of(version: LicenseVersion) -> Terms:
    """Return a version's terms."""
    return read(version.document)


def signed(license_id: UUID) -> LicenseVersion | None:
    """Return the version in force, None before the first signature."""
    rows = LicenseVersion.objects.filter(license_id=license_id).exclude(signed_at=None)
    return rows.order_by("-number").first()
