"""Many rows at once read exactly as row by row: the same lines, findings, counts and money."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.files.batches import batches
from integrations.files.contract import UnreadableFile
from integrations.files.tables import Request, read_table
from integrations.files.texts import Row, TextTable
from integrations.profiles import Profile, shipped

HEADER = "title,isrc,own,territory,sold_on,usage_end,units,amount,currency,note"
OWN = Profile.of(
    {
        "format": "mediatrack.import/1", "name": "own", "version": 1, "title": "own",
        "columns": {
            "title": {"concat": [["title"], ["note"]], "separator": " / "},
            "isrc": {"header": ["isrc"]}, "own": {"header": ["own"]},
            "territory": {"header": ["territory"], "default": "SE"},
            "sold_on": {"header": ["sold_on"]}, "usage_end": {"header": ["usage_end"]},
            "units": {"header": ["units"]}, "amount": {"header": ["amount"], "required": True},
            "currency": {"header": ["currency"]}, "source": {"constant": "Fjord"},
        },
        "skip": [{"name": "notes", "header": ["note"], "equals": ["skip me"]}],
    }
)  # fmt: skip


class OneByOne:
    """A text table that hides what it is, so that its rows are read one by one."""

    kind = "csv"
    sheet = ""

    def __init__(self, table: TextTable) -> None:
        self._table = table
        self.encoding, self.delimiter, self.reason = table.encoding, table.delimiter, table.reason

    def sheets(self) -> list[str]:
        return []

    def rows(self) -> Iterator[Row]:
        return self._table.rows()


def outcome(path: Path, profile: Profile, *, in_bulk: bool, currency: str = "") -> dict[str, Any]:
    """Return all that a reading says, its Parquet files as rows."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Request(path, path.name, Path(folder), "", 0, chosen=profile, currency=currency)
        table: Any = TextTable(path, ",")
        try:
            reading = read_table(table if in_bulk else OneByOne(table), asked)
        except UnreadableFile as refused:
            return {"refused": refused.detail}
        told = asdict(reading)
        for name in ("lines", "bad"):
            read = pq.read_table(told[name])
            told[name] = (str(read.schema), read.to_pylist())
        return told


def both_agree(text: str, profile: Profile, encoding: str = "utf-8", **more: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sales.csv"
        path.write_bytes(text.encode(encoding))
        bulk = outcome(path, profile, in_bulk=True, **more)
        assert bulk == outcome(path, profile, in_bulk=False, **more)
        return bulk


CELL = {
    "title": [
        "Tide", "Total", "Sub-total", "'=quoted", '"Said, ""so"""', "", "a\tb", "Öl", "x" * 1_001,
    ],
    "isrc": ["QZABC2400001", "QZ-ABC-24-00001", "odd", "", "1.9E+11"],
    "own": ["W1", "", "T-034.524.680-1", "QZ-ABC-24-00001"],
    "territory": ["SE", "Norway", "Atlantis", "", " us "],
    "sold_on": ["2026-01-05", "2026-02", "2026-Q1", "", "03/04/2026"],
    "usage_end": ["2026-02-28", "2026-03", "", "never"],
    "units": ["1", "1,000", "", "-2", "2.5", "x"],
    "amount": ["1.50", "-0", "0.000001", "(3.25)", "$4", "", "ten", "123456789012345", "-7", "+1"],
    "currency": ["EUR", "usd", "Shells", "", "JPY"],
    "note": ["", "skip me", "live", "Totals EUR"],
}  # fmt: skip


def _quoted(cell: str) -> str:
    return f'"{cell}"' if "," in cell and not cell.startswith('"') else cell


ROWS = st.lists(
    st.tuples(*(st.sampled_from(cells) for cells in CELL.values())).map(
        lambda cells: ",".join(map(_quoted, cells))
    )
    | st.sampled_from(
        ["", ",,,", "Total,,,,,,,9.99,EUR,", "A", ",".join("x" * 14), ",".join([""] * 12)]
    ),
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "EUR"]))
def test_bulk_and_single_rows_agree(rows: list[str], end: str, currency: str) -> None:
    both_agree(end.join([HEADER, *rows, ""]), OWN, currency=currency)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="a1,\"\n\r'= \0é", max_size=120))
def test_any_text_splits_alike(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_bytes(("a,b,c\n" + text).encode())
        table = TextTable(path, ",")
        expected = [row for row in table.rows() if row[0] > 1]
        found: list[Row] = []
        for batch in batches(table, 1, 3):
            found += [batch.row(at) for at in range(len(batch.numbers))] + batch.odd
        filled = [(number, cells + [""] * (3 - len(cells))) for number, cells in expected]
        got = {number: cells for number, cells in found if any(cells)}
        assert got == {number: cells for number, cells in filled if any(cells)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_goes_in_batches(encoding: str) -> None:
    rows = [
        f"Tide {n % 7} é,QZABC24000{n % 90:02},W{n},SE,2026-01,,1,{n}.25,EUR,"
        for n in range(20_000)
    ]
    read = both_agree("\n".join([HEADER, *rows]), OWN, encoding)
    assert read["validation"]["accepted"] == 20_000


def test_doubtful_quotes_far_down_change_nothing() -> None:
    rows = [f"Tide,,W{n},SE,2026-01,,1,1.25,EUR," for n in range(80_000)]
    rows[50_000] = '"Two\nlines",,W,SE,2026-01,,1,2.00,EUR,'
    rows[60_000] = 'A "live" one,,W,SE,2026-01,,1,2.00,EUR,'
    read = both_agree("\n".join([HEADER, *rows, ""]), OWN)
    assert read["validation"]["accepted"] == 80_000
    titles = {line["_row"]: line["title"] for line in read["lines"][1] if line["title"] != "Tide"}
    assert titles == {50_002: "Two\nlines", 60_003: 'A "live" one'}


def test_the_shipped_layouts_agree() -> None:
    samples = Path(__file__).parent / "samples"
    for name in ("mediatrack", "orchard", "tunecore", "soundcloud", "publisher"):
        text = (samples / f"{name}.csv").read_text("utf-8")
        both_agree(text, shipped()[name])
