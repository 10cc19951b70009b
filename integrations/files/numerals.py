"""Numbers as files write them: decimal points or commas, thousands, returns in parentheses.

Everything ends in ``kernel.numbers.parse_decimal``; nothing is rounded and nothing is a float.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from kernel.errors import InvalidValue
from kernel.numbers import parse_decimal

POINT, COMMA = "point", "comma"
SCALE = 15  # the most decimals a number may have; sums are whole numbers at this scale
ONE = 10**SCALE

_SYMBOLS = "$€£¥"
_BLANKS = re.compile("[ \u00a0\u202f\u2009]")
_GROUPED = {
    POINT: re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?\Z"),
    COMMA: re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?\Z"),
}
_PLAIN = {POINT: re.compile(r"-?[0-9]+(\.[0-9]+)?\Z"), COMMA: re.compile(r"-?[0-9]+(,[0-9]+)?\Z")}
_LONGEST = 64
_AS_IT_IS = re.compile(r"-?(?!0+(?:\.0*)?\Z)[0-9]{1,15}(?:\.[0-9]{1,15})?\Z")


@lru_cache(maxsize=65_536)
def plain_number(cell: str, style: str) -> str | None:
    """Return the number in ``cell`` as plain text (``-1234.50``), or None if it isn't one.

    ``style`` is ``point`` or ``comma``. Digits, one sign in front or parentheses around, thousands
    in threes, one currency sign: nothing else. The file's own decimals are kept.
    """
    if len(cell) > _LONGEST:
        return None
    if style == POINT and _AS_IT_IS.match(cell):
        return cell
    text = _unsigned_blanks(cell.strip())
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
        if text.startswith("-"):
            return None
    text = _without_symbol(text)
    if not (_PLAIN[style].match(text) or _GROUPED[style].match(text)):
        return None
    text = text.replace(",", "") if style == POINT else text.replace(".", "").replace(",", ".")
    if negative:
        text = "-" + text
    try:
        number = parse_decimal(text)
    except InvalidValue:
        return None
    return text if number else text.lstrip("-")


def _unsigned_blanks(text: str) -> str:
    """Take blanks out where they part thousands (``1 234,50``)."""
    if not _BLANKS.search(text):
        return text
    parts = _BLANKS.split(text)
    grouped = all(re.match(r"[0-9]{3}(?![0-9])", part) for part in parts[1:])
    return "".join(parts) if grouped and re.match(r"-?[0-9]{1,3}\Z", parts[0]) else text


def _without_symbol(text: str) -> str:
    if text[:1] in _SYMBOLS and text[:1]:
        return text[1:].lstrip()
    if text[:1] == "-" and text[1:2] in _SYMBOLS and text[1:2]:
        return "-" + text[2:].lstrip()
    return text[:-1].rstrip() if text[-1:] in _SYMBOLS and text[-1:] else text


@lru_cache(maxsize=65_536)
def whole_at_scale(plain: str) -> int:
    """Return plain number text as a whole number of 1e-15: sums of these are exact."""
    head, _, tail = plain.partition(".")
    return int(head + tail.ljust(SCALE, "0"))


def written(whole: int, least_decimals: int = 0) -> str:
    """Return a whole number of 1e-15 as plain text, without zeros beyond ``least_decimals``."""
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    head, tail = divmod(whole, ONE)
    decimals = f"{tail:015d}".rstrip("0").ljust(least_decimals, "0")
    return f"{sign}{head}.{decimals}" if decimals else f"{sign}{head}"


def decimals(plain: str) -> int:
    """Return how many decimals plain number text shows."""
    return len(plain) - plain.index(".") - 1 if "." in plain else 0


def spreadsheet_number(value: float) -> str:
    """Return a spreadsheet's binary number as the 15 digits the program shows."""
    return format(Decimal(format(value, ".15g")), "f") if value - value == 0 else str(value)


def guessed_style(cells: Iterable[str]) -> str:
    """Return the decimal style most cells can only mean; ``1,234`` alone decides nothing."""
    points = commas = 0
    for cell in cells:
        text = cell.strip()
        as_point, as_comma = plain_number(text, POINT), plain_number(text, COMMA)
        if as_point is not None and (as_comma is None or "." in text and "," not in text):
            points += 1
        elif as_comma is not None and as_point is None:
            commas += 1
    return COMMA if commas > points else POINT
