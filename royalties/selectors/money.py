"""Smallest units and amounts as text, both ways."""

from decimal import Decimal

from kernel.currencies import minor_units
from kernel.numbers import parse_decimal


def written(units: int, currency: str) -> str:
    """Return smallest units as an amount: 1234 USD is 12.34."""
    return f"{Decimal(units).scaleb(-minor_units(currency)):f}"


def minor(amount: str, currency: str) -> int:
    """Return an amount as smallest units."""
    return int(parse_decimal(amount).scaleb(minor_units(currency)))
