"""Questions about the decisions that are kept as rules."""

from decimal import Decimal
from uuid import UUID

from kernel.numbers import EXACT
from royalties.models import MatchKey, MatchRule, Rematch
from royalties.selectors.periods import first_open_day


def under(rule: MatchRule) -> tuple[int, dict[str, Decimal]]:
    """Return how many lines a rule decides now, and their money by currency."""
    lines, money = 0, dict[str, Decimal]()
    for count, amounts in _keys(rule).values_list("lines", "amounts"):
        lines += count
        for code, value in amounts.items():
            money[code] = EXACT.add(money.get(code, Decimal(0)), Decimal(value))
    return lines, money


def posted(rule: MatchRule) -> bool:
    """Return whether lines of a rule stand in the ledger: then it can't be undone."""
    if Rematch.objects.filter(key__fingerprint=rule.fingerprint).exists():
        return True
    first_open = first_open_day()
    return first_open is not None and _keys(rule).filter(counts_on__lt=first_open).exists()


def found(rule_id: UUID) -> MatchRule | None:
    """Return a rule, in force or not."""
    return MatchRule.objects.filter(pk=rule_id).first()


def _keys(rule: MatchRule):  # type: ignore[no-untyped-def]
    return MatchKey.objects.live().filter(fingerprint=rule.fingerprint, how="rule")
