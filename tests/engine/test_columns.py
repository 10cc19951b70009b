"""How lines reach the engine changes nothing: chunks, Arrow blocks, 64 bits or more."""

import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

from kernel.period import Period
from royalties.engine import gather
from royalties.engine.calculate import calculate
from royalties.engine.columns import Col, Sums
from royalties.engine.errors import StatementTooLarge
from royalties.engine.given import Given
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from territories.geography.resolver import matcher

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
    monkeypatch.setattr(gather, "CHUNK", size)
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
