"""One offer of an Avails file, the same whichever form it came in."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an offer: a price or another value, as text; ``currency`` where it has one."""

    name: str
    value: str
    currency: str = ""


@dataclass(slots=True)
class Offer:
    """What is offered: a title, under one licence type, in some countries, for some days.

    ``place`` is where the file says so (``row 4``, ``Avail 1, Transaction 2``). Days are ISO texts,
    the last one included; a window that hangs on an event has ``start_on`` or ``end_on`` instead
    (Open, ESTStart), with ``start_lag`` and ``end_lag``. ``exclusive`` is None where nothing is
    said of it.
    """

    place: str
    alid: str = ""
    content_id: str = ""
    work_type: str = ""
    entry_type: str = ""
    licensor: str = ""
    licensee: str = ""
    title: str = ""
    series: str = ""
    season: str = ""
    episode: str = ""
    license_type: str = ""
    rights: str = ""
    format: str = ""
    countries: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    start: str = ""
    start_on: str = ""
    start_lag: str = ""
    end: str = ""
    end_on: str = ""
    end_lag: str = ""
    allowed_languages: list[str] = field(default_factory=list)
    asset_languages: list[str] = field(default_factory=list)
    holdback_languages: list[str] = field(default_factory=list)
    exclusive: bool | None = None
    contract: str = ""
    terms: list[Term] = field(default_factory=list)


def plain_number(text: str) -> str:
    """Return a number without zeros behind it, any other text as it is."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return f"{value.normalize():f}" if value.is_finite() else text


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: by which rule, where (``place``, ``column``), in words."""

    rule: str
    place: str
    column: str
    message: str
    severity: str = ERROR


@dataclass(slots=True)
class AvailsFile:
    """A file that was read: its form and version, its offers, and what is wrong with it."""

    form: str
    version: str
    offers: list[Offer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def found(
        self, rule: str, place: str, column: str, message: str, severity: str = ERROR
    ) -> None:
        """Note that something is wrong."""
        self.findings.append(Finding(rule, place, column, message, severity))

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> "AvailsFile":
        """Return a file from what ``as_dict`` gave."""
        offers = [
            Offer(**{**one, "terms": [Term(**term) for term in one["terms"]]})
            for one in data["offers"]
        ]
        findings = [Finding(**one) for one in data["findings"]]
        return cls(data["form"], data["version"], offers, findings)
