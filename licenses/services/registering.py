"""Write what a licence comes to down into the registry, whenever one of its facts changes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from catalog.selectors import hierarchy
from licenses.engine.reading import read
from licenses.models import Instalment, License, LicenseVersion
from licenses.selectors import clauses, receipts
from licenses.services.drafts import LicenseRefused, come_to, in_the_way, signed
from rights.engine.written import Grant, Row
from rights.selectors.avails import Assumed
from rights.selectors.obstacles import CONFLICT, Obstacle
from rights.services import granting
from rights.services.granting import Settled, Source

if TYPE_CHECKING:
    from catalog.models import WorkEvent

MOST = 5


class InTheWay(LicenseRefused):
    """Clauses of others, or a lack of rights, stand in a licence's way; ``extra`` names them."""

    code = "license_in_the_way"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a version comes to: all rows, and those that hold after a termination."""

    whole: list[Row]
    rows: list[Row]


def plan(license: License, version: LicenseVersion) -> Plan:
    """Return what a version comes to now."""
    terms = read(version.document)
    whole = clauses.rows(terms, version.resolved, clauses.course_of(license, terms))
    return Plan(whole, clauses.clipped(whole, license.terminated_from))


def assumed(license: License, version: LicenseVersion) -> Assumed:
    """Return what a version would write down, to be counted as if it were signed."""
    name = f"{license.code}, draft of version {version.number}"
    return Assumed(license.pk, license.licensee_id, name, plan(license, version).rows)


def write_down(
    license: License, version: LicenseVersion, *, at: datetime, breach: str | None = None
) -> Settled:
    """Make the registry say what a signed version comes to; the licence's row is saved.

    ``breach``: why clauses that stand in the way are broken, and so recorded; "" refuses (InTheWay,
    with each clause), None records what can't be helped (a renewal, an event).
    """
    made = plan(license, version)
    granting.lock(license.pk, made.rows)
    found = in_the_way(license, made.rows)
    if found and breach == "":
        raise refusal(found)
    rows = _marked(made.rows, found)
    terms = read(version.document)
    course = clauses.course_of(license, terms)
    come_to(license, made.whole, renews=course.next_end is not None)
    license.in_force, license.title = version.number, terms.title
    license.save()
    source = Source(
        license.pk, version.number, license.licensee_id, f"{license.code}, version {version.number}"
    )
    try:
        with transaction.atomic():
            done = granting.settle(source=source, rows=rows, at=at)
    except IntegrityError as error:
        raise InTheWay(
            "Another licence was signed meanwhile for some of the same. Look at the draft again."
        ) from error
    _instalments(license, version, at)
    return done


def refusal(found: list[Obstacle]) -> InTheWay:
    """Return the refusal that names what is in the way."""
    words = list(dict.fromkeys(one.words for one in found))
    more = f" And {len(words) - MOST} more." if len(words) > MOST else ""
    told = [
        {"code": one.code, "clause": one.clause, "document": one.document, "detail": one.words}
        for one in found[:100]
    ]
    return InTheWay(
        f"This stands in the way: {'. '.join(words[:MOST])}.{more} Change the draft, or ask for "
        "its signature with the reason for a known breach.",
        obstacles=told,
    )


def _marked(rows: list[Row], found: list[Obstacle]) -> list[Row]:
    """Return rows, those that break something marked as known breaches.

    An open conflict is no clause that could be broken: such a row stays guarded like any other.
    """
    broken = {id(one.row) for one in found if one.code != CONFLICT}
    return [
        replace(row, known_breach=True) if isinstance(row, Grant) and id(row) in broken else row
        for row in rows
    ]


def _instalments(license: License, version: LicenseVersion, at: datetime) -> None:
    """Make the open instalments those of the version; what money came in for keeps its amount."""
    due = {one.label: one for one in instalments_of(license, version)}
    standing_ones = list(Instalment.objects.filter(license=license, superseded_at=None))
    came = receipts.came(one.pk for one in standing_ones)
    for standing in standing_ones:
        wanted = due.pop(standing.label, None)
        same = wanted is not None and (wanted.amount, wanted.currency, wanted.due) == (
            standing.amount, standing.currency, standing.due,
        )  # fmt: skip
        if same:
            continue
        if standing.paid_on is not None or came[standing.pk]:
            _keep(standing, wanted)
            continue
        standing.superseded_at = at
        standing.save(update_fields=["superseded_at"])
        if wanted is not None:
            due[wanted.label] = wanted
    Instalment.objects.bulk_create(due.values())


def _keep(standing: Instalment, wanted: Instalment | None) -> None:
    """Leave an instalment that money came in for; its day may move until it is paid."""
    if wanted is None or (wanted.amount, wanted.currency) != (standing.amount, standing.currency):
        raise LicenseRefused(
            f"The instalment {standing.label!r} is paid, or some of it. Keep it in the document "
            "with its amount."
        )
    if standing.paid_on is None:
        standing.due = wanted.due
        standing.save(update_fields=["due"])


def instalments_of(license: License, version: LicenseVersion) -> list[Instalment]:
    """Return a version's instalments with the days on which they fall due, as far as known."""
    terms = read(version.document)
    return [
        Instalment(
            license=license,
            label=one.label,
            position=position,
            due=clauses.due_day(one.due, terms, version.resolved),
            amount=one.amount,
            currency=terms.currency,
        )
        for position, one in enumerate(terms.instalments)
    ]


def follow(event: "WorkEvent") -> None:
    """Recompute the licences that hang on a date of a work, in the transaction that records it."""
    for license in _hanging([event.work_id]):
        version = signed(license.pk)
        if version is not None:
            write_down(license, version, at=event.recorded_at)


def _hanging(work_ids: Iterable[UUID]) -> list[License]:
    """Return the signed licences with a clause that hangs on an event of one of some works."""
    ids = set(work_ids)
    for below in hierarchy.below(ids).values():
        ids |= set(below)
    rows = License.objects.select_for_update().filter(works__overlap=list(ids), in_force__gt=0)
    found = []
    for license in rows.order_by("pk"):
        version = signed(license.pk)
        if version is not None and clauses.hangs(read(version.document)):
            found.append(license)
    return found
