"""Statement rows as a table: stored, read back, in order, with a fingerprint to check."""

import hashlib
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from royalties.engine import results
from royalties.engine.calculate import calculate, results_hash
from royalties.engine.lines import Lines
from royalties.engine.reading import read_deal
from territories.geography.resolver import matcher

DEAL = {
    "schema": "mediatrack.deal/1",
    "deal": "ROWS-1",
    "title": "Two writers",
    "direction": "out",
    "currency": "EUR",
    "accounting": {"period": "quarter"},
    "payees": {"zoe": {}, "abe": {}},
    "income": [
        {"id": "works", "base": "amount", "rate": {"percent": "50"}, "to": {"split": "both"}},
        {"id": "fee", "rate": {"fixed": "7.00"}, "to": "abe"},
    ],
    "splits": {"both": {"percent": {"zoe": "60", "abe": "40"}}},
}
LINES = [
    {"work": "B", "territory": "US", "units": "1.25", "amount": "10.01"},
    {"work": 'A "live", at last', "right_type": "performing", "units": "2", "amount": "-3.30"},
    {"work": "B", "territory": "DE", "units": "3", "amount": "0.05"},
    {"units": "4", "amount": "1.00"},
]


@pytest.fixture
def done():
    """A calculation of a few lines."""
    lines = Lines.from_rows(LINES)
    return calculate(read_deal(DEAL), period="2026-Q1", lines=lines, matcher=matcher)


def test_rows_stand_by_clause_payee_and_key(done):
    found = [
        (r["clause"], r["payee"], r["work"], r["territory"], r["units"], r["amount"])
        for r in results.rows(done.cells)
    ]
    assert found == [
        ("works", "zoe", None, None, "4", "0.30"),
        ("works", "zoe", 'A "live", at last', None, "2", "-0.99"),
        ("works", "zoe", "B", "DE", "3", "0.02"),
        ("works", "zoe", "B", "US", "1.25", "3.00"),
        ("works", "abe", None, None, "4", "0.20"),
        ("works", "abe", 'A "live", at last', None, "2", "-0.66"),
        ("works", "abe", "B", "DE", "3", "0.01"),
        ("works", "abe", "B", "US", "1.25", "2.00"),
        ("fee", "abe", None, None, "0", "7.00"),
    ]


def test_the_table_has_exact_numbers_and_one_shape(done):
    assert done.cells.schema.equals(results.SCHEMA)
    first = done.cells.to_pylist()[3]
    assert (first["amount"], first["units"], first["currency"]) == (300, Decimal("1.25"), "EUR")
    nothing = calculate(
        read_deal(DEAL | {"income": DEAL["income"][:1]}),
        period="2026-Q1",
        lines=Lines.from_rows([]),
        matcher=matcher,
    )
    assert nothing.cells.schema.equals(results.SCHEMA)
    assert nothing.result["statement"]["rows"] == 0


def test_stored_cells_are_the_same_cells(done):
    file = io.BytesIO()
    pq.write_table(done.cells, file, compression="zstd")
    stored = pq.read_table(file)
    pieces = pa.concat_tables([stored.slice(0, 1), stored.slice(1, 5), stored.slice(6)])
    for cells in (stored, pieces):
        assert list(results.rows(cells)) == list(results.rows(done.cells))
        assert results.summary(cells) == done.result["statement"]


def test_the_fingerprint_is_that_of_a_plain_file(done):
    def written(value):
        return "" if value is None else '"' + str(value).replace('"', '""') + '"'

    rows = [",".join(written(name) for name in results.SCHEMA.names)]
    for row in done.cells.to_pylist():
        row["units"] = int(row["units"] * 10**15)
        rows.append(",".join(written(value) for value in row.values()))
    text = "".join(row + "\n" for row in rows)
    assert results.fingerprint(done.cells) == hashlib.sha256(text.encode()).hexdigest()


def test_the_results_hash_covers_the_rows(done):
    other = {**done.result, "statement": {**done.result["statement"], "sha256": "0" * 64}}
    assert results_hash(done.result) == done.results_hash
    assert results_hash(other) != done.results_hash
