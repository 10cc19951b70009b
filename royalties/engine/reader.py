"""Collecting every problem of a document while reading it."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, TypeVar

from kernel.currencies import minor_units
from kernel.errors import DomainError
from royalties.engine import values
from royalties.engine.terms import EVERYTHING, Condition, Rounding, Where

T = TypeVar("T")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Reader:
    """The problems found so far, and the small readers that add to them."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.problems: list[dict[str, str]] = []

    def problem(self, path: str, message: str, expected: str) -> None:
        """Note one problem."""
        self.problems.append({"path": path, "message": message, "expected": expected})

    def _try(self, path: str, expected: str, read: Callable[[], T], default: T) -> T:
        try:
            return read()
        except (DomainError, ValueError, TypeError, KeyError, AttributeError) as error:
            self.problem(path, getattr(error, "detail", str(error)), expected)
            return default

    def number(self, value: Any, path: str) -> Fraction:
        """Read a number or a fraction."""
        return self._try(path, "a number such as 12.5", lambda: values.factor(value), Fraction(0))

    def percent(self, value: Any, path: str, *, most: int | None = 100) -> Fraction:
        """Read a percent as a fraction of 1."""
        found = self.number(value, path)
        if found < 0 or (most is not None and found > most):
            self.problem(path, f"{value} is no percent", "a percent between 0 and 100")
        return found / 100

    def minor(self, value: Any, path: str) -> int:
        """Read money to be posted, in smallest units."""
        return self._try(
            path,
            f"money with at most {minor_units(self.currency)} digits after the point",
            lambda: values.to_minor(value, self.currency),
            0,
        )

    def day(self, value: Any, path: str) -> date:
        """Read a date."""
        return self._try(
            path, "a date such as 2026-03-31", lambda: date.fromisoformat(value), date(1, 1, 1)
        )

    def name(self, value: str, known: Iterable[str], path: str, what: str) -> str:
        """Check that ``value`` names one of ``known``."""
        names = list(known)
        if value not in names:
            near = get_close_matches(str(value), names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            listed = ", ".join(names) or "none are defined"
            self.problem(path, f"{value!r} is no {what} of this deal{hint}", f"one of: {listed}")
        return value

    def where(self, document: dict[str, Any] | None, path: str) -> Where:
        """Read a ``where``."""
        if not document:
            return EVERYTHING
        conditions, nots = [], []
        for name, value in document.items():
            here = f"{path}.{name}"
            if name == "not":
                listed = value if isinstance(value, list) else [value]
                nots += [self.where(each, f"{here}[{n}]") for n, each in enumerate(listed)]
                continue
            listed = value if isinstance(value, list) else [value]
            if name == "territory" and not isinstance(value, dict):
                conditions.append(Condition(name, "territory", tuple(listed)))
            elif isinstance(value, dict):
                first, last = value.get("from"), value.get("to")
                conditions.append(Condition(name, "range", (), _txt(first), _txt(last)))
                for end in (first, last):
                    if end is not None and not _DATE.match(str(end)):
                        self.number(end, here)
                if first is None and last is None:
                    self.problem(here, "the range has no end", "from, to or both")
            else:
                conditions.append(Condition(name, "list", tuple(str(each) for each in listed)))
        return Where(tuple(conditions), tuple(nots))

    def rounding(self, document: dict[str, Any] | None, path: str) -> Rounding:
        """Read ``round``."""
        if document is None:
            return None
        mode = document.get("mode", "half_up")
        if mode not in values.MODES:
            self.problem(f"{path}.mode", f"{mode!r} is no mode", ", ".join(values.MODES))
            mode = "half_up"
        return int(document.get("places", 0)), mode


def _txt(value: Any) -> str | None:
    return None if value is None else str(value)
