"""Languages as integers, so that what holds in some of them is a set like places are.

A code is two or three letters (ISO 639), read as a number to the base 27; all languages are the
whole interval.
"""

import re
from collections.abc import Sequence

from kernel.errors import InvalidValue
from territories.geography.spans import SpanSet

ALL = SpanSet(((0, 27**3),))
_CODE = re.compile(r"[a-z]{2,3}\Z")


def read(codes: Sequence[str]) -> SpanSet:
    """Return the set of some languages; none named is all of them. Raises InvalidValue."""
    return SpanSet.of(_span(code) for code in codes) if codes else ALL


def _span(code: str) -> tuple[int, int]:
    if not _CODE.match(code):
        raise InvalidValue(
            f"{code!r} is no language code. Write two or three small letters, such as de or gsw."
        )
    number = 0
    for letter in code.ljust(3, "`"):
        number = number * 27 + ord(letter) - ord("`")
    return number, number + 1
