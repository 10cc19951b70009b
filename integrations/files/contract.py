"""What reading a sales file answers: detection, mapping, validation. Plain, JSON-ready data."""

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from kernel.errors import DomainError

TEXT_FIELDS = (
    "isrc", "upc", "iswc", "own", "title", "artist", "right_type", "channel", "format",
    "territory", "source", "currency",
)  # fmt: skip
DATE_FIELDS = ("sold_on", "usage_end")
NUMBER_FIELDS = ("units", "amount", "list_price")
FIELDS = (*TEXT_FIELDS, *DATE_FIELDS, *NUMBER_FIELDS)


class UnreadableFile(DomainError):
    """The file as a whole can't be read; nothing of it was taken. ``extra`` may hold ``row``."""

    code: ClassVar[str] = "unreadable_file"
    status: ClassVar[int] = 422


class ProfileUnknown(DomainError):
    """No import profile has that name, or none fits the file."""

    code: ClassVar[str] = "profile_unknown"
    status: ClassVar[int] = 422


class InvalidProfile(DomainError):
    """An import profile that breaks its own rules; ``extra['path']`` says where."""

    code: ClassVar[str] = "invalid_profile"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class CellError:
    """One finding: ``row`` is the file's own number, ``column`` its own heading."""

    row: int
    column: str
    value: str
    code: str
    message: str
    suggestion: str = ""
    outcome: str = "rejected"


@dataclass
class Line:
    """What one row became: its fields, where it goes, and why."""

    outcome: str = "accepted"
    fields: dict[str, Any] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    amount: str | None = None
    currency: str = ""


@dataclass
class ErrorGroup:
    """Findings of one cause (code, column, value), with the rows and readable money they hold.

    ``message`` is the first finding's.
    """

    code: str
    column: str
    value: str
    outcome: str
    suggestion: str
    rows: int = 0
    first_row: int = 0
    money: dict[str, str] = field(default_factory=dict)
    message: str = ""


@dataclass
class Candidate:
    """A profile that might fit: score 0 to 100 and why."""

    profile: str
    score: int
    reasons: list[str]


@dataclass
class Detection:
    """What the file is: kind (csv, xlsx, dsr), encoding, delimiter, where its header stands.

    ``raw`` shows the first rows, each led by its number. ``resubmission`` is an errors file that
    came back: rows carry the numbers of the file they are from. ``report`` is the same for all
    files of a DSR that comes in several.
    """

    kind: str
    sha256: str
    size: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    header_row: int = 0
    headers: list[str] = field(default_factory=list)
    decimal: str = "point"
    profile: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    raw: list[list[str]] = field(default_factory=list)
    resubmission: bool = False
    report: str = ""

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Detection":
        """Return the detection of its JSON form."""
        return cls(**{**data, "candidates": [Candidate(**c) for c in data["candidates"]]})


@dataclass
class Mapping:
    """Which column feeds which field; what is dropped, by name; the first rows as lines."""

    fields: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    preview: list[dict[str, str]] = field(default_factory=list)


@dataclass
class SkippedRow:
    """A row that is no sales line (a total, a note), and the rule that says so."""

    row: int
    rule: str
    text: str


@dataclass
class Total:
    """Money of one currency: reported by the file, and by where its rows went."""

    currency: str
    reported: str | None = None
    accepted: str = "0"
    quarantined: str = "0"
    rejected: str = "0"
    read: str = "0"


@dataclass
class Validation:
    """The outcome per row and per currency. accepted + quarantined + rejected = rows_read.

    ``rows_without_money`` counts rejected rows whose amount can't be read: they are in the row
    counts and in no money figure. ``refused`` means the file's own counts or cells are broken and
    no row was taken. ``part`` is what other files of the same report have to know of this one
    (``dsr_parts``). ``errors`` is capped (``errors_total`` is the true number); groups are not.
    """

    rows_read: int = 0
    accepted: int = 0
    quarantined: int = 0
    rejected: int = 0
    rows_without_money: int = 0
    refused: bool = False
    totals: list[Total] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    errors_total: int = 0
    groups: list[ErrorGroup] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    scales: dict[str, int] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    part: dict[str, Any] = field(default_factory=dict)


@dataclass
class Reading:
    """Everything one reading of a file answers; ``lines`` and ``bad`` are Parquet files.

    ``lines`` holds accepted rows: ``row``, the text fields, dates, and ``amount``, ``units``,
    ``list_price`` as whole numbers at ``validation.scales``. ``bad`` holds the rows not accepted,
    as the file had them.
    """

    detection: Detection
    mapping: Mapping
    validation: Validation
    lines: str = ""
    bad: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Reading":
        """Return the reading a child process wrote as JSON."""
        checked = dict(data["validation"])
        for name, kind in (
            ("totals", Total), ("errors", CellError), ("groups", ErrorGroup),
            ("skipped", SkippedRow),
        ):  # fmt: skip
            checked[name] = [kind(**item) for item in checked[name]]
        return cls(
            Detection.of(data["detection"]), Mapping(**data["mapping"]), Validation(**checked),
            data["lines"], data["bad"],
        )  # fmt: skip
