"""The keys of lines: their money is exact, for amounts of any size and sign."""

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from royalties.linestore.keys import distinct

LINES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", None]),
        st.sampled_from(["EUR", "USD", None]),
        st.integers(-(10**17), 10**17) | st.none(),
    ),
    max_size=60,
)


@pytest.mark.parametrize("kind", [pa.int64(), pa.decimal128(38, 0)])
@given(lines=LINES)
def test_each_key_sums_its_lines_exactly(kind: pa.DataType, lines: list) -> None:
    titles, currencies, amounts = zip(*lines, strict=True) if lines else ((), (), ())
    wholes = [None if a is None else Decimal(a) for a in amounts]
    given_amounts = wholes if pa.types.is_decimal(kind) else list(amounts)
    table = pa.table(
        {
            "title": pa.array(titles, pa.string()),
            "currency": pa.array(currencies, pa.string()),
            "amount": pa.array(given_amounts, kind),
        }
    )
    keys = distinct(table, 0, currency="SEK")
    expected: dict[tuple[str, str], Decimal] = {}
    for title, currency, whole in zip(titles, currencies, wholes, strict=True):
        place = (title or "", currency or "SEK")
        expected[place] = expected.get(place, Decimal(0)) + (whole or 0)
    found = {
        (keys.texts["title"][at], currency): value
        for at, by_currency in enumerate(keys.amounts)
        for currency, value in by_currency.items()
    }
    assert found == expected
    assert sum(keys.lines) == len(lines)
