"""The engine equals the oracle, to the last unit, on random deals of every term."""

import os
import random
from decimal import Decimal
from fractions import Fraction

import pytest

from kernel.errors import DomainError
from royalties.engine import rated, schema
from royalties.engine.calculate import calculate
from royalties.engine.errors import DealInvalid
from royalties.engine.explain import lines_behind
from royalties.engine.groups import PLACE
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from royalties.engine.results import rows
from territories.geography.resolver import matcher
from tests.engine.deals import make
from tests.engine.oracle.calculate import calculate as oracle
from tests.engine.oracle.numbers import OracleRefusal
from tests.engine.world import matches

COUNT = int(os.environ.get("MEDIATRACK_DEALS", "1500"))
SHARDS = 10


def by_engine(deal, period, rates, fx, opening, lines=None):
    """Return the engine's result, or the code of its refusal."""
    lined = period["lines"] if lines is None else lines
    try:
        done = calculate(
            deal,
            period=period["period"],
            lines=Lines.from_rows(lined),
            costs=period["costs"],
            opening=opening,
            rates=rates,
            fx=fx,
            matcher=matcher,
        )
    except DomainError as error:
        return error.code
    result = {name: each for name, each in done.result.items() if name != "statement"}
    return {**result, "cells": list(rows(done.cells))}


def by_oracle(document, period, rates, fx, opening):
    """Return the oracle's result, or the code of its refusal."""
    try:
        return oracle(
            document,
            period=period["period"],
            lines=period["lines"],
            costs=period["costs"],
            opening=opening,
            rates=rates,
            fx=fx,
            matches=matches,
        )
    except OracleRefusal as refusal:
        return refusal.code


def in_order(result):
    """Return a result with its lists in one order."""
    if isinstance(result, str):
        return result
    cells = sorted(result["cells"], key=lambda c: [str(v) for v in c.values()])
    return {**result, "cells": cells, "overlaps": sorted(result["overlaps"], key=str)}


def sound(seed):
    """Return the deal of a seed with its inputs, or None where the language forbids the deal."""
    document, periods, rates, fx = make(seed)
    assert schema.problems(document) == [], seed
    try:
        return read_deal(document), document, periods, rates, fx
    except DealInvalid:
        return None


@pytest.mark.parametrize("shard", range(SHARDS))
def test_engine_and_oracle_agree_on_random_deals(shard):
    compared = 0
    for seed in range(shard, COUNT, SHARDS):
        made = sound(seed)
        if made is None:
            continue
        deal, document, periods, rates, fx = made
        opening = None
        for period in periods:
            ours = in_order(by_engine(deal, period, rates, fx, opening))
            theirs = in_order(by_oracle(document, period, rates, fx, opening))
            assert ours == theirs, f"seed {seed}, {period['period']}"
            if isinstance(ours, str):
                break
            compared += 1
            opening = ours["closing"]
    assert compared > COUNT / SHARDS


@pytest.mark.parametrize("seed", range(0, 120))
def test_row_order_and_the_splitting_of_a_file_change_nothing(seed):
    made = sound(seed)
    if made is None:
        pytest.skip("the language forbids this deal")
    deal, _, periods, rates, fx = made
    period = periods[0]
    whole = by_engine(deal, period, rates, fx, None)
    shuffled = list(period["lines"])
    random.Random(seed).shuffle(shuffled)
    assert in_order(by_engine(deal, period, rates, fx, None, shuffled)) == in_order(whole)
    halves = [
        half
        for line in period["lines"]
        for half in ([line] if line["units"] % 2 else _halves(line))
    ]
    split = in_order(by_engine(deal, period, rates, fx, None, halves))
    if _is_linear(deal) and not isinstance(split, str):
        assert split["payees"] == whole["payees"]


@pytest.mark.parametrize("seed", range(420, 500))
def test_denominators_of_their_own_change_nothing(seed, monkeypatch):
    made = sound(seed)
    if made is None:
        pytest.skip("the language forbids this deal")
    deal, _, periods, rates, fx = made
    usual = by_engine(deal, periods[0], rates, fx, None)
    monkeypatch.setattr(rated, "WIDEST", 0)
    assert by_engine(deal, periods[0], rates, fx, None) == usual


def _halves(line):
    """Return a line as two: half the units and amount each (exact at one digit more)."""

    def half(value):
        return format(Decimal(value) / 2, "f")

    part = {**line, "units": line["units"] // 2, "amount": half(line["amount"])}
    part["society_paid"] = half(line["society_paid"])
    return [part, part]


def _is_linear(deal):
    """Return whether every base halves with its line (megabytes don't)."""
    return all(c.base is None or c.base.quantity != "megabytes" for c in deal.clauses)


@pytest.mark.parametrize("seed", range(200, 300))
def test_nothing_is_lost_between_a_clause_and_its_cells(seed):
    made = sound(seed)
    if made is None:
        pytest.skip("the language forbids this deal")
    deal, _, periods, rates, fx = made
    try:
        done = calculate(
            deal,
            period=periods[0]["period"],
            lines=Lines.from_rows(periods[0]["lines"]),
            costs=periods[0]["costs"],
            rates=rates,
            fx=fx,
            matcher=matcher,
        )
    except DomainError:
        pytest.skip("refused")
    listed = list(rows(done.cells))
    for name, posted in done.parts.posted.items():
        assert sum(posted.receivers.values()) == posted.total
        for payee in posted.receivers:
            if payee.startswith("pot:"):
                continue
            cells = [c for c in listed if (c["payee"], c["clause"]) == (payee, name)]
            earned = done.result["payees"][payee]["earned"][name]
            assert sum(Fraction(c["amount"]) for c in cells) == Fraction(earned)


def exact_at(blocks, key):
    """Return the exact money that a clause earned at a place, of one kind."""
    return sum(
        money
        for block in blocks
        for *found, money in zip(*(w.texts() for w in block.keys), block.money.list(), strict=True)
        if tuple(found) == key
    )


@pytest.mark.parametrize("seed", range(300, 420))
def test_every_row_opens_to_its_lines(seed):
    made = sound(seed)
    if made is None:
        pytest.skip("the language forbids this deal")
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
            return
        opening = done.result["closing"]
        for cell in rows(done.cells):
            if cell["kind"] != "sales":
                assert lines_behind(done, cell) == []
                continue
            place = tuple(cell[n] for n in PLACE)
            exact = exact_at(done.parts.earned[cell["clause"]].blocks, (*place, "sales"))
            shares = lines_behind(done, cell)
            assert sum(each.earned for each in shares) == exact
            assert sum(each.units for each in shares) == Fraction(cell["units"])
