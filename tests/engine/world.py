"""What the engine's tests share: territories, and examples as deals carry them."""

import json
from pathlib import Path

from territories.geography.resolver import matcher
from tests.engine.oracle.calculate import calculate as oracle_calculate

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def matches(expression, code, on):
    """Return whether a territory code lies in an expression on a day."""
    return matcher(expression, on=on)(code)


def example_deals():
    """Return {name: document} of every deal in docs/examples."""
    return {p.stem: json.loads(p.read_text("utf-8")) for p in sorted(EXAMPLES.glob("*.json"))}


def differences(expected, found, path=""):
    """Return where ``found`` departs from what ``expected`` names (and only from that)."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{path}: expected an object, found {found!r}"]
        return [
            line
            for name, value in expected.items()
            for line in differences(value, found.get(name), f"{path}.{name}".lstrip("."))
        ]
    return [] if expected == found else [f"{path}: expected {expected!r}, found {found!r}"]


def compared(expect, result):
    """Return the differences between an ``expect`` of a deal's example and a result."""
    payees = {
        n: v for n, v in expect.items() if n not in ("closing", "pots", "costs_raised", "untaken")
    }
    lines = differences(payees, result["payees"])
    for name in ("closing", "pots", "costs_raised"):
        lines += differences(expect.get(name, {}), result[name], name)
    untaken = {group: each["amount"] for group, each in result["untaken"].items()}
    return lines + differences(expect.get("untaken", {}), untaken, "untaken")


def run_by_oracle(deal, example):
    """Return [(period, result)] of an example, by the oracle."""
    balances, done = example.get("opening"), []
    for period in example["periods"]:
        result = oracle_calculate(
            deal,
            period=period["period"],
            lines=period.get("lines", []),
            costs=period.get("costs", []),
            opening=balances,
            rates=example.get("rates"),
            fx=example.get("fx"),
            matches=matches,
        )
        balances = result["closing"]
        done.append((period, result))
    return done
