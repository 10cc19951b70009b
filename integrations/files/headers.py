"""Which row is the header, and which profile fits it, with a score and reasons."""

from dataclasses import asdict, dataclass, field

from integrations.files import limits
from integrations.files.contract import Candidate, Detection, Mapping, ProfileUnknown
from integrations.files.numerals import COMMA, POINT, guessed_style
from integrations.files.texts import Row
from integrations.profiles.profile import Column, Profile, bare_heading, heading

OUR_COLUMNS = ("_row", "_error", "_outcome")
FITS = 50


def unique_headings(cells: list[str]) -> list[str]:
    """Return headings made distinct: an empty one is named by its place, a second one counted."""
    seen: dict[str, int] = {}
    found = []
    for at, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[: limits.SHOWN] or f"column {at}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _counts(cell: str) -> bool:
    """Return whether a heading is the file's own: neither empty nor of our errors file."""
    return bool(cell.strip()) and cell.strip().lower() not in OUR_COLUMNS


class Headings:
    """The header of a file: finds a column by any of its alternative names."""

    def __init__(self, cells: list[str]) -> None:
        while cells and not cells[-1].strip():
            cells = cells[:-1]
        self.cells = cells
        self._full: dict[str, int] = {}
        self._bare: dict[str, int] = {}
        for at, cell in enumerate(cells):
            self._full.setdefault(heading(cell), at)
            self._bare.setdefault(bare_heading(cell), at)

    def find(self, names: tuple[str, ...]) -> int | None:
        """Return the place of the first alternative that the header has."""
        for name in names:
            if name.lower() in OUR_COLUMNS and name.lower() in (c.lower() for c in self.cells):
                return [c.lower() for c in self.cells].index(name.lower())
            if (at := self._full.get(heading(name))) is not None:
                return at
        for name in names:
            if (at := self._bare.get(heading(name))) is not None:
                return at
        return None

    def known(self, profile: Profile) -> int:
        """Return how many of the header's cells the profile knows."""
        return sum(
            1
            for cell in self.cells
            if _counts(cell)
            and (heading(cell) in profile.known or bare_heading(cell) in profile.known)
        )


def places(column: Column, headings: Headings) -> list[int]:
    """Return the places a column reads from; empty where the header doesn't have them."""
    if column.concat:
        found = [headings.find(part) for part in column.concat]
        return [at for at in found if at is not None]
    at = headings.find(column.header) if column.header else None
    return [] if at is None else [at]


@dataclass
class Fit:
    """How well one profile fits one row as its header."""

    profile: Profile
    row: int = 0
    headings: Headings = field(default_factory=lambda: Headings([]))
    score: int = 0
    reasons: list[str] = field(default_factory=list)

    def candidate(self) -> Candidate:
        """Return this as part of the answer."""
        return Candidate(self.profile.name, self.score, self.reasons)


def fit(profile: Profile, number: int, headings: Headings) -> Fit:
    """Return the score (0 to 100) of ``profile`` for a header, with reasons."""
    cells = [cell for cell in headings.cells if _counts(cell)]
    wanted = {n: c for n, c in profile.columns.items() if c.header or c.concat}
    present = [name for name, column in wanted.items() if places(column, headings)]
    missing = [n for n, c in wanted.items() if c.required and n not in present]
    known = headings.known(profile)
    if not cells or not present:
        return Fit(profile, number, headings)
    score = 60 * known // len(cells) + 40 * len(present) // len(wanted)
    reasons = [
        f"{known} of the file's {len(cells)} headings are known to it",
        f"{len(present)} of its {len(wanted)} columns are there",
    ]
    if missing:
        score = min(score // 2, FITS - 1)
        reasons.append(f"needed but not there: {', '.join(missing)}")
    return Fit(profile, number, headings, score, reasons)


def best_fits(profiles: list[Profile], rows: list[Row], header_row: int = 0) -> list[Fit]:
    """Return each profile's best header among the first rows, best profile first.

    ``header_row`` is the number of the row that must be the header, 0 to look for it.
    """
    found: list[Fit] = []
    first = rows[: limits.HEADER_SEARCH_ROWS]
    heads = [(n, Headings(cells)) for n, cells in first if header_row in (0, n)]
    for profile in profiles:
        tried = [fit(profile, number, headings) for number, headings in heads]
        if tried:
            found.append(max(tried, key=lambda one: (one.score, -one.row)))
    return sorted(found, key=lambda one: (-one.score, one.profile.name))


def decimal_style(profile: Profile, headings: Headings, rows: list[Row], header_row: int) -> str:
    """Return the style of numbers: the profile's, or what its number columns look like."""
    if profile.decimal in (POINT, COMMA):
        return profile.decimal
    columns = [
        at
        for name in ("amount", "list_price", "units")
        if name in profile.columns
        for at in places(profile.columns[name], headings)
    ]
    cells = (
        cells[at]
        for number, cells in rows
        if number > header_row
        for at in columns
        if at < len(cells)
    )
    return guessed_style(cells)


def settled(fits: list[Fit], rows: list[Row]) -> list[Fit]:
    """Put the profile whose decimal style the numbers show before its twin of the same score."""
    if len(fits) < 2 or fits[0].score != fits[1].score:
        return fits
    top = [one for one in fits if one.score == fits[0].score]
    for one in top:
        shown = Profile(**{**vars(one.profile), "decimal": "auto"})
        style = decimal_style(shown, one.headings, rows, one.row)
        if one.profile.decimal == style:
            one.reasons.append(f"its numbers are written with a {style}")
            return [one, *(other for other in fits if other is not one)]
    return fits


def refuse_missing_columns(profile: Profile, mapping: Mapping, detection: Detection) -> None:
    """Refuse a file that lacks a column its profile needs; rows without it would all be wrong."""
    needed = [name for name in mapping.missing if profile.columns[name].required]
    if not needed:
        return
    named = [f"{name} ({' or '.join(profile.columns[name].header)})" for name in needed]
    raise ProfileUnknown(
        f"The profile {profile.name} needs {', '.join(named)}, and row {detection.header_row} "
        "has no such heading. Name another profile, or correct the heading; it may be no sales "
        "statement.",
        detection=asdict(detection),
    )
