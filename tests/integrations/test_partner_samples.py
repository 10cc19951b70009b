"""The trade's own sample files (MEDIATRACK_SAMPLES): what the product must make of them."""

from decimal import Decimal
from pathlib import Path

import pytest

from integrations.files.contract import ProfileUnknown
from tests.integrations.conftest import Read, lines

YOUTUBE = "DSR_TEST_YouTube_AdSupport-music_2015-Q4_IS_1of1_20160121T150926.tsv"


def test_the_well_formed_dsr_file_gives_its_own_total(read: Read, partner_samples: Path) -> None:
    reading = read(partner_samples / "ddex-dsr" / YOUTUBE)
    v = reading.validation
    assert not v.refused
    assert (v.rejected, v.quarantined, v.accepted) == (0, 0, v.rows_read)
    (total,) = v.totals
    assert (total.currency, total.reported, total.accepted) == ("USD", "15763.58", "15763.58")
    said = {name: v.facts[name] for name in ("lines_in_file", "summaries", "blocks")}
    assert said == {"lines_in_file": "35", "summaries": "4", "blocks": "3"}
    scale = v.scales["amount"]
    whole = sum(line["amount"] for line in lines(reading))
    assert Decimal(whole).scaleb(-scale) == Decimal("15763.58")


def test_the_stubs_are_refused_with_row_and_cell(read: Read, partner_samples: Path) -> None:
    stubs = sorted((partner_samples / "ddex-dsr").glob("*_AU_*.tsv"))
    assert len(stubs) == 3
    for stub in stubs:
        v = read(stub).validation
        assert v.refused
        assert (v.rows_read, v.accepted, v.totals) == (0, 0, [])
        assert all(error.row >= 1 and error.column for error in v.errors)
        assert any(e.code == "dsr_count" and e.column == "NumberOfLinesInFile" for e in v.errors)
        assert any(e.code == "dsr_cell_missing" and e.row == 1 for e in v.errors)


def test_a_statement_in_no_currency_is_held_and_taken_when_told(
    read: Read, partner_samples: Path
) -> None:
    path = partner_samples / "cwr" / "royaltystatement.csv"
    held = read(path).validation
    assert (held.rows_read, held.quarantined, held.rejected) == (6, 6, 0)
    assert [(e.row, e.column) for e in held.errors] == [(row, "Currency") for row in range(2, 8)]
    taken = read(path, currency="EUR")
    assert (taken.validation.accepted, taken.validation.totals[0].accepted) == (6, "600.51")
    assert [e.outcome for e in taken.validation.errors] == ["note"] * 6
    first = lines(taken)[0]
    assert (first["own"], first["right_type"], first["title"]) == (
        "X123",
        "performance",
        "Not in there",
    )


@pytest.mark.parametrize(
    "name", ["cwr/dataimport.csv", "tis/tis-tree.csv", "movielabs/TV_v1.8.xlsx"]
)
def test_a_file_of_another_kind_is_answered_with_what_is_missing(
    name: str, read: Read, partner_samples: Path
) -> None:
    with pytest.raises(ProfileUnknown) as refused:
        read(partner_samples / name)
    assert refused.value.extra["detection"]["raw"]
    assert "sales" in refused.value.detail
