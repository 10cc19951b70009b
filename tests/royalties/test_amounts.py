"""Amounts as text."""

from decimal import Decimal
from fractions import Fraction

import pytest

from royalties.engine.values import money, text, to_minor


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("100", "100"),
        ("100.500000000000000", "100.5"),
        ("0.000000000000000", "0"),
        ("123456789012345678.123456789012345", "123456789012345678.123456789012345"),
    ],
)
def test_a_number_loses_idle_zeros_and_no_digit(value, written):
    assert text(Fraction(Decimal(value))) == written


@pytest.mark.parametrize(
    ("units", "currency", "written"),
    [(1234, "USD", "12.34"), (-5, "JPY", "-5"), (7, "KWD", "0.007")],
)
def test_smallest_units_and_amounts_are_the_same_money(units, currency, written):
    assert money(units, currency) == written
    assert to_minor(written, currency) == units
