"""Work identifiers as files write them: dashes, lost zeros, spreadsheets' exponents."""

import re
from functools import lru_cache

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}\Z")
_ISWC = re.compile(r"T[0-9]{10}\Z")
_PUNCTUATION = re.compile(r"[-.\s]+")
_EXPONENT = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}\Z")
_WRITTEN = {
    "isrc": re.compile(r"[A-Z]{2}-[A-Z0-9]{3}-[0-9]{2}-[0-9]{5}\Z"),
    "iswc": re.compile(r"T-[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-[0-9]\Z"),
}
_UPC = re.compile(r"[0-9]{6,14}\Z")


@lru_cache(maxsize=65_536)
def identifier(kind: str, cell: str) -> tuple[str, str]:
    """Return (value, note): the identifier in its plain form and what is odd about it, if anything.

    ``lost`` as the note means that digits are gone (``1.91774E+11``) and the value is empty.
    """
    if kind == "own":
        return cell, ""
    plain = _PUNCTUATION.sub("", cell).upper()
    if kind == "isrc":
        plain = plain.removeprefix("ISRC:").removeprefix("ISRC")
        return plain, "" if _ISRC.match(plain) else "odd"
    if kind == "iswc":
        return plain, "" if _ISWC.match(plain) else "odd"
    if _EXPONENT.match(cell.strip()):
        return "", "lost"
    plain = plain.removesuffix(".0") if plain.endswith(".0") else plain
    if not _UPC.match(plain):
        return plain, "odd"
    return plain.rjust(12, "0"), ""


def public_kind(cell: str) -> str:
    """Return isrc or iswc for a code written in that identifier's own form, else nothing."""
    if "-" not in cell:
        return ""
    return next((kind for kind, form in _WRITTEN.items() if form.match(cell)), "")
