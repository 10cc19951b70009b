"""Identifiers of works: their plain form, and whether their check digit says they are right.

Pure functions. ``check`` never raises: what is wrong is told, and the caller decides (an import
keeps the number as unconfirmed, a form asks).
"""

import re
from collections.abc import Callable

from stdnum import isbn as isbn_numbers
from stdnum.exceptions import ValidationError

from holders.identifiers import Checked, mod_37_36

KINDS = {
    "isrc": "ISRC",
    "iswc": "ISWC",
    "eidr": "EIDR",
    "isan": "ISAN",
    "upc": "UPC/EAN",
    "grid": "GRid",
    "isbn": "ISBN",
    "own": "Own number",
}
LONGEST = 100
_LOOSE = re.compile(r"[\s.\-‐‑–—]+")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}\Z")
_ISWC = re.compile(r"T[0-9]{10}\Z")
_EIDR = re.compile(r"105240/([0-9A-F]{20})([0-9A-Z])\Z")
_ISAN = re.compile(
    r"([0-9A-F]{16})(?:([0-9A-Z])([0-9A-F]{8})([0-9A-Z])|([0-9A-F]{8})|([0-9A-Z]))?\Z"
)
_GRID = re.compile(r"A1[0-9A-Z]{15}([0-9A-Z])\Z")
_DIGITS = re.compile(r"[0-9]{8,14}\Z")


def check(kind: str, value: str) -> Checked:
    """Return the plain form of ``value`` and what is wrong with it (None: nothing).

    ``kind`` is a key of ``KINDS``. An empty or overlong value has no plain form: it is "".
    """
    bare = _bare(kind, value)
    if not bare or len(bare) > LONGEST:
        return Checked("", f"{KINDS[kind]} needs a value of up to {LONGEST} characters.")
    return _CHECKS[kind](bare)


def normalise(kind: str, value: str) -> str:
    """Return the plain form of ``value``, right or wrong, as it is kept and looked up."""
    return check(kind, value).value


def iswc_digit(nine: str) -> str:
    """Return the check digit of an ISWC's nine digits.

    Source: ISO 15707, annex A: with the prefix T counting 1, one plus each digit times its place;
    what is missing to the next multiple of ten. The rule is blind to some slips: where the place
    times the change is a multiple of ten (5 at an even place, any even change at the fifth).
    """
    total = 1 + sum(place * int(digit) for place, digit in enumerate(nine, 1))
    return str(-total % 10)


def gtin_digit(body: str) -> str:
    """Return the check digit of a UPC, EAN or other GTIN whose digits before it are ``body``.

    Source: GS1 General Specifications, section 7.9: weights 3 and 1 from the right.
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body[::-1]))
    return str(-total % 10)


def _bare(kind: str, value: str) -> str:
    if kind == "own":
        return " ".join(value.split())
    bare = _LOOSE.sub("", value).upper()
    label = "ISRC:" if kind == "isrc" else f"{kind.upper()}:"
    return bare.removeprefix(label).removeprefix(label[:-1])


def _isrc(bare: str) -> Checked:
    if _ISRC.match(bare):
        return Checked(bare, None)
    return Checked(bare, f"ISRC {bare} is not two letters, three signs and seven digits.")


def _iswc(bare: str) -> Checked:
    if bare[:1].isdigit() and len(bare) == 10:
        bare = f"T{bare}"
    if not _ISWC.match(bare):
        return Checked(bare, f"ISWC {bare} is not a T and ten digits.")
    return _held("ISWC", bare, bare[-1], iswc_digit(bare[1:-1]))


def _eidr(bare: str) -> Checked:
    found = _EIDR.match(bare[max(bare.find("105240/"), 0) :])  # after https://doi.org/ or doi:
    if not found:
        return Checked(bare, f"EIDR {bare} is not 10.5240/, five groups of four and a check sign.")
    body, given = found.groups()
    groups = "-".join(body[at : at + 4] for at in range(0, 20, 4))
    return _held("EIDR", f"10.5240/{groups}-{given}", given, mod_37_36(body))


def _isan(bare: str) -> Checked:
    """Check an ISAN of 16 or 24 signs, with or without its check signs (ISO 15706)."""
    found = _ISAN.match(bare)
    if not found:
        return Checked(bare, f"ISAN {bare} is not 16 or 24 hexadecimal signs with check signs.")
    root, first, version, second, unchecked, alone = found.groups()
    want_first = mod_37_36(root)
    if unchecked or not (first or alone):
        whole = f"{root}{want_first}"
        tail = f"{unchecked}{mod_37_36(root + unchecked)}" if unchecked else ""
        return Checked(whole + tail, None)
    held = _held("ISAN", bare, first or alone, want_first)
    if held.problem or not version:
        return held
    return _held("ISAN", bare, second, mod_37_36(root + version))


def _upc(bare: str) -> Checked:
    if not _DIGITS.match(bare):
        return Checked(bare, f"UPC/EAN {bare} is not 8 to 14 digits.")
    plain = bare.lstrip("0").rjust(12, "0")
    return _held("UPC/EAN", plain, plain[-1], gtin_digit(plain[:-1]))


def _grid(bare: str) -> Checked:
    if not _GRID.match(bare):
        return Checked(bare, f"GRid {bare} is not A1 and sixteen letters or digits.")
    return _held("GRid", bare, bare[-1], mod_37_36(bare[:-1]))


def _isbn(bare: str) -> Checked:
    try:
        return Checked(isbn_numbers.to_isbn13(isbn_numbers.validate(bare)), None)
    except ValidationError:
        pass
    if re.match(r"97[89][0-9]{10}\Z", bare):
        return _held("ISBN", bare, bare[-1], gtin_digit(bare[:-1]))
    if re.match(r"[0-9]{9}[0-9X]\Z", bare):
        total = sum(place * int(digit) for place, digit in enumerate(bare[:-1], 1)) % 11
        return _held("ISBN", bare, bare[-1], "X" if total == 10 else str(total))
    return Checked(bare, f"ISBN {bare} is not 10 or 13 digits.")


def _held(label: str, value: str, given: str, wanted: str) -> Checked:
    if given == wanted:
        return Checked(value, None)
    return Checked(
        value, f"{label} {value} ends in {given}, but its check digit should be {wanted}."
    )


_CHECKS: dict[str, Callable[[str], Checked]] = {
    "isrc": _isrc,
    "iswc": _iswc,
    "eidr": _eidr,
    "isan": _isan,
    "upc": _upc,
    "grid": _grid,
    "isbn": _isbn,
    "own": lambda bare: Checked(bare, None),
}
