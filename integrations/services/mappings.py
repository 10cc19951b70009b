"""Own mappings made in the wizard, and rules that settle a whole group of findings at once."""

import copy
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actors import Actor
from foundation.locks import lock_for_change
from integrations.files.contract import FIELDS
from integrations.files.places import Gazetteer
from integrations.files.reading import Choices
from integrations.models import Import, ImportProfile
from integrations.selectors import imports as imports_of
from integrations.selectors import profiles as known
from integrations.selectors import summaries
from integrations.services import errors_files, imports, profiles
from kernel.currencies import MINOR_UNITS
from kernel.errors import DomainError
from territories.geography.rights import right_types

FORMAT = "mediatrack.import/1"
KEEP = "="  # this field's column stays as the profile has it
DAY_ORDERS = ("DMY", "MDY")


class NoSuchCause(DomainError):
    """A cause that the import doesn't have, or that no single rule settles."""

    code = "no_such_cause"
    status = 404


class NoMeaning(DomainError):
    """What a cell was said to mean isn't anything."""

    code = "no_meaning"
    status = 422


class NoMapping(DomainError):
    """A mapping that can't be kept."""

    code = "no_mapping"
    status = 422


@transaction.atomic
def keep(
    *,
    import_id: UUID,
    name: str,
    title: str,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> Import:
    """Keep a mapping as the next version of an own profile, and read the import under it.

    ``columns`` gives each field a heading of the file, KEEP, or nothing; ``constants`` what it is
    in all rows. Everything else (skips, values, day order) stays as in the profile before.
    """
    row = Import.objects.get(pk=import_id)
    document = copy.deepcopy(known.document(row.profile)) or {"format": FORMAT}
    before = document.get("columns", {})
    made: dict[str, Any] = {}
    for field in FIELDS:
        if constant := constants.get(field, "").strip():
            made[field] = {"constant": constant[:200]}
        elif columns.get(field) == KEEP and field in before:
            made[field] = before[field]
        elif heading := columns.get(field, ""):
            made[field] = _column(heading, before.get(field, {}))
    if "header" not in made.get("amount", {}):
        raise NoMapping("Say which column the amount stands in.")
    made["amount"] = {**made["amount"], "required": True}
    document |= {"name": name, "title": title, "columns": made}
    document["ignore"] = _ignored(row, made)
    enter_next(document=document, by=by, at=at)
    choices = Choices(**{**row.choices, "profile": name})
    return imports.map(import_id=row.pk, choices=choices, by=by, at=at)


def _column(heading: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return a column read from a heading, with the default that the field had."""
    found: dict[str, Any] = {"header": [heading]}
    if before.get("default"):
        found["default"] = before["default"]
    return found


def _ignored(row: Import, made: dict[str, Any]) -> list[str]:
    """Return the headings that no field reads: being known, they make the profile fit better."""
    used = {name for column in made.values() for name in column.get("header", [])}
    return [
        name for name in summaries.headings(row) if name not in used and any(map(str.isalnum, name))
    ][:200]


@transaction.atomic
def enter_next(*, document: dict[str, Any], by: Actor, at: datetime) -> ImportProfile:
    """Enter a profile document under the next version of its name."""
    name = document["name"]
    latest = max(known.latest_version(name), known.shipped_versions().get(name, 0))
    if not document.get("ignore"):
        document.pop("ignore", None)
    return profiles.enter(document={**document, "version": latest + 1}, by=by, at=at)


@transaction.atomic
def settle(*, import_id: UUID, cause: str, meaning: str, by: Actor, at: datetime) -> Import:
    """Make a rule of what one cause's cell means and check the rows again; return what is checked.

    The rule is a new version of the profile, so it holds for files to come. An import that is
    taken already gets a correction of its open rows. Raises NoSuchCause and NoMeaning.
    """
    (row,) = lock_for_change((Import, [import_id]))
    problems, notes = summaries.causes(row)
    found = next((each for each in problems if each.key == cause and each.field), None)
    if found is None:
        raise NoSuchCause("This import has no such cause, or no single rule settles it.")
    choices = {**row.choices, "profile": row.profile}
    meant = _meant(found.field, meaning)
    if found.field == "import_currency":
        choices["currency"] = meant
    else:
        document = copy.deepcopy(known.document(row.profile)) or {}
        if found.field == "day_order":
            document["day_order"] = meant
        else:
            values = document.setdefault("values", {}).setdefault(found.field, {})
            values[found.group["value"][:200]] = meant
        enter_next(document=document, by=by, at=at)
    return _again(row, Choices(**choices), by, at)


@transaction.atomic
def say_currency(*, import_id: UUID, currency: str, by: Actor, at: datetime) -> Import | None:
    """Begin a correction of a taken import: its open rows, in ``currency`` where they name none.

    None where no open row waits for a currency. Raises NoMeaning for what is no currency.
    """
    (row,) = lock_for_change((Import, [import_id]))
    meant = _meant("import_currency", currency)
    if row.state != Import.State.COMMITTED or not imports_of.waits_for_currency(row):
        return None
    return _again(row, Choices(currency=meant), by, at)


def _again(row: Import, choices: Choices, by: Actor, at: datetime) -> Import:
    """Read the import once more; of one that is taken, its open rows as a correction."""
    if row.state != Import.State.COMMITTED:
        row = imports.map(import_id=row.pk, choices=choices, by=by, at=at)
        imports.validate(import_id=row.pk, by=by, at=at)
        return row
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "open-rows.csv"
        errors_files.write(row, path)
        begun = imports.begin(
            source=path,
            name=f"open rows of {row.file_name}"[:255],
            by=by,
            at=at,
            choices=Choices(currency=choices.currency),
            corrects=row.corrects or row,
        )
    imports.validate(import_id=begun.row.pk, by=by, at=at)
    return begun.row


def _meant(field: str, meaning: str) -> str:
    """Return what a cell is to mean, as profiles write it. Raises NoMeaning."""
    text = meaning.strip()
    if field == "territory":
        if found := Gazetteer().code(text):
            return found
        raise NoMeaning(f"{text[:40]!r} is not a known territory. Write an ISO code or a name.")
    if field == "right_type" and text in right_types():
        return text
    if field in ("currency", "import_currency") and text.upper() in MINOR_UNITS:
        return text.upper()
    if field == "day_order" and text in DAY_ORDERS:
        return text
    raise NoMeaning(f"{text[:40]!r} is nothing that these cells can mean. Choose another.")
