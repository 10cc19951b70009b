"""Cells of exported tables that no spreadsheet program takes for a formula.

``safe_cell`` puts one quote before text a spreadsheet would run; ``plain_cell`` takes exactly
that one quote away again, so an exported table imports as what it was.
"""

import re

_BLANK = "[^\\S\\r\\n]|[\ufeff\u200b\u200c\u200d\u2060]"
_START = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\\t\\0"
_FIRST = re.compile(f"'*(?:{_BLANK})*[{_START}\\r\\n]")
_FIRST_QUOTED = re.compile(f"'+(?:{_BLANK})*[{_START}\\r\\n]")
_LATER = re.compile(f"(?<=[\\r\\n])('*(?:{_BLANK})*[{_START}])")
_LATER_QUOTED = re.compile(f"(?<=[\\r\\n])'('*(?:{_BLANK})*[{_START}])")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?\Z")


def safe_cell(value: str) -> str:
    """Return ``value`` so that no spreadsheet runs it; negative numbers stay numbers."""
    if _NUMBER.match(value):
        return value
    value = _LATER.sub(r"'\1", value)
    return f"'{value}" if _FIRST.match(value) else value


def plain_cell(value: str) -> str:
    """Return the text ``safe_cell`` was given: takes away exactly one quote per guarded line."""
    if "'" not in value:
        return value
    value = _LATER_QUOTED.sub(r"\1", value)
    return value[1:] if _FIRST_QUOTED.match(value) else value


def safe_sheet_name(name: str) -> str:
    """Return ``name`` as a sheet name: at most 31 characters, no formula's beginning."""
    kept = re.sub(r"[\[\]:*?/\\\x00-\x1f']", " ", name).strip()
    return (re.sub(f"^(?:[{_START}]|{_BLANK})+", "", kept) or "Sheet")[:31].rstrip()
