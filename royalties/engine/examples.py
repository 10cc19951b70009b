"""A deal's own worked examples: run, and held against what they expect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.errors import DomainError
from royalties.engine.calculate import calculate
from royalties.engine.given import Matcher
from royalties.engine.lines import Lines
from royalties.engine.terms import Deal

APART = ("closing", "pots", "costs_raised", "untaken")


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example: its name, and every figure that came out differently."""

    name: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every expected figure came out."""
        return not self.differences


def run_examples(
    deal: Deal, *, matcher: Matcher, pause: Callable[[], None] = lambda: None
) -> list[ExampleResult]:
    """Return each of the deal's examples with its differences.

    ``pause`` is called before each period; what it raises ends the whole.
    """
    return [ExampleResult(e["name"], _differences(deal, e, matcher, pause)) for e in deal.examples]


def _differences(
    deal: Deal, example: Mapping[str, Any], matcher: Matcher, pause: Callable[[], None]
) -> tuple[str, ...]:
    balances, found = example.get("opening"), list[str]()
    for period in example["periods"]:
        pause()
        try:
            calculation = calculate(
                deal,
                period=period["period"],
                lines=Lines.from_rows(period.get("lines", [])),
                costs=period.get("costs", []),
                opening=balances,
                rates=example.get("rates"),
                fx=example.get("fx"),
                matcher=matcher,
            )
        except DomainError as error:
            return (*found, f"{period['period']}: refused, {error.detail}")
        balances = calculation.result["closing"]
        found += [
            f"{period['period']}: {line}"
            for line in compare(period.get("expect", {}), calculation.result)
        ]
    return tuple(found)


def compare(expect: Mapping[str, Any], result: Mapping[str, Any]) -> list[str]:
    """Return where a result departs from what ``expect`` names."""
    payees = {name: value for name, value in expect.items() if name not in APART}
    found = _apart(payees, result["payees"], "")
    for name in ("closing", "pots", "costs_raised"):
        found += _apart(expect.get(name, {}), result[name], name)
    untaken = {group: each["amount"] for group, each in result["untaken"].items()}
    return found + _apart(expect.get("untaken", {}), untaken, "untaken")


def _apart(expected: Any, found: Any, path: str) -> list[str]:
    if isinstance(expected, Mapping):
        inner = found if isinstance(found, Mapping) else {}
        return [
            line
            for name, value in expected.items()
            for line in _apart(value, inner.get(name), f"{path}.{name}".lstrip("."))
        ]
    return [] if expected == found else [f"{path} is {found}, expected {expected}"]
