"""An import as a person looks at it: sums, causes, how far it is."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.models import Job
from integrations.files.headers import unique_headings
from integrations.files.outcomes import NOTE
from integrations.models import Import
from integrations.selectors import imports
from kernel.numbers import EXACT

State = Import.State
STEPS = (
    ("detect", "Look"),
    ("map", "Map"),
    ("check", "Check"),
    ("fix", "Correct"),
    ("review", "Review"),
    ("result", "Result"),
)
# Which field of a profile a cause's cell belongs to: for these one rule settles the group.
RULED = {
    "territory_unknown": "territory",
    "right_type_unknown": "right_type",
    "currency_unknown": "currency",
}
FIRST = 100


@dataclass(frozen=True, slots=True)
class Sum:
    """Money of one currency; ``read`` is what accepted, quarantined and rejected add up to."""

    currency: str
    reported: Decimal | None
    accepted: Decimal
    quarantined: Decimal
    rejected: Decimal
    read: Decimal

    @property
    def difference(self) -> Decimal | None:
        """Reported less accepted; None where the file reports nothing."""
        return None if self.reported is None else EXACT.subtract(self.reported, self.accepted)

    @property
    def whole(self) -> bool:
        """Whether nothing got lost: the outcomes add up to what was read."""
        return self.accepted + self.quarantined + self.rejected == self.read


def sums(figures: dict[str, Any]) -> list[Sum]:
    """Return the money of an import's figures by currency."""
    return [_sum(each) for each in figures.get("totals") or []]


def _sum(total: dict[str, Any]) -> Sum:
    went = {name: Decimal(total[name]) for name in ("accepted", "quarantined", "rejected")}
    reported = None if total["reported"] is None else Decimal(total["reported"])
    read = Decimal(total.get("read") or sum(went.values()))
    return Sum(total["currency"], reported, read=read, **went)


def differences(row: Import) -> list[Sum]:
    """Return the sums in which the file's own total isn't what is accepted."""
    return [each for each in sums(row.figures) if each.difference]


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one cause, and the field that one rule for all of them would be about."""

    group: dict[str, Any]
    field: str

    @property
    def key(self) -> str:
        """How a form names the cause."""
        return "\x1f".join((self.group["code"], self.group["column"], self.group["value"]))


def causes(row: Import) -> tuple[list[Cause], list[Cause]]:
    """Return what keeps rows out, most rows first, and what was only noted."""
    found: tuple[list[Cause], list[Cause]] = ([], [])
    for group in row.findings.get("groups", []):
        found[group["outcome"] == NOTE].append(Cause(group, field_of(row, group)))
    return found


def field_of(row: Import, group: dict[str, Any]) -> str:
    """Return the field whose rule would settle a group of findings; nothing where none would."""
    code, value = group["code"], group["value"]
    if row.profile in ("", "ddex-dsr"):
        return ""
    if code == "date_unreadable":
        return "day_order"
    if code == "currency_missing":
        return "import_currency"
    return RULED.get(code, "") if value and not value.endswith("…") else ""


def first_errors(row: Import) -> list[dict[str, Any]]:
    """Return the first findings that keep rows out."""
    errors = row.findings.get("errors", [])
    return [each for each in errors if each["outcome"] != NOTE][:FIRST]


def waiting(row: Import) -> int:
    """Return how many rows of the import, corrections counted in, are still not accepted."""
    return len(imports.open_rows(row.corrects or row))


def job_of(row: Import) -> Job | None:
    """Return the newest job of an import."""
    return Job.objects.filter(pk=row.job_id).first() if row.job_id else None


def reached(row: Import) -> str:
    """Return the step that an import waits at."""
    if row.state == State.DETECTED:
        return "map"
    if row.state == State.MAPPED:
        return "check"
    if row.state == State.VALIDATED:
        counted = row.counted()
        return "fix" if counted["quarantined"] + counted["rejected"] else "review"
    return "result"


def open_steps(row: Import) -> set[str]:
    """Return the steps that can be looked at."""
    found = {"detect", "map", "result"}
    if row.profile:
        found.add("check")
    if row.validated:
        found |= {"fix", "review"}
    return found


def headings(row: Import) -> list[str]:
    """Return the file's headings: those of its profile's header, else of the row that may be it."""
    found: list[str] = row.detection.get("headers") or []
    if found:
        return found
    raw = row.detection.get("raw") or []
    wanted = str(row.choices.get("header_row") or "")
    cells = next((cells for number, *cells in raw if number == wanted), None)
    if cells is None:
        cells = max((cells for _, *cells in raw), key=len, default=[])
    return unique_headings(cells)


def places(row: Import) -> dict[str, str]:
    """Return what each field is read from now: a heading, "= text", or several headings."""
    found: dict[str, str] = row.mapping.get("fields") or {}
    return found
