"""What people type into filters, as values: days and numbers. Bad input says what is expected."""

import re
from datetime import date
from decimal import Decimal

from foundation.pages.filters import MONTHS, day_text, separators

_MACHINE = re.compile(r"-?[0-9]{1,25}(\.[0-9]{1,15})?\Z")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2}) ([^\W\d_]{3,9}) ([0-9]{4})\Z")
_SPACES = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")


class NotReadable(ValueError):
    """Text that can't be taken for a value; its words say what to write instead."""


def day_of(text: str) -> date:
    """Return the day that ``text`` writes, as 2026-03-31 or 31 Mar 2026. Raises NotReadable."""
    cleaned = _SPACES.sub(" ", text.strip())
    found = _WRITTEN_DAY.match(cleaned)
    months = {name.lower()[:3]: number for number, name in MONTHS.items()}
    try:
        if found:
            day = date(int(found[3]), months.get(found[2].lower()[:3], 0), int(found[1]))
        else:
            day = date.fromisoformat(cleaned)
    except ValueError:
        day = date.min
    if not 1800 <= day.year <= 2999:
        raise NotReadable(f"“{text[:40]}” is no day. Write 2026-03-31 or 31 Mar 2026.")
    return day


def number_of(text: str, locale: str = "en") -> Decimal:
    """Return the number that ``text`` writes: in the reader's separators, else as 1234.56.

    The reader's own grouping goes first: 1.234 is a thousand and more to a German reader. Raises
    NotReadable.
    """
    group, point, _ = separators(locale)
    cleaned = _SPACES.sub("", text.strip()).replace("\N{MINUS SIGN}", "-")
    between = re.escape(_SPACES.sub("", group))
    own = re.compile(
        rf"-?([0-9]{{1,25}}|[0-9]{{1,3}}({between}[0-9]{{2,3}})+)"
        rf"({re.escape(point)}[0-9]{{1,15}})?\Z"
    )
    if own.match(cleaned):
        plain = cleaned.replace(_SPACES.sub("", group) or "\0", "").replace(point, ".")
        return Decimal(plain)
    if _MACHINE.match(cleaned):
        return Decimal(cleaned)
    raise NotReadable(f"“{text[:40]}” is no number. Write 1234.56 or 1{group}234{point}56.")


def between_days(first: date | None, last: date | None) -> str:
    """Return a range of days in words, both included."""
    if first and last:
        return f"{day_text(first)} – {day_text(last)}"
    return f"from {day_text(first)}" if first else f"until {day_text(last)}" if last else ""
