"""Exact numbers: the one way from text to Decimal, and the context that never rounds."""

import decimal
import re
from decimal import Decimal

from kernel.errors import InvalidValue

EXACT = decimal.Context(
    prec=60, traps=[decimal.Inexact, decimal.FloatOperation, decimal.InvalidOperation]
)

_PLAIN = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?\Z")


def parse_decimal(text: str) -> Decimal:
    """Return the number written in ``text``: up to 15 digits before and 15 after a point.

    Anything else (exponents, thousands separators, other scripts' digits, NaN) raises
    ``InvalidValue``; ``-0`` is 0.
    """
    if not isinstance(text, str) or not _PLAIN.match(text):
        shown = str(text)[:40]
        raise InvalidValue(
            f"{shown!r} is not a number. Write it like 1234.56: at most 15 digits before and "
            "15 after the point, no thousands separators.",
            value=shown,
        )
    number = Decimal(text)
    return number if number else abs(number)
