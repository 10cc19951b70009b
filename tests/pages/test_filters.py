"""How pages write figures and time: exact, in the reader's own separators."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from jinja2 import UndefinedError

from foundation.pages import filters
from foundation.pages.environment import environment
from foundation.pages.surroundings import Surroundings, shown_to
from kernel.money import Money
from kernel.period import Period

SPACE = "\N{NO-BREAK SPACE}"


def money(amount, currency="EUR"):
    """Return an amount as text, with plain spaces."""
    return filters.money_text((Decimal(amount), currency)).replace(SPACE, " ")


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("-1234.5", "EUR", "−1,234.50 EUR"),
        ("0", "EUR", "0.00 EUR"),
        ("1E+3", "JPY", "1,000 JPY"),
        ("1234567.891", "KWD", "1,234,567.891 KWD"),
        ("0.004321", "USD", "0.004321 USD"),
        ("999", "EUR", "999.00 EUR"),
    ],
)
def test_money_has_its_currency_its_units_and_every_decimal(amount, currency, written):
    assert money(amount, currency) == written


def test_an_amount_under_a_head_that_names_the_currency_has_its_units_all_the_same():
    assert ">−1,234.50</data>" in filters.amount("-1234.5", "EUR")
    assert 'class="money negative"' in filters.amount("-1234.5", "EUR")
    assert ">7</data>" in filters.amount(Decimal(7), "JPY")
    assert "none" in filters.amount(None, "EUR")


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("de", "1.234.567,50 EUR"),
        ("fr-FR", "1\u202f234\u202f567,50 EUR"),
        ("en-IN", "12,34,567.50 EUR"),
        ("no such", "1,234,567.50 EUR"),
    ],
)
def test_money_is_written_in_the_readers_separators(locale, written):
    with shown_to(Surroundings(locale=locale)):
        assert money("1234567.5") == written


def test_a_negative_amount_is_marked_by_its_sign_not_by_colour_alone():
    shown = filters.money(Money(Decimal("-3"), "EUR"))
    assert 'class="money negative" value="-3">−3.00' in shown


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("0.125"), "12.5%"),
        (Decimal(1), "100%"),
        (Decimal("12"), "1,200%"),
        (Fraction(1, 3), "1/3"),
        (Fraction(3, 40), "7.5%"),
    ],
)
def test_a_rate_keeps_every_decimal(value, written):
    assert filters.percent(value) == written


def test_numbers_are_grouped():
    assert ">1,234,567<" in filters.number(1234567)


def test_days_cannot_be_mistaken():
    assert filters.day_text(date(2026, 9, 1)).replace(SPACE, " ") == "1 Sep 2026"


def test_a_moment_is_the_readers_with_utc_beside_it():
    with shown_to(Surroundings(zone="Asia/Tokyo")):
        shown = filters.moment(datetime(2026, 11, 20, 18, 30, tzinfo=UTC))
    assert shown.replace(SPACE, " ") == (
        '<time datetime="2026-11-20T18:30:00Z" title="2026-11-20 18:30 UTC">'
        "21 Nov 2026, 03:30</time>"
    )


def test_a_period_includes_its_last_day():
    shown = filters.period(Period.of("2026-Q1")).replace(SPACE, " ")
    assert "1 Jan 2026" in shown
    assert "31 Mar 2026" in shown


@pytest.mark.parametrize("written", [filters.money, filters.number, filters.day, filters.moment])
def test_nothing_is_a_dash_that_is_read_as_none(written):
    assert "none" in written(None)


def test_text_is_escaped_and_a_missing_name_is_an_error():
    jinja = environment(autoescape=True)
    assert jinja.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        jinja.from_string("{{ y }}").render()
