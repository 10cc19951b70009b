"""Questions about the exception queue."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from catalog.selectors import works
from kernel.errors import DomainError
from royalties.engine.values import text
from royalties.models import MatchRule, SalesException

SUGGESTIONS = 3


def summary(*, limit: int | None = None) -> dict[str, Any]:
    """Return the open exceptions as the command line tells them: the most money first.

    ``money`` is the whole at stake where it is all in one currency, else None; ``totals`` has each
    currency. Every item has at most three suggested works with their likeness, from 0 to 1.
    """
    rows = SalesException.objects.order_by("-amount", "fingerprint", "currency")
    totals = list(rows.values("currency").annotate(a=Sum("amount"), n=Count("id")).order_by())
    listed = sorted(totals, key=lambda each: each["currency"])
    return {
        "open": rows.values("fingerprint").distinct().count(),
        "money": text(Fraction(listed[0]["a"])) if len(listed) == 1 else None if listed else "0",
        "totals": [
            {"currency": each["currency"], "amount": text(Fraction(each["a"]))} for each in listed
        ],
        "items": [item(row) for row in (rows if limit is None else rows[:limit])],
    }


def item(row: SalesException) -> dict[str, Any]:
    """Return one exception."""
    return {
        "key": row.fingerprint,
        "title": row.title,
        "artist": row.artist,
        "identifiers": row.identifiers,
        "doubt": row.doubt,
        "lines": row.lines,
        "amount": text(Fraction(row.amount)),
        "currency": row.currency,
        "suggestions": suggestions(row),
    }


def suggestions(row: SalesException) -> list[dict[str, str]]:
    """Return the works most like an exception's title and artist."""
    alike = works.similar(row.title, row.artist, limit=SUGGESTIONS)
    found = [work for work, _ in alike]
    titles, codes = works.titles(found), works.codes(found)
    return [
        {"work": str(work), "code": codes[work], "title": titles[work], "score": f"{score:f}"}
        for work, score in alike
    ]


class NoRule(DomainError):
    """No decision on this key is in force."""

    code = "no_match_rule"
    status = 404


def rule_of(key: str) -> UUID:
    """Return the rule in force for a key; raise NoRule."""
    rows = MatchRule.objects.filter(fingerprint=key, reversed_at=None)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NoRule(f"There is no decision on {key!r} to undo.", key=key)
    return found
