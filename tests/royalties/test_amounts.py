"""Amounts as text."""

from decimal import Decimal

import pytest

from royalties.selectors.money import minor, plain, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("100", "100"),
        ("100.500000000000000", "100.5"),
        ("0.000000000000000", "0"),
        ("123456789012345678.123456789012345", "123456789012345678.123456789012345"),
    ],
)
def test_a_number_loses_idle_zeros_and_no_digit(value, text):
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(
    ("units", "currency", "text"), [(1234, "USD", "12.34"), (-5, "JPY", "-5"), (7, "KWD", "0.007")]
)
def test_smallest_units_and_amounts_are_the_same_money(units, currency, text):
    assert written(units, currency) == text
    assert minor(text, currency) == units
