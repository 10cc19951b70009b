"""What people write in forms, as the document's own values: days, ends, works.

It reads what ``wording`` writes, so that a document goes into a form and comes out the same.
"""

import re
from typing import Any

from kernel.errors import InvalidValue

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_AFTER = re.compile(
    r"(?:(?:(?P<months>[0-9]{1,4}) months?)?(?: and )?(?:(?P<days>[0-9]{1,4}) days?)? after|on) "
    r"(?P<event>[a-z ]+?) in (?P<territory>[A-Za-z0-9:-]+)"
    r"(?:, not before (?P<low>[0-9-]{10}))?(?:, no later than (?P<high>[0-9-]{10}))?\Z"
)
_FOR = re.compile(r"(?:for )?([0-9]{1,4}) months?\Z")
_BELOW = re.compile(r"(.+?) with all below it\Z")
_EVERY = re.compile(r"every (.+?) of the catalogue\Z")
HOW = (
    "Write 2026-12-31, or 6 months after theatrical in DE, not before 2026-01-01, "
    "no later than 2026-12-31."
)


def day(text: str) -> Any:
    """Return the document's value of a first day, or of one on which something falls due."""
    plain = " ".join(text.split())
    if _DAY.match(plain):
        return plain
    found = _AFTER.match(plain)
    if found is None:
        raise InvalidValue(f"“{plain[:60]}” is no day. {HOW}")
    value: dict[str, Any] = {
        "event": found["event"].strip().replace(" ", "_"),
        "territory": found["territory"].upper(),
    }
    value |= {name: int(found[name]) for name in ("months", "days") if found[name]}
    value |= {"not_before": found["low"]} if found["low"] else {}
    return value | ({"no_later_than": found["high"]} if found["high"] else {})


def end(text: str) -> Any:
    """Return the document's value of a last day; nothing, or *for ever*, is perpetual."""
    plain = " ".join(text.split())
    if plain in ("", "for ever"):
        return None
    found = _FOR.match(plain)
    return {"months": int(found[1])} if found else day(plain.removeprefix("to "))


def works(text: str) -> list[Any]:
    """Return the document's list of works: codes between commas, series with what is below."""
    return [_entry(one.strip()) for one in text.replace("\n", ",").split(",") if one.strip()]


def _entry(text: str) -> Any:
    if found := _BELOW.match(text):
        return {"below": found[1].strip().upper()}
    if found := _EVERY.match(text):
        return {"kinds": [one.strip() for one in found[1].split(" and ")]}
    return text.upper()
