"""Sales lines of a DSR flat file: one for each allocation, and each summary's remainder.

A summary's net revenue is what the service reports. Blocks allocate parts of it. What no block
allocates becomes one line of kind ``summary_remainder``, so that the lines of a summary sum to its
net revenue exactly.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from integrations.files.contract import CellError, Line
from integrations.files.days import span
from integrations.files.dsr_records import Record, decimal_text, repeats
from integrations.files.identifiers import identifier
from integrations.files.numerals import whole_at_scale, written
from integrations.files.outcomes import ACCEPTED, QUARANTINED
from kernel.currencies import MINOR_UNITS

LINE_FIELDS = (
    "kind", "controller", "isrc", "iswc", "upc", "own", "title", "artist", "right_type", "channel",
    "format", "territory", "source", "sold_on", "usage_end", "units", "amount", "currency",
)  # fmt: skip
_RIGHTS = {
    "PerformingRight": "performance",
    "MechanicalRight": "mechanical",
    "ReproductionRight": "mechanical",
    "MakeAvailableRight": "performance_online",
    "PrintRight": "print",
    "SynchronizationRight": "sync",
}
_REVENUE = (
    "NetRevenue", "AllocatedNetRevenue", "AllocatedRevenue",
    "FinalTotalAmountInCurrencyOfAccounting", "NetRevenueInCurrencyOfAccounting",
)  # fmt: skip
_CURRENCY = ("Currency", "CurrencyOfReporting", "CurrencyOfAccounting")
_USAGES = (
    "AllocatedUsages", "Usages", "NetUsage", "TotalUsages", "NumberOfStreams", "Downloads",
    "NumberOfTransactedResources", "NumberOfBroadcasts",
)  # fmt: skip
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Summary:
    """One SY record: what it reports, and how much of it blocks have allocated."""

    def __init__(self, record: Record) -> None:
        self.record = record
        values = (record.cells.get(name, "") for name in _REVENUE)
        said = next((text for text in values if text), "0")
        parts = [decimal_text(part) for part in repeats(said)]
        self.revenue = sum(whole_at_scale(part) for part in parts if part is not None)
        self.currency = record.get(*_CURRENCY).upper()
        self.allocated = 0


class Summaries:
    """The SY records, found by id and, where several share one, by controller and right."""

    def __init__(self) -> None:
        self._all: list[Summary] = []
        self._by_id: dict[str, list[Summary]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, record: Record) -> None:
        """Add one record."""
        summary = Summary(record)
        self._all.append(summary)
        self._by_id.setdefault(record.get("SummaryRecordId"), []).append(summary)

    def of(self, key: str, controller: str, right: str) -> Summary | None:
        """Return the summary a record belongs to; without an id it must be the only one."""
        found = self._by_id.get(key, []) if key else self._all
        if not key and len(found) > 1 and not controller:
            return None
        for name, wanted in (("RightsController", controller), ("RightsType", right)):
            narrowed = [s for s in found if s.record.get(name) == wanted]
            found = narrowed or found
        return found[0] if found else None

    def fingerprint(self) -> str:
        """Return a hash of all records: every part of a report has the same."""
        cells = [sorted(summary.record.cells.items()) for summary in self._all]
        return sha256(repr(cells).encode()).hexdigest()

    def allocated(self) -> list[str]:
        """Return what blocks have allocated of each summary, in their order."""
        return [written(summary.allocated) for summary in self._all]

    def less(self, allocated: Iterable[str]) -> None:
        """Take off what other parts of the report allocated, given as ``allocated`` gives it."""
        for summary, amount in zip(self._all, allocated, strict=True):
            summary.revenue -= whole_at_scale(amount)

    def reported(self) -> dict[str, str]:
        """Return the summaries' revenue by currency."""
        sums: dict[str, int] = {}
        for summary in self._all:
            if summary.currency:
                sums[summary.currency] = sums.get(summary.currency, 0) + summary.revenue
        return {currency: written(whole) for currency, whole in sums.items()}

    def remainders(self, head: Record | None) -> Iterator[Line]:
        """Yield a line for each summary whose blocks don't add up to its revenue."""
        for summary in self._all:
            left = summary.revenue - summary.allocated
            if left:
                line = _line(summary.record, summary, head, written(left))
                line.fields["kind"] = "summary_remainder"
                line.fields["controller"] = summary.record.get("RightsController") or None
                yield line


def block_lines(block: list[Record], summaries: Summaries, head: Record | None) -> Iterator[Line]:
    """Yield a block's lines: its LI records; without any, its sales records (SU)."""
    work = _work(block)
    shares = [record for record in block if record.type.startswith("LI")]
    sale: Record | None = None
    counted = False
    for record in block:
        if record.type.startswith(("SU", "SR")):
            sale, counted = record, False
            if shares:
                continue
        elif not record.type.startswith("LI"):
            continue
        summary = _summary(record, sale, summaries)
        line = _line(record, summary, head, _allocated(record), sale)
        line.fields |= {name: value for name, value in work.items() if value}
        own = record.get("RightsControllerWorkId")
        line.fields["own"] = own or line.fields.get("own")
        if not counted:
            line.fields["units"] = record.number("AllocatedUsages") or _units(sale)
            counted = True
        yield _counted(line, summary)


def single_line(record: Record, summaries: Summaries, head: Record | None) -> Line:
    """Return the line of a single-record profile's SR record."""
    summary = _summary(record, record, summaries)
    line = _line(record, summary, head, _allocated(record), record)
    line.fields |= {name: value for name, value in _work([record]).items() if value}
    line.fields["units"] = _units(record)
    return _counted(line, summary)


def _counted(line: Line, summary: Summary | None) -> Line:
    if summary is not None and line.amount is not None:
        summary.allocated += whole_at_scale(line.amount)
    return line


def _summary(record: Record, sale: Record | None, summaries: Summaries) -> Summary | None:
    key = record.get("SummaryRecordId") or (sale.get("SummaryRecordId") if sale else "")
    return summaries.of(key, record.get("RightsController"), record.get("RightsType"))


def _allocated(record: Record) -> str:
    """Return the money a record allocates: the amount, or the net revenue where that is nothing."""
    for name in (
        "AllocatedAmount", "AllocatedNetRevenue", "AllocatedNetRevenueInCurrencyOfAccounting",
        "NetRevenue",
    ):  # fmt: skip
        number = record.number(name)
        if number is not None and whole_at_scale(number):
            return number
    return "0"


def _units(sale: Record | None) -> str | None:
    return sale.number(*_USAGES) if sale else None


def _line(
    record: Record, summary: Summary | None, head: Record | None, amount: str,
    sale: Record | None = None,
) -> Line:  # fmt: skip
    """Return a line with all that its summary and the header say."""
    line = Line(amount=amount)
    line.fields = {"_row": record.row, "amount": amount, "kind": "allocation"}
    if summary is None:
        key = record.get("SummaryRecordId")
        line.errors.append(
            CellError(
                record.row,
                "SummaryRecordId",
                key[:120],
                "dsr_summary_unknown",
                f"{record.type} belongs to summary {key[:40]!r}, which the file doesn't have.",
            )  # fmt: skip
        )
        return line
    about = summary.record
    right = record.get("RightsType") or about.get("RightsType")
    line.fields |= {
        "currency": summary.currency or None,
        "controller": record.get("RightsController") or None,
        "right_type": _RIGHTS.get(right, "any"),
        "channel": _word(about.get("UseType")),
        "format": _word(about.get("CommercialModel")),
        "territory": about.get("Territory") or None,
        "source": (head.get("SenderName") if head else "") or about.get("ServiceDescription"),
    }
    line.currency = summary.currency
    if line.currency not in MINOR_UNITS:
        line.outcome = QUARANTINED
        line.errors.append(
            CellError(
                about.row,
                "Currency",
                line.currency[:120],
                "currency_unknown",
                f"{line.currency[:40]!r} is not a currency of ISO 4217.",
                "",
                QUARANTINED,
            )  # fmt: skip
        )
    else:
        line.outcome = ACCEPTED
    _dates(line, sale, head)
    return line


def _dates(line: Line, sale: Record | None, head: Record | None) -> None:
    first = span(sale.get("ValidityPeriodStart", "SalesTransactionDate")) if sale else None
    last = span(sale.get("ValidityPeriodEnd")) if sale else None
    first = first or (span(head.get("UsageStartDate")) if head else None)
    last = last or (span(head.get("UsageEndDate")) if head else None)
    line.fields["sold_on"] = first[0] if first else None
    line.fields["usage_end"] = last[1] if last else None


def _word(text: str) -> str | None:
    return _CAPITAL.sub("_", text).lower() or None


def _work(block: list[Record]) -> dict[str, str]:
    """Return what a block says of the work: identifiers, title, artist."""
    about: dict[str, str] = {}
    for record in block:
        kind = record.type[:2]
        if kind not in ("AS", "MW", "RE", "SR"):
            continue
        said = {
            "isrc": record.first("ISRC") or record.first("ResourceISRC"),
            "iswc": record.get("ISWC"),
            "own": record.first("ProprietaryWorkId"),
            "artist": record.get("DisplayArtistName", "ResourceDisplayArtistName"),
        }
        title = record.get("WorkTitle", "MusicalWorkTitle", "ResourceTitle", "Title")
        if kind != "RE":
            said["title"] = title
        said["upc"] = record.get("ICPN", "ReleaseICPN")
        for name, value in said.items():
            if value and name not in about:
                plain = name in ("isrc", "iswc", "upc")
                about[name] = identifier(name, value)[0] if plain else value
    return about
