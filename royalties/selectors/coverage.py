"""Matched sales that no deal covers: money that would go to nobody, said before a run is posted."""

from typing import Any

import numpy as np

from kernel.period import Period
from royalties.engine.given import Given, Matcher
from royalties.engine.lines import Lines
from royalties.engine.selection import chosen
from royalties.engine.terms import EVERYTHING
from royalties.engine.values import text
from royalties.selectors import plans


def uncovered(lines: Lines, period: Period, places: Matcher) -> list[dict[str, Any]]:
    """Return lines and amount, by currency, that are no deal's business in ``period``."""
    if not lines.count:
        return []
    loose = np.ones(lines.count, dtype=bool)
    for terms, label, own in plans.in_force(period):
        if terms.covers == EVERYTHING:
            return []
        given = Given(terms, label, own, lines, (), {}, {}, places)
        loose &= ~chosen(terms.covers, given)
        if not bool(loose.any()):
            return []
    values, codes = lines.text("currency")
    amount, present = lines.number("amount") if lines.has("amount") else (None, None)
    found = []
    for code, currency in [*enumerate(values), (-1, "")]:
        index = np.flatnonzero(loose & (codes == code))
        if not len(index):
            continue
        total = "0"
        if amount is not None and present is not None:
            total = text(amount.take(index[present[index]]).total())
        found.append({"currency": currency, "lines": len(index), "amount": total})
    return found
