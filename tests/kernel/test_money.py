"""Dividing and rounding money: nothing is ever lost."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidValue
from kernel.money import Money, allocate, apportion, quantized, round_minor


def test_thirds_of_a_hundred_go_to_the_earlier_payee():
    thirds = allocate(Money(Decimal("100.00"), "EUR"), [1, 1, 1])
    assert [str(part.amount) for part in thirds] == ["33.34", "33.33", "33.33"]


def test_a_loss_is_divided_as_exactly_as_a_gain():
    parts = allocate(Money(Decimal("-100.00"), "EUR"), [1, 1, 1])
    assert [str(part.amount) for part in parts] == ["-33.33", "-33.33", "-33.34"]


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_parts_always_sum_to_the_whole(units, weights, currency):
    whole = Money.from_minor(units, currency)
    parts = allocate(whole, weights)
    assert sum(part.to_minor() for part in parts) == units
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.to_minor() - Fraction(units * weight, total)) < 1


def test_parts_that_cannot_make_the_whole_are_refused():
    with pytest.raises(InvalidValue):
        apportion(10, [Fraction(1), Fraction(1)])


@pytest.mark.parametrize(
    ("exact", "currency", "units"),
    [
        ("1.005", "USD", 101),
        ("-1.005", "USD", -101),
        ("1.0049", "USD", 100),
        ("0.5", "JPY", 1),
        ("1.0005", "KWD", 1001),
    ],
)
def test_posting_rounds_halves_away_from_zero(exact, currency, units):
    assert round_minor(Fraction(exact), currency) == units


@pytest.mark.parametrize(
    ("exact", "mode", "rounded"),
    [
        ("0.34125", "ROUND_DOWN", "0.3412"),
        ("-0.34125", "ROUND_DOWN", "-0.3412"),
        ("0.34121", "ROUND_UP", "0.3413"),
        ("0.34125", "ROUND_HALF_UP", "0.3413"),
        ("-0.34125", "ROUND_HALF_UP", "-0.3413"),
        ("0.34125", "ROUND_HALF_EVEN", "0.3412"),
        ("0.34135", "ROUND_HALF_EVEN", "0.3414"),
        ("-0.34135", "ROUND_HALF_EVEN", "-0.3414"),
    ],
)
def test_a_contract_chooses_its_rounding(exact, mode, rounded):
    assert quantized(Fraction(exact), 4, mode) == Fraction(rounded)


@given(st.decimals(-1000, 1000, places=7), st.sampled_from(["DOWN", "UP", "HALF_UP", "HALF_EVEN"]))
def test_rounding_agrees_with_decimal(number, mode):
    ours = quantized(Fraction(number), 4, f"ROUND_{mode}")
    assert ours == Fraction(number.quantize(Decimal("0.0001"), f"ROUND_{mode}"))


def test_currencies_do_not_mix():
    with pytest.raises(InvalidValue, match="USD and EUR"):
        Money(Decimal(1), "USD") + Money(Decimal(1), "EUR")
