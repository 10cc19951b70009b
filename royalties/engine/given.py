"""What one calculation is given: the lines' days and currencies, costs, tables, territories."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from kernel.currencies import minor_units
from kernel.money import round_minor
from kernel.period import Period
from royalties.engine.columns import Array, Col
from royalties.engine.errors import FxMissing, QuantityMissing, TableMissing, at_row
from royalties.engine.inputs import check_costs, check_tables
from royalties.engine.lines import Lines, where
from royalties.engine.terms import Deal
from royalties.engine.values import number
from royalties.engine.words import distinct

Matcher = Callable[..., Callable[[str], bool]]
Row = Mapping[str, Any]


@dataclass
class Given:
    """The inputs of a calculation, with the questions that stage A asks of them."""

    deal: Deal
    label: str
    period: Period
    lines: Lines
    costs: Sequence[Row]
    rates: Mapping[str, Sequence[Row]]
    fx: Mapping[str, Any]
    matcher: Matcher
    days: list[date] = field(init=False)
    day_codes: Array = field(init=False)
    undated: Array = field(init=False)
    _quoted: dict[Any, list[Row]] = field(init=False, default_factory=dict)
    _found: dict[Any, Fraction | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Check costs and tables; work out every line's day."""
        check_costs(self.costs)
        check_tables(self.rates, self.fx)
        for row in self.fx.get("rates", ()):
            for name in (row.get("currency"), (row.get("from"), row.get("to"))):
                self._quoted.setdefault(name, []).append(row)
        last = self.last_day
        found: dict[date, int] = {}
        codes = np.full(self.lines.count, -1, dtype=np.int32)
        for name in ("usage_end", "sold_on"):
            values, each = self.lines.text(name)
            dates = self._dates(values, each, name)
            numbers = [found.setdefault(day, len(found)) for day in dates]
            codes = np.where(each >= 0, np.array([*numbers, -1], dtype=np.int32)[each], codes)
        self.undated = codes < 0
        codes[self.undated] = found.setdefault(last, len(found))
        self.days, self.day_codes = list(found), codes

    @property
    def last_day(self) -> date:
        """The last day included in the period."""
        last = self.period.last_day
        assert last is not None
        return last

    def _dates(self, values: list[str], codes: Array, name: str) -> list[date]:
        """Return a column's distinct dates; name the row of one that can't be read."""
        found = []
        for code, text in enumerate(values):
            try:
                found.append(date.fromisoformat(text))
            except ValueError:
                at = int(np.flatnonzero(codes == code)[0])
                raise QuantityMissing(
                    f"{where(self.lines, at)}: {name} is {text[:40]!r}. "
                    "Write dates like 2026-03-31.",
                    **at_row(self.lines.row(at), column=name),
                ) from None
        return found

    def table(self, name: str) -> Sequence[Row]:
        """Return a rate table; raise TableMissing."""
        if name not in self.rates:
            raise TableMissing(
                f"The deal reads the table {name!r}, which was not given. Give it with the tables.",
                table=name,
            )
        return self.rates[name]

    def inside(self, expression: str, code: str | None, day: date) -> bool:
        """Return whether a territory code lies in an expression, as the deal reads groups."""
        return code is not None and self.matcher(expression, on=self.deal.as_of or day)(code)

    def needed(self, name: str, index: Array, clause: str) -> Col:
        """Return a quantity of the lines at ``index``; each must have it."""
        col, present = self.lines.number(name)
        if not bool(present[index].all()):
            at = int(index[np.flatnonzero(~present[index])[0]])
            raise QuantityMissing(
                f"{where(self.lines, at)} has no {name}, which {clause} needs. Map that column or "
                f"leave the line to another clause.",
                **at_row(self.lines.row(at), column=name),
            )
        return col.take(index)

    def exchange(self, index: Array) -> tuple[list[Fraction], Array]:
        """Return the rates into the deal's currency that the lines have, and each line's."""
        values, codes = self.lines.text("currency")
        foreign = [value != self.deal.currency for value in values]
        if not any(foreign) or not len(index):
            return [Fraction(1)], np.zeros(len(index), dtype=np.int8)
        mine = codes[index]
        day_codes, days = self._fx_days(index)
        first, number = distinct([mine, day_codes])
        rates = []
        for at in first.tolist():
            currency, day = int(mine[at]), days[int(day_codes[at])]
            is_foreign = currency >= 0 and foreign[currency]
            one = Fraction(1)
            rates.append(self.rate(values[currency], day, int(index[at])) if is_foreign else one)
        return rates, number

    def _fx_days(self, index: Array) -> tuple[Array, list[date | None]]:
        """Return for each line the number of the day whose rate counts, and those days."""
        at = self.deal.fx_at
        if at == "sold_on":
            return self.day_codes[index].astype(np.int64), list(self.days)
        if at == "received":
            values, codes = self.lines.text("received_on")
            listed: list[date | None] = [*self._dates(values, codes, "received_on")]
            mine = codes[index].astype(np.int64)
            return np.where(mine < 0, len(listed), mine), [*listed, date.max]
        only = None if at == "average" else self.last_day
        return np.zeros(len(index), dtype=np.int64), [only]

    def rate(self, currency: str, day: date | None, at: int | None = None) -> Fraction:
        """Return how many units of the deal's currency one unit of ``currency`` is.

        ``day`` None asks for the period's average; ``at`` is the line, for the refusal.
        """
        row = None if at is None else self.lines.row(at)
        if day == date.max:
            raise QuantityMissing(
                f"{where(self.lines, at or 0)} has no received_on, whose rate the deal asks for.",
                **at_row(row, column="received_on"),
            )
        if currency == self.deal.currency:
            return Fraction(1)
        direct = self._newest(day, (currency, self.deal.currency))
        if direct is not None:
            return direct
        units = []
        minor_units(currency)
        for each in (currency, self.deal.currency):
            pivot = each == self.fx.get("pivot")
            value = Fraction(1) if pivot else self._newest(day, each)
            if value is None:
                when = self.label if day is None else day.isoformat()
                raise FxMissing(
                    f"There is no exchange rate for {each} on {when} from "
                    f"{self.deal.fx_source or 'any source'}. Add it to the table.",
                    **at_row(row, currency=each),
                )
            units.append(value)
        return units[1] / units[0]

    def _newest(self, day: date | None, name: str | tuple[str, str]) -> Fraction | None:
        """Return the rate of a currency, or of one into another, on a day."""
        if (day, name) not in self._found:
            self._found[day, name] = self._looked_up(day, self._quoted.get(name, []))
        return self._found[day, name]

    def _looked_up(self, day: date | None, rows: Sequence[Row]) -> Fraction | None:
        if day is None:
            return next((number(r["rate"]) for r in rows if r.get("period") == self.label), None)
        dated = [r for r in rows if r.get("on") and r["on"] <= day.isoformat()]
        newest = max((r["on"] for r in dated), default=None)
        return next((number(r["rate"]) for r in dated if r["on"] == newest), None)

    def cost_units(self, cost: Row) -> int:
        """Return a cost in smallest units of the deal's currency."""
        currency = cost.get("currency") or self.deal.currency
        on = date.fromisoformat(cost["date"]) if cost.get("date") else self.last_day
        day = {"average": None, "period_end": self.last_day}.get(self.deal.fx_at, on)
        return round_minor(number(cost["amount"]) * self.rate(currency, day), self.deal.currency)

    def cost_rows(self, categories: Iterable[str], payee: str | None = None) -> tuple[Row, ...]:
        """Return the period's costs of some categories (of one payee), in their order."""
        wanted = set(categories)
        return tuple(
            cost
            for cost in self.costs
            if cost.get("category") in wanted and (payee is None or cost.get("payee") == payee)
        )

    def costs_of(self, categories: Iterable[str], payee: str | None = None) -> int:
        """Return the period's costs of some categories, in smallest units."""
        return sum(map(self.cost_units, self.cost_rows(categories, payee)))
