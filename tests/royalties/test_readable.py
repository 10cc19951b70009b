"""Exact figures as people read them."""

from fractions import Fraction

import pytest

from royalties.engine.values import balance, money, readable, text


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("11.875", "11.875"),
        ("1/3", "0.333333…"),
        ("-2/3", "-0.666666…"),
        ("1000000/3", "333333.333333…"),
        ("0", "0"),
        ("0.0000001", "0.000000…"),
    ],
)
def test_what_does_not_end_is_cut_off_and_says_so(exact, shown):
    assert readable(Fraction(exact)) == shown


@pytest.mark.parametrize("exact", ["1/3", "-7/30", "12.5", "100000000000000000000.01", "-0.5"])
def test_balances_read_back_exactly(exact):
    assert balance(text(Fraction(exact))) == Fraction(exact)


@pytest.mark.parametrize(
    ("units", "currency", "shown"),
    [
        (1234, "USD", "12.34"),
        (-5, "USD", "-0.05"),
        (0, "USD", "0.00"),
        (7, "JPY", "7"),
        (-1, "KWD", "-0.001"),
    ],
)
def test_money_is_written_with_its_currencys_digits(units, currency, shown):
    assert money(units, currency) == shown
