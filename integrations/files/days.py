"""Days and periods as sales files write them."""

import re
from datetime import date, timedelta
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january february march april may june july august september october november "
        "december".split(),
        1,
    )
    for name in (names, names[:3])
} | {"sept": 9}
_TAIL = (
    r"(?:[T ,]{1,2}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)? ?(?:[aApP]\.?[mM]\.?)?"
    r" ?(?:Z|[A-Z]{2,4}|[-+][0-9:]{4,6})?)?\Z"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})" + _TAIL)
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_MONTH = re.compile(r"([0-9]{4})(?:[-/]|[mM]|-[mM])?([0-9]{2}|[0-9])\Z")
_MONTH_LAST = re.compile(r"([0-9]{1,2})[-/]([0-9]{4})\Z")
_QUARTER = re.compile(r"([0-9]{4})[- /]?[qQ]([1-4])\Z|[qQ]([1-4])[- /]?([0-9]{4})\Z")
_HALF = re.compile(r"([0-9]{4})[- /]?[hH]([12])\Z")
_YEAR = re.compile(r"([0-9]{4})\Z")
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[- ,/]{1,2}([0-9]{4}|[0-9]{2})\Z")
_NAMED_DAY = re.compile(
    r"([0-9]{1,2})[- ]([A-Za-z]{3,9})\.?[- ,]{1,2}([0-9]{4})" + _TAIL
    + r"|([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})" + _TAIL
)  # fmt: skip
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})" + _TAIL)
_SLASHED = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4}|[0-9]{2})" + _TAIL)

Span = tuple[date, date]


@lru_cache(maxsize=16_384)
def span(cell: str, order: str = "") -> Span | None:
    """Return the first and last day that ``cell`` names, or None.

    ``order`` (DMY or MDY) decides what ``03/04/2026`` means; without it such a cell is None unless
    one part is above 12. Also read: 2026-07-31, 20260731, 2026-07, 2017M10, 201707, 2026-Q1,
    2026-H1, 2026, Jan 2026, 31.12.2026, 5 Jan 2026.
    """
    text = cell.strip()
    if not text or len(text) > 60:
        return None
    for read in (_whole_period, _single_day):
        try:
            found = read(text, order)
        except ValueError:
            return None
        if found is not None:
            return found
    return None


def _whole_period(text: str, order: str) -> Span | None:
    if match := _QUARTER.match(text):
        year, quarter = int(match[1] or match[4]), int(match[2] or match[3])
        return _months(year, quarter * 3 - 2, 3)
    if match := _HALF.match(text):
        return _months(int(match[1]), int(match[2]) * 6 - 5, 6)
    if match := _YEAR.match(text):
        return _months(int(match[1]), 1, 12)
    if match := _MONTH.match(text):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _MONTH_LAST.match(text):
        return _months(int(match[2]), int(match[1]), 1)
    if (match := _NAMED.match(text)) and (month := _MONTHS.get(match[1].casefold())):
        return _months(_year(match[2]), month, 1)
    return None


def _single_day(text: str, order: str) -> Span | None:
    if match := _YEAR_FIRST.match(text) or _EIGHT.match(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _NAMED_DAY.match(text):
        word, number, year = (match[2], match[1], match[3]) if match[1] else match.group(4, 5, 6)
        month = _MONTHS.get(word.casefold())
        return _day(int(year), month, int(number)) if month else None
    if match := _DOTTED.match(text):
        return _day(_year(match[3]), int(match[2]), int(match[1]))
    if match := _SLASHED.match(text):
        first, second, year = int(match[1]), int(match[2]), _year(match[3])
        if order == "MDY" or (not order and second > 12):
            return _day(year, first, second)
        if order == "DMY" or first > 12 or first == second:
            return _day(year, second, first)
    return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _day(year: int, month: int, day: int) -> Span:
    if not 1900 <= year <= 2199:
        raise ValueError(year)
    found = date(year, month, day)
    return found, found


def _months(year: int, month: int, count: int) -> Span:
    first, _ = _day(year, month, 1)
    after = month - 1 + count
    return first, date(year + after // 12, after % 12 + 1, 1) - timedelta(days=1)
