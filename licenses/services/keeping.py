"""What time brings: renewals, and what is told of ends, instalments, options and audits.

Everything is asked of the facts and a day, and written once: each reminder under what it is about,
each renewal under the end it renews. So it may be done twice, late, or with a clock that jumped:
nothing is lost and nothing comes twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from licenses.models import Instalment, License, LicenseVersion, Reminder, Renewal
from licenses.selectors import clauses
from licenses.services import registering
from licenses.services.drafts import LicenseRefused, signed, terms_of

if TYPE_CHECKING:
    from audit.actors import Actor

NOTICE, RENEWING, SOON = timedelta(days=30), timedelta(days=7), timedelta(days=30)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be told once: from ``on`` on, under ``about``."""

    kind: str
    about: str
    on: date


def catch_up(*, today: date, by: "Actor", at: datetime) -> int:
    """Do all that is due by ``today`` and hasn't been done; return how many events that was."""
    ids = License.objects.filter(in_force__gt=0).order_by("pk").values_list("pk", flat=True)
    return sum(_one(license_id, today, by, at) for license_id in list(ids))


@transaction.atomic
def _one(license_id: UUID, today: date, by: "Actor", at: datetime) -> int:
    """Do what is due of one licence, under its lock."""
    license = License.objects.select_for_update().get(pk=license_id)
    version = signed(license_id)
    if version is None:
        return 0
    done = _renew(license, version, today, by, at)
    told = set(Reminder.objects.filter(license=license).values_list("kind", "about"))
    for due in _all(license, version):
        if due.on <= today and (due.kind, due.about) not in told:
            Reminder(license=license, kind=due.kind, about=due.about, at=at).save()
            after = {"about": due.about, "on": due.on}
            code = f"licenses.license.{due.kind}"
            events.record(code, subject=license, actor=by, at=at, after=after)
            done += 1
    return done


def _renew(
    license: License, version: LicenseVersion, today: date, by: "Actor", at: datetime
) -> int:
    """Renew a term seven days before its last, as often as that has come; return how often."""
    terms, count = terms_of(version), 0
    while license.terminated_from is None:
        course = clauses.course_of(license, terms)
        if course.end is None or course.next_end is None:
            break
        if course.end - A_DAY - RENEWING > today:
            break
        Renewal(
            license=license,
            ended=course.end,
            until=course.next_end,
            decided_at=at,
            decided_by=by.actor_id,
        ).save(force_insert=True)
        registering.write_down(license, version, at=at)
        after = {"ended": course.end - A_DAY, "until": course.next_end - A_DAY}
        events.record("licenses.license.renewed", subject=license, actor=by, at=at, after=after)
        count += 1
    return count


def _all(license: License, version: LicenseVersion) -> Iterator[Due]:
    """Return all that is ever to be told of a licence as it stands.

    What was over before it was signed is history: it isn't told.
    """
    first = LicenseVersion.objects.get(license=license, number=1)
    assert first.signed_at is not None
    since, over = first.signed_at.date(), license.terminated_from
    for due in _planned(license, version):
        if due.on >= since - NOTICE and (over is None or due.on < over):
            yield due


def _planned(license: License, version: LicenseVersion) -> Iterator[Due]:
    if license.ends is not None and not license.renews:
        last = license.ends - A_DAY
        yield Due("expiring", last.isoformat(), last - NOTICE)
        yield Due("expired", last.isoformat(), license.ends)
    for one in Instalment.objects.filter(license=license, superseded_at=None, paid_on=None):
        if one.due is not None:
            about = f"{one.label[:100]} {one.due}"
            yield Due("instalment_due", about, one.due - SOON)
            yield Due("instalment_overdue", about, one.due + A_DAY)
    terms = terms_of(version)
    for option in terms.options:
        about = f"{option.clause} {option.exercise_by}"
        yield Due("option_lapsing", about, option.exercise_by - NOTICE)
        yield Due("option_lapsed", about, option.exercise_by + A_DAY)
    for day in terms.audit.due if terms.audit else ():
        yield Due("audit_due", day.isoformat(), day - SOON)


@transaction.atomic
def decline(*, license_id: UUID, reason: str, by: "Actor", at: datetime) -> Renewal:
    """Say that a term isn't renewed, in time; its next term is free again at once.

    Raises LicenseRefused where it doesn't renew itself, or has been renewed by now.
    """
    license = License.objects.select_for_update().get(pk=license_id)
    version = signed(license_id)
    course = clauses.course_of(license, terms_of(version)) if version else None
    if version is None or course is None or course.end is None or course.next_end is None:
        raise LicenseRefused(f"Licence {license.code} has no renewal to come.")
    if license.terminated_from is not None:
        raise LicenseRefused(f"Licence {license.code} was terminated: it isn't renewed.")
    row = Renewal(
        license=license,
        ended=course.end,
        until=None,
        reason=reason,
        decided_at=at,
        decided_by=by.actor_id,
    )
    row.save(force_insert=True)
    registering.write_down(license, version, at=at)
    after = {"last_day": course.end - A_DAY}
    events.record(
        "licenses.renewal.declined", subject=license, actor=by, at=at, reason=reason, after=after
    )
    return row
