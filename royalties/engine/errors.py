"""Refusals of the engine: each with a stable code, the row or path, and what to do next."""

from typing import Any

from kernel.errors import DomainError


class DealInvalid(DomainError):
    """The document is no deal; ``extra["problems"]`` lists every problem with its path."""

    code = "deal_invalid"
    status = 422

    def __init__(self, problems: list[dict[str, str]]) -> None:
        first = problems[0]
        where = first["path"] or "the document"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(
            f"The deal can't be read: {where}: {first['message']}{more}.", problems=problems
        )


class CalculationRefused(DomainError):
    """A calculation that can't go on; the base of all refusals below."""

    code = "calculation_refused"
    status = 422


class RateMissing(CalculationRefused):
    """No row of a rate table fits a line."""

    code = "rate_missing"


class QuantityMissing(CalculationRefused):
    """A line lacks a quantity that its clause needs, or it is not a number."""

    code = "quantity_missing"


class CounterTurnsBack(CalculationRefused):
    """A counter stands on a step where neither step lets it go on."""

    code = "counter_turns_back"


class StatementTooLarge(CalculationRefused):
    """A statement row whose money or units are beyond what is stored (about 9.2e18 cents)."""

    code = "statement_too_large"


class FxMissing(CalculationRefused):
    """No exchange rate for a line's or cost's currency."""

    code = "fx_missing"


class SharesMissing(CalculationRefused):
    """A work without shares, or shares of somebody who is no payee, and no ``else``."""

    code = "shares_missing"


class ContentsMissing(CalculationRefused):
    """A product without a track list, or a song that no fill entry fits."""

    code = "contents_missing"


class TableMissing(CalculationRefused):
    """A table that the deal names was not given."""

    code = "table_missing"


class TableInvalid(CalculationRefused):
    """A table, an exchange rate or a cost that can't be read."""

    code = "table_invalid"


class PeriodInvalid(CalculationRefused):
    """The period is not of the kind that the deal accounts in."""

    code = "period_invalid"


class BalanceInvalid(CalculationRefused):
    """Opening balances that don't fit the deal."""

    code = "balance_invalid"


def at_row(row: tuple[str, int] | None, **extra: Any) -> dict[str, Any]:
    """Return the ``extra`` of a refusal about one line: its file and row."""
    found: dict[str, Any] = dict(extra)
    if row is not None:
        found["file"], found["row"] = row
    return found
