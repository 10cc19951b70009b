"""Inclusive outside, half-open inside; and only plain numbers are numbers."""

from datetime import date
from decimal import Decimal

import pytest

from kernel.currencies import MINOR_UNITS, minor_units
from kernel.errors import InvalidValue
from kernel.ids import uuid7
from kernel.numbers import parse_decimal
from kernel.period import Period, label_kind


def test_the_last_day_is_included_and_the_next_is_not():
    first_quarter = Period.inclusive(date(2026, 1, 1), date(2026, 3, 31))
    assert first_quarter == Period.of("2026-Q1")
    assert first_quarter.contains(date(2026, 3, 31))
    assert not first_quarter.contains(date(2026, 4, 1))
    assert first_quarter.last_day == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("label", "starts", "first", "last"),
    [
        ("2026", "01-01", (2026, 1, 1), (2026, 12, 31)),
        ("2026", "07-01", (2026, 7, 1), (2027, 6, 30)),
        ("2026-H2", "01-01", (2026, 7, 1), (2026, 12, 31)),
        ("2026-Q4", "04-01", (2027, 1, 1), (2027, 3, 31)),
        ("2026-02", "01-01", (2026, 2, 1), (2026, 2, 28)),
        ("2024-02", "01-01", (2024, 2, 1), (2024, 2, 29)),
        ("2026-12", "01-01", (2026, 12, 1), (2026, 12, 31)),
    ],
)
def test_accounting_periods(label, starts, first, last):
    period = Period.of(label, year_starts=starts)
    assert (period.start, period.last_day) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "label", ["2026-Q5", "2026-13", "2026-00", "26", "2026-H3", "Q1", "2026-1"]
)
def test_what_is_no_period_is_refused(label):
    with pytest.raises(InvalidValue):
        Period.of(label)


def test_kinds_of_label():
    kinds = [label_kind(label) for label in ("2026", "2026-H1", "2026-Q1", "2026-03")]
    assert kinds == ["year", "half", "quarter", "month"]


def test_perpetual_periods_overlap_what_follows():
    perpetual = Period(date(2026, 1, 1), None)
    assert perpetual.overlaps(Period.of("2030"))
    assert not perpetual.overlaps(Period.of("2025"))


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "1e5", "1_000", "１２", "1,5", " 1", "1 ", "", "+1", ".5", "5.", "1\n"]
    + ["1" * 16, "0." + "1" * 16, "1e999999"],
)
def test_only_plain_numbers_are_numbers(text):
    with pytest.raises(InvalidValue):
        parse_decimal(text)


def test_plain_numbers_stay_as_written():
    assert parse_decimal("-12.340") == Decimal("-12.340")
    assert str(parse_decimal("-0")) == "0"


def test_every_currency_knows_its_smallest_unit():
    assert [minor_units(code) for code in ("USD", "JPY", "KWD", "CLF")] == [2, 0, 3, 4]
    assert len(MINOR_UNITS) > 150
    with pytest.raises(InvalidValue, match="ISO 4217"):
        minor_units("usd")


def test_keys_sort_by_time():
    earlier, later = uuid7(1_000), uuid7(2_000)
    assert earlier < later
    assert (earlier.version, earlier.variant) == (7, "specified in RFC 4122")
