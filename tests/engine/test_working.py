"""The working: every figure that opens adds up to what it opens into, down to lines and costs."""

from collections import Counter
from decimal import Decimal

import pytest

from kernel.errors import DomainError
from royalties.engine.calculate import calculate
from royalties.engine.explain import lines_of_clause
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from territories.geography.resolver import matcher
from tests.engine.test_agreement import sound
from tests.engine.world import example_deals

FROM = ("inflow", "rest")
ADDS_UP = ("pot", "owed", "rest")


def walked(node):
    """Yield a node and all nodes below it."""
    yield node
    for child in node.get("children", ()):
        yield from walked(child)


def departing(node):
    """Return whether a pot or a sum owed isn't what it opens into."""
    children = node.get("children", ())
    if node["code"] not in ADDS_UP or not children or "% of them" in node.get("note", ""):
        return False
    return sum(Decimal(child["amount"]) for child in children) != Decimal(node["amount"])


def test_pots_and_debts_of_random_waterfalls_add_up():
    seen = Counter()
    for seed in range(400):
        made = sound(seed)
        if made is None or not made[0].waterfall:
            continue
        deal, _, periods, rates, fx = made
        opening = None
        for period in periods:
            try:
                done = calculate(
                    deal,
                    period=period["period"],
                    lines=Lines.from_rows(period["lines"]),
                    costs=period["costs"],
                    opening=opening,
                    rates=rates,
                    fx=fx,
                    matcher=matcher,
                )
            except DomainError:
                break
            opening = done.result["closing"]
            for root in done.working.values():
                nodes = list(walked(root))
                assert [each for each in nodes if departing(each)] == [], seed
                seen.update(each["code"] for each in nodes)
    assert min(seen[code] for code in ("receipt", "cost", "rest", "taken", "owed")) > 20, seen


def test_a_films_waterfall_opens_down_to_receipts_and_costs():
    document = example_deals()["f1-film-waterfall"]
    [example] = document["examples"][:1]
    period = example["periods"][0]
    done = calculate(
        read_deal(document),
        period=period["period"],
        lines=Lines.from_rows(period["lines"]),
        costs=[{**cost, "_row": n} for n, cost in enumerate(period["costs"], 2)],
        matcher=matcher,
    )
    marketing = next(
        each for each in walked(done.working["distributor"]) if each["label"] == "marketing"
    )
    owed, pot = marketing["children"]
    costs = [each for each in walked(owed) if each["code"] == "cost"]
    wanted = [cost for cost in period["costs"] if cost["category"] == "marketing"]
    assert [Decimal(each["amount"]) for each in costs] == [Decimal(c["amount"]) for c in wanted]
    assert "costs row " in costs[0]["note"]
    labels = [each["label"] for each in walked(pot)]
    assert labels[:2] == ["In received", "From distribution"]
    receipts = {each["label"] for each in walked(pot) if each["code"] == "receipt"}
    assert receipts == {"sales"}
    lines = lines_of_clause(done, "sales", most=1000)
    assert len(lines) == len(period["lines"])
    assert sum(each.earned for each in lines) == done.parts.posted["sales"].exact


@pytest.mark.parametrize("name", ["f1-film-waterfall", "c11-co-publishing-with-fee"])
def test_a_waterfalls_working_says_each_step_once(name):
    document = example_deals()[name]
    period = document["examples"][0]["periods"][0]
    done = calculate(
        read_deal(document),
        period=period["period"],
        lines=Lines.from_rows(period["lines"]),
        costs=period.get("costs", []),
        matcher=matcher,
    )
    for root in done.working.values():
        for step in (each for each in walked(root) if each["code"] == "step"):
            opened = [e["label"] for e in walked(step) if e["code"] in FROM and "children" in e]
            assert len(opened) == len(set(opened))
