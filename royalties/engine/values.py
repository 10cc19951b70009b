"""Reading and writing the values of a deal, exactly."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from kernel.currencies import minor_units
from kernel.errors import InvalidValue
from kernel.money import quantized
from kernel.numbers import parse_decimal

PIECE = 4000
MODES = {
    "down": "ROUND_DOWN",
    "up": "ROUND_UP",
    "half_up": "ROUND_HALF_UP",
    "half_even": "ROUND_HALF_EVEN",
}


def number(value: Any) -> Fraction:
    """Return the exact number in ``value``: text, a whole number or a Decimal."""
    if isinstance(value, bool) or isinstance(value, float):
        raise InvalidValue(f"{value!r} is not a number written as text.")
    if isinstance(value, int | Fraction | Decimal):
        return Fraction(value)
    return Fraction(parse_decimal(value))


def factor(value: Any) -> Fraction:
    """Return a number, or a fraction such as 1/3; balances may hold either."""
    if isinstance(value, str) and "/" in value:
        above, _, below = value.partition("/")
        sign = -1 if above.startswith("-") else 1
        above = above.removeprefix("-")
        if not (above.isascii() and above.isdigit() and below.isascii() and below.isdigit()):
            raise InvalidValue(f"{value!r} is not a fraction such as 1/3.")
        divisor = _whole(below)
        if divisor == 0:
            raise InvalidValue(f"{value!r} divides by zero.")
        return Fraction(sign * _whole(above), divisor)
    if isinstance(value, str) and len(value) > 31:
        return long_number(value)
    return number(value)


def long_number(value: str) -> Fraction:
    """Return an exact balance, which may have more digits than an input may have."""
    whole, _, tail = value.removeprefix("-").partition(".")
    if not (whole + tail).isascii() or not (whole + (tail or "0")).isdigit():
        raise InvalidValue(f"{value[:40]!r} is not a number.")
    exact = Fraction(_whole(whole + tail), 10 ** len(tail))
    return -exact if value.startswith("-") else exact


def balance(value: Any) -> Fraction:
    """Return a closing balance read back: any length, fractions too."""
    if isinstance(value, str) and "/" not in value:
        return long_number(value)
    return factor(value)


def text(exact: Fraction | int, places: int = 0) -> str:
    """Write ``exact``: a plain decimal (at least ``places`` digits), or n/d where none can."""
    if exact.denominator == 1 and not places:
        return _digits(exact.numerator)
    exact = Fraction(exact)
    rest, digits = exact.denominator, 0
    twos = (rest & -rest).bit_length() - 1
    rest >>= twos
    fives = 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return f"{_digits(exact.numerator)}/{_digits(exact.denominator)}"
    digits = max(twos, fives, places)
    scaled = abs(exact.numerator) * (10**digits // exact.denominator)
    written = _digits(scaled).rjust(digits + 1, "0")
    sign = "-" if exact < 0 else ""
    if not digits:
        return sign + written
    return f"{sign}{written[:-digits]}.{written[-digits:]}"


def _digits(whole: int) -> str:
    """Write a whole number, in pieces where Python would refuse its length."""
    if abs(whole) < 10**PIECE:
        return str(whole)
    size, left, pieces = 10**PIECE, abs(whole), list[str]()
    while left:
        left, piece = divmod(left, size)
        pieces.append(str(piece).rjust(PIECE, "0"))
    return ("-" if whole < 0 else "") + "".join(reversed(pieces)).lstrip("0")


def _whole(digits: str) -> int:
    """Read a whole number written by ``_digits`` (its sign apart)."""
    start = len(digits) % PIECE
    found = int(digits[:start] or "0")
    for at in range(start, len(digits), PIECE):
        found = found * 10**PIECE + int(digits[at : at + PIECE])
    return found


def money(minor: int, currency: str) -> str:
    """Write an amount of smallest units, such as 1234 USD cents, as 12.34."""
    places = minor_units(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    sign = "-" if minor < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def exact_money(exact: Fraction, currency: str) -> str:
    """Write exact money with at least the currency's own digits."""
    return text(exact, minor_units(currency))


def readable(exact: Fraction | int, places: int = 6) -> str:
    """Write ``exact`` for people: in full if it ends by ``places``, else cut off with an …"""
    exact = Fraction(exact)
    scaled = exact * 10**places
    if scaled.denominator == 1:
        return text(exact)
    cut = Fraction(abs(scaled.numerator) // scaled.denominator, 10**places)
    sign = "-" if exact < 0 else ""
    return f"{sign}{text(cut, places)}…"


def to_minor(value: Any, currency: str) -> int:
    """Return posted money (text) in smallest units; finer money is refused."""
    scaled = balance(value) * 10 ** minor_units(currency)
    if scaled.denominator != 1:
        raise InvalidValue(f"{value!r} is finer than the smallest unit of {currency}.")
    return int(scaled)


def rounded(exact: Fraction, terms: tuple[int, str] | None) -> Fraction:
    """Round as the contract says (places, mode), or not at all."""
    return exact if terms is None else quantized(exact, terms[0], MODES[terms[1]])
