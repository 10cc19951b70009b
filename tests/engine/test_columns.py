"""How lines reach the engine changes nothing: chunks, Arrow blocks, 64 bits or more."""

import math
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from kernel.errors import InvalidValue
from kernel.money import apportion_over
from kernel.period import Period
from royalties.engine import columns, gather, results
from royalties.engine.calculate import calculate
from royalties.engine.columns import Col, Sums, divide
from royalties.engine.errors import QuantityMissing, StatementTooLarge
from royalties.engine.given import Given
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from royalties.engine.values import balance, text
from royalties.engine.words import distinct
from territories.geography.resolver import matcher
from tests.engine.oracle.calculate import calculate as oracle
from tests.engine.world import matches

DEAL = {
    "schema": "mediatrack.deal/1",
    "deal": "COL-1",
    "title": "Columns",
    "direction": "out",
    "currency": "USD",
    "accounting": {"period": "quarter"},
    "parties": {"label": "L", "artist": "A"},
    "payees": {"artist": {"name": "A"}},
    "counters": {"sold": {"measure": "units", "over": "life"}},
    "income": [
        {
            "id": "records",
            "base": "list_price",
            "deductions": [{"percent": "25", "of": "base"}, {"per_unit": "0.10"}],
            "rate": {
                "tiers": {
                    "counter": "sold",
                    "kind": "marginal",
                    "steps": [{"over": "0", "percent": "10"}, {"over": "300", "percent": "15"}],
                }
            },
            "adjustments": [{"where": {"territory": "WORLD - US"}, "factor": "1/3"}],
            "to": "artist",
        }
    ],
}


def rows(count: int) -> list[dict[str, str]]:
    """Return sales and returns over a few works and places."""
    chance = random.Random(7)
    return [
        {
            "work": f"W{chance.randrange(5)}",
            "territory": chance.choice(["US", "GB", "DE"]),
            "units": str(chance.randrange(-2, 9)),
            "list_price": f"{chance.randrange(100, 3000) / 100:.2f}",
        }
        for _ in range(count)
    ]


def result_of(lines: Lines, deal: dict = DEAL) -> dict:
    """Return the engine's result for ``lines``."""
    return calculate(
        read_deal(deal),
        period="2026-Q1",
        lines=lines,
        costs=(),
        opening=None,
        rates=None,
        fx=None,
        matcher=matcher,
    ).result


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_a_chunk_changes_nothing(size, monkeypatch):
    whole = result_of(Lines.from_rows(rows(200)))
    monkeypatch.setattr(columns, "CHUNK", size)
    assert result_of(Lines.from_rows(rows(200))) == whole


@pytest.mark.parametrize("cut", [None, 1, 77])
def test_an_arrow_table_is_the_same_lines(cut):
    given = rows(200)
    table = pa.table(
        {
            "work": pa.array([row["work"] for row in given]).dictionary_encode(),
            "territory": [row["territory"] for row in given],
            "units": pa.array([int(row["units"]) for row in given], pa.int64()),
            "list_price": pa.array(
                [Decimal(row["list_price"]) for row in given], pa.decimal128(38, 15)
            ),
        }
    )
    if cut:
        table = pa.concat_tables([table.slice(0, cut), table.slice(cut)])
    assert result_of(Lines.from_arrow(table)) == result_of(Lines.from_rows(given))


def test_the_largest_numbers_are_exact():
    line = {
        "work": "W",
        "territory": "US",
        "units": "9.123456789012345",
        "list_price": "999999999999999.999999999999999",
    }
    found = result_of(Lines.from_rows([line] * 3))
    units, price = Fraction(line["units"]), Fraction(line["list_price"])
    base = 3 * (units * price * Fraction(3, 4) - units / 10)
    exact = base * Fraction(10, 100)
    assert Fraction(found["payees"]["artist"]["earned"]["records"]) == round(exact, 2)


@pytest.mark.parametrize("widths", [(3, 4), (40, 1, 2), (1 << 20, 1 << 20), (1 << 31,) * 3])
def test_rows_alike_are_found_whatever_the_numbers(widths):
    chance = random.Random(len(widths))
    few = [[chance.randrange(-1, width - 1) for _ in range(5)] for width in widths]
    data = [tuple(chance.choice(each) for each in few) for _ in range(500)]
    first, number = distinct([np.array(each) for each in zip(*data, strict=True)])
    expected = sorted(set(data))
    assert [data[at] for at in first] == expected
    assert [expected[at] for at in number] == data
    assert first.tolist() == [data.index(each) for each in expected]


@pytest.mark.parametrize("size", [1, 10**3, 10**9, 10**25])
@pytest.mark.parametrize("den", [1, 7, 10**4, 10**30])
def test_dividing_a_column_is_dividing_a_list(size, den):
    chance = random.Random(size * den)
    for _ in range(40):
        few = [chance.randrange(-size, size + 1) for _ in range(4)]
        parts = [chance.choice(few) for _ in range(chance.randrange(1, 30))]
        column = Col.of(np.array(parts, dtype=object), den)
        whole = Fraction(sum(parts), den)
        for total in {math.floor(whole), math.ceil(whole)}:
            assert divide(total, column).num.tolist() == apportion_over(total, parts, den)
    with pytest.raises(InvalidValue):
        divide(math.floor(whole) - 30, column)


def test_money_of_the_deals_own_currency_needs_no_day():
    deal = {**DEAL, "fx": {"source": "ECB", "at": "received"}}
    given = [{**row, "currency": "USD"} for row in rows(20)]
    foreign = {**given[0], "currency": "EUR", "received_on": "2026-02-01"}
    table = {"pivot": "EUR", "rates": [{"currency": "USD", "on": "2026-01-01", "rate": "1.25"}]}
    lines = Lines.from_rows([*given, foreign])
    found = calculate(read_deal(deal), period="2026-Q1", lines=lines, fx=table, matcher=matcher)
    dollars = {**given[0], "list_price": str(Decimal(given[0]["list_price"]) * Decimal("1.25"))}
    assert found.result["payees"] == result_of(Lines.from_rows([*given, dollars]))["payees"]
    lines = Lines.from_rows([*given, {**foreign, "received_on": ""}])
    with pytest.raises(QuantityMissing, match="received_on"):
        calculate(read_deal(deal), period="2026-Q1", lines=lines, fx=table, matcher=matcher)


def test_balances_of_any_length_are_written_and_read():
    chance = random.Random(3)
    for digits in (3, 3999, 4000, 4001, 12000):
        above, below = (chance.randrange(1, 10**digits) for _ in range(2))
        for exact in (Fraction(-above, below), Fraction(above), Fraction(-above, 10**digits)):
            assert balance(text(exact)) == exact
    assert text(Fraction(10**8000)) == "1" + "0" * 8000


def test_a_quarter_of_daily_rates_through_a_pivot():
    chance = random.Random(5)
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3) for day in range(1, 29)]
    names = ["GBP", "JPY", "SEK", "INR", "BRL"]
    quoted = [
        {"currency": name, "on": day, "rate": f"{chance.randrange(5000, 1500000) / 10000:.4f}"}
        for name in [*names, "USD"]
        for day in days
    ]
    given = [
        {**row, "currency": chance.choice(names), "sold_on": chance.choice(days)}
        for row in rows(900)
    ]
    document = {**DEAL, "fx": {"source": "ECB", "at": "sold_on"}}
    table = {"pivot": "EUR", "rates": quoted}
    lines = Lines.from_rows(given)
    done = calculate(read_deal(document), period="2026-Q1", lines=lines, fx=table, matcher=matcher)
    slow = oracle(document, period="2026-Q1", lines=given, fx=table, matches=matches)
    assert done.result["payees"] == slow["payees"]
    assert done.result["closing"] == slow["closing"]
    amounts = {(c["work"], c["territory"]): c["amount"] for c in slow["cells"]}
    assert amounts == {(c["work"], c["territory"]): c["amount"] for c in results.rows(done.cells)}


def test_money_beyond_what_is_stored_is_refused():
    line = {"work": "W", "units": "99", "list_price": "999999999999999.99"}
    with pytest.raises(StatementTooLarge):
        result_of(Lines.from_rows([line] * 99))


def test_sums_of_full_64_bit_values_do_not_wrap():
    near = (1 << 62) - 1
    column = Col.of(np.full(9, near, dtype=np.int64))
    groups = np.zeros(9, dtype=np.int64)
    assert column.total() == 9 * near
    sums = Sums(1)
    sums.add(groups, column)
    assert sums.col().at(0) == 9 * near
    assert column.plus(column).at(0) == 2 * near
    assert column.times(column).at(0) == near * near


def test_days_keep_no_lines_apart_where_they_change_nothing():
    given = rows(200)
    dated = [{**row, "sold_on": f"2026-02-{1 + n % 28:02}"} for n, row in enumerate(given)]
    deal = read_deal(DEAL)
    found = Given(
        deal, "2026-Q1", Period.of("2026-Q1"), Lines.from_rows(dated), (), {}, {}, matcher
    )
    stage = gather.begin(found)
    places = {(row["work"], row["territory"]) for row in given}
    assert len(gather.gather(stage, deal.clauses[0], [])) == len(places)


@pytest.mark.parametrize("others", [0, 70])
def test_a_royalty_counter_counts_however_many_stand_before_it(others):
    deal = {
        **DEAL,
        "counters": {
            **DEAL["counters"],
            **{f"c{n}": {"measure": "units"} for n in range(others)},
            "paid": {"measure": "royalty", "of": ["records"], "where": {"territory": "GB"}},
        },
    }
    here = [row for row in rows(200) if row["territory"] == "GB"]
    found = result_of(Lines.from_rows(here), deal)
    paid = Fraction(found["closing"]["counters"]["paid"]["value"])
    assert paid
    assert Fraction(found["payees"]["artist"]["earned"]["records"]) == round(paid, 2)
