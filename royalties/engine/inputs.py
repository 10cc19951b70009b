"""What a calculation is given, checked before it begins: balances, costs, tables, rates."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from kernel.currencies import minor_units
from kernel.errors import DomainError, InvalidValue
from kernel.period import label_kind
from royalties.engine.errors import BalanceInvalid, TableInvalid
from royalties.engine.terms import Deal
from royalties.engine.values import balance, number

FIGURES = ("value", "base", "earned", "counted", "outstanding", "interest", "principal", "paid")


def checked_opening(deal: Deal, opening: Any) -> Mapping[str, Any]:
    """Return opening balances that fit the deal; raise BalanceInvalid with the wrong path."""
    if opening is None:
        return {}
    known: dict[str, Sequence[str] | None] = {
        "counters": list(deal.counters),
        "triggers": list(deal.triggers),
        "clauses": [clause.id for clause in deal.clauses],
        "pots": None,
        "steps": [step.id for step in deal.waterfall],
        "accounts": list(deal.payees),
    }
    _mapping(opening, "the document")
    for part, content in opening.items():
        if part not in known:
            raise _wrong(part, f"is no part of balances; they are {', '.join(known)}")
        names = known[part]
        for name, value in _mapping(content, part).items():
            if names is not None and name not in names:
                listed = ", ".join(names) or "none"
                raise _wrong(f"{part}.{name}", f"is unknown to deal {deal.id}; known are {listed}")
            _figures(value, f"{part}.{name}", part)
            if part == "accounts" and isinstance(value, Mapping):
                _reserves(deal, value.get("reserves", {}), f"{part}.{name}.reserves")
    return dict(opening)


def _mapping(content: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise _wrong(path, "must be an object { … }")
    return content


def _wrong(path: str, problem: str) -> BalanceInvalid:
    return BalanceInvalid(f"Opening balances: {path} {problem}. See docs/deals.md §11.", path=path)


def _figures(value: Any, path: str, part: str) -> None:
    """Check one balance: text that is a number, or an object of such."""
    if part == "triggers":
        if not isinstance(value, bool):
            raise _wrong(path, "must be true or false")
        return
    if part == "pots" or isinstance(value, str):
        _figure(value, path)
        return
    for name, inner in _mapping(value, path).items():
        here = f"{path}.{name}"
        if isinstance(inner, list) and (name == "members" or ".reserves." in path):
            for n, each in enumerate(inner):
                _figure(each, f"{here}[{n}]")
        elif name == "year" and isinstance(inner, int):
            continue
        elif name in ("begun", "once") and isinstance(inner, bool):
            continue
        elif name in FIGURES or not isinstance(inner, Mapping):
            _figure(inner, here)
        else:
            _figures(inner, here, "")


def _reserves(deal: Deal, content: Any, path: str) -> None:
    """Check what reserves keep: by reserve, period of withholding and clause, a list of parts."""
    for name, layers in _mapping(content, path).items():
        for label, clauses in _mapping(layers, f"{path}.{name}").items():
            here = f"{path}.{name}.{label}"
            if not _is_period(deal, label):
                raise _wrong(here, f"is no {deal.period_kind} in which money was withheld")
            for clause, parts in _mapping(clauses, here).items():
                if not isinstance(parts, list):
                    raise _wrong(f"{here}.{clause}", "must be a list of parts to release")


def _is_period(deal: Deal, label: str) -> bool:
    try:
        return label_kind(label) == deal.period_kind
    except InvalidValue:
        return False


def _figure(value: Any, path: str) -> None:
    try:
        if not isinstance(value, str):
            raise ValueError
        balance(value)
    except (ValueError, DomainError):
        raise _wrong(path, f"is {value!r}, which is no number written as text") from None


def check_costs(costs: Sequence[Mapping[str, Any]]) -> None:
    """Raise TableInvalid for a cost without category, or whose amount or date can't be read."""
    for at, cost in enumerate(costs, 1):
        row = cost.get("_row", at)
        for name in ("category", "amount"):
            if cost.get(name) in (None, ""):
                raise TableInvalid(f"Cost in row {row} has no {name}.", row=row, column=name)
        _number(cost["amount"], f"Cost in row {row}: amount", row=row)
        _date(cost.get("date"), f"Cost in row {row}: date", row=row)
        if cost.get("currency"):
            minor_units(cost["currency"])


def check_tables(rates: Any, fx: Any) -> None:
    """Raise TableInvalid for rate tables or an exchange table that can't be read."""
    if not isinstance(rates, Mapping) or not all(
        isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows)
        for rows in rates.values()
    ):
        raise TableInvalid('Rate tables look like {"name": [{"per_unit": "0.12"}]}.')
    if not isinstance(fx, Mapping) or not isinstance(fx.get("rates", []), Sequence):
        raise TableInvalid('An exchange table looks like {"pivot": "EUR", "rates": [ … ]}.')
    for name, rows in rates.items():
        for at, row in enumerate(rows):
            for column, value in _numbers_of(row):
                _number(value, f"Table {name}, row {at + 1}: {column}", table=name)
            for column in ("from", "to"):
                _date(row.get(column), f"Table {name}, row {at + 1}: {column}", table=name)
    for at, row in enumerate(fx.get("rates", [])):
        if not isinstance(row, Mapping) or number_or_none(row.get("rate")) is None:
            raise TableInvalid(f"Exchange table, row {at + 1}: the rate is no number.", row=at + 1)
        if number(row["rate"]) <= 0:
            raise TableInvalid(f"Exchange table, row {at + 1}: a rate is above zero.", row=at + 1)


def _numbers_of(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for column in ("per_unit", "per_minute", "percent", "parts"):
        if row.get(column) not in (None, ""):
            yield column, row[column]


def number_or_none(value: Any) -> Any:
    """Return the exact number, or None where there is none."""
    try:
        return number(value)
    except (DomainError, TypeError, ValueError):
        return None


def _number(value: Any, place: str, **extra: Any) -> None:
    if number_or_none(value) is None:
        raise TableInvalid(f"{place} is {value!r}, which is no number.", **extra)


def _date(value: Any, place: str, **extra: Any) -> None:
    if value in (None, ""):
        return
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        raise TableInvalid(f"{place} is {value!r}. Write dates like 2026-03-31.", **extra) from None
