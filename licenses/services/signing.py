"""Ask for a licence's signature or its termination; do it when somebody else has approved."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.changes import Kind, Line, Section
from accounts.services import changes
from audit.services import events
from licenses import permissions
from licenses.engine import wording
from licenses.models import License, LicenseVersion
from licenses.services import registering
from licenses.services.drafts import LicenseRefused, in_the_way, signed, terms_of
from rights.engine.written import Row
from rights.selectors import grants, obstacles

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User

SIGN, TERMINATE = "licenses.license.sign", "licenses.license.terminate"
MOST = 40


def ask(
    *, license: License, reason: str, by: "User", at: datetime, breach: str = ""
) -> "ChangeRequest":
    """Ask for the signature of a licence's draft.

    ``breach`` is why it is to be signed although clauses stand in its way; without it they refuse
    (InTheWay). Raises LicenseRefused where there is no draft, and what ``changes.propose`` raises.
    """
    draft = LicenseVersion.objects.filter(license=license, signed_at=None).first()
    if draft is None:
        raise LicenseRefused(f"Licence {license.code} has no draft. Enter its next version first.")
    if license.terminated_from is not None:
        raise LicenseRefused(f"Licence {license.code} was terminated. Enter a new licence.")
    found = in_the_way(license, registering.plan(license, draft).rows)
    if found and not breach.strip():
        raise registering.refusal(found)
    payload = {"number": draft.number, "sha256": draft.sha256, "breach": breach.strip()[:500]}
    return changes.propose(
        kind=SIGN,
        target_id=license.pk,
        base_version=draft.number - 1,
        payload=payload if found else payload | {"breach": ""},
        reason=reason,
        by=by,
        at=at,
    )


def sign(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """Make the approved draft the version in force; called by the approval, in its transaction."""
    license = License.objects.select_for_update().get(pk=target_id)
    draft = LicenseVersion.objects.select_for_update().filter(license=license, signed_at=None)
    version = draft.first()
    if version is None or (version.number, version.sha256) != (
        payload["number"],
        payload["sha256"],
    ):
        raise LicenseRefused("The draft isn't the one that was approved. Ask for it again.")
    version.signed_at, version.signed_by_request = at, request.pk
    version.breach = payload["breach"]
    version.save(update_fields=["signed_at", "signed_by_request", "breach"])
    done = registering.write_down(license, version, at=at, breach=payload["breach"])
    after = {
        "license": license.code,
        "number": version.number,
        "grants_added": done.added,
        "grants_ended": done.ended,
        "breach": version.breach,
    }
    events.record("licenses.license.signed", subject=license, actor=by, at=at, after=after)


def ask_to_terminate(
    *, license: License, last_day: date, reason: str, by: "User", at: datetime
) -> "ChangeRequest":
    """Ask that a licence ends early; ``last_day`` is the last on which it holds."""
    if not license.in_force or license.terminated_from is not None:
        raise LicenseRefused(f"Licence {license.code} isn't in force: there is nothing to end.")
    if license.ends is not None and last_day >= license.ends and not license.renews:
        raise LicenseRefused(f"Licence {license.code} ends by {last_day} as it is.")
    return changes.propose(
        kind=TERMINATE,
        target_id=license.pk,
        base_version=license.in_force,
        payload={"last_day": last_day.isoformat()},
        reason=reason,
        by=by,
        at=at,
    )


@transaction.atomic
def terminate(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """End a licence after the approved day; its grants end in the same transaction."""
    license = License.objects.select_for_update().get(pk=target_id)
    version = signed(license.pk)
    if version is None or license.terminated_from is not None:
        raise LicenseRefused(f"Licence {license.code} isn't in force: there is nothing to end.")
    license.terminated_from = date.fromisoformat(payload["last_day"]) + timedelta(days=1)
    done = registering.write_down(license, version, at=at)
    after = {"last_day": payload["last_day"], "grants_ended": done.ended}
    events.record("licenses.license.terminated", subject=license, actor=by, at=at, after=after)


def names(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the licences' codes and titles."""
    return {one.pk: str(one) for one in License.objects.filter(pk__in=ids)}


def in_force(license_id: UUID) -> int:
    """Return the number of the version signed last."""
    found = License.objects.filter(pk=license_id).values_list("in_force", flat=True).first()
    return found or 0


def describe(payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what a signature changes, for the approver."""
    before = str(payload["number"] - 1 or "none")
    rows = [("Version in force", before, str(payload["number"]))]
    if payload["breach"]:
        rows.append(("Known breach", "", payload["breach"]))
    return rows


def explain(license_id: UUID, payload: Mapping[str, Any]) -> list[Section]:
    """Return the terms' changes, the effect on grants and what is in the way."""
    license = License.objects.get(pk=license_id)
    version = LicenseVersion.objects.filter(license=license, number=payload["number"]).first()
    if version is None or version.sha256 != payload["sha256"]:
        return [Section("The draft was changed", (Line("Ask for the signature again."),))]
    return changed_by(license, version)


def changed_by(license: License, version: LicenseVersion) -> list[Section]:
    """Return what a draft changes: terms, grants, and what stands in its way."""
    former = LicenseVersion.objects.filter(license=license, number=version.number - 1).first()
    old = wording.lines(terms_of(former)) if former else []
    new = wording.lines(terms_of(version))
    told = [Line(one, "" if one in old else "new") for one in new]
    told += [Line(one, "gone") for one in old if one not in new]
    rows = registering.plan(license, version).rows
    found = in_the_way(license, rows)
    sections = [Section("Terms", tuple(told)), Section("Effect on grants", _effect(license, rows))]
    words = dict.fromkeys(one.words for one in found)
    if words:
        lines = tuple(Line(one, "failed") for one in list(words)[:MOST])
        sections.append(Section("Stands in the way", lines))
    return sections


def _effect(license: License, rows: list[Row]) -> tuple[Line, ...]:
    live = {one.row for one in grants.of_license(license.pk)}
    fresh = [row for row in rows if row not in live]
    wanted = set(rows)
    gone = [row for row in live if row not in wanted]
    lines = [Line(each, "new") for each in _grouped(fresh)]
    lines += [Line(each, "gone") for each in _grouped(gone)]
    return tuple(lines[:MOST]) or (Line("Nothing changes in the registry."),)


def _grouped(rows: list[Row]) -> list[str]:
    """Return rows in words, the same clause for many works and rights in one."""
    found: dict[tuple[str, str, str, str], set[UUID]] = {}
    for row in rows:
        box = obstacles.box_of(row)
        key = (row.clause, row.territory, str(box.window), row.depends)
        found.setdefault(key, set()).add(row.work_id)
    return [
        f"Clause {clause}: {territory}, {window}"
        + (f", depends on {depends}" if depends else "")
        + f" ({len(works)} work{'' if len(works) == 1 else 's'})"
        for (clause, territory, window, depends), works in sorted(found.items())
    ]


SIGNING = Kind(
    code=SIGN,
    label="Sign a licence",
    propose=permissions.LICENSE_ENTER,
    approve=permissions.LICENSE_SIGN,
    apply=sign,
    version=in_force,
    describe=describe,
    names=names,
    explain=explain,
    consequence="The version holds from the moment of approval; grants change at once. It can't be "
    "changed afterwards, only followed by another version.",
)
TERMINATION = Kind(
    code=TERMINATE,
    label="Terminate a licence",
    propose=permissions.LICENSE_ENTER,
    approve=permissions.LICENSE_SIGN,
    apply=terminate,
    version=in_force,
    describe=lambda payload: [("Last day", "", payload["last_day"])],
    names=names,
    consequence="All grants of the licence end after that day. A termination can't be taken back.",
)
