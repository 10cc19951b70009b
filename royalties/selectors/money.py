"""Smallest units and amounts as text, both ways."""

from decimal import Decimal

from kernel.currencies import minor_units


def written(units: int, currency: str) -> str:
    """Return smallest units as an amount: 1234 USD is 12.34."""
    return f"{Decimal(units).scaleb(-minor_units(currency)):f}"


def plain(value: Decimal) -> str:
    """Return an exact number without idle zeros; nothing is rounded, however long it is."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def minor(amount: str, currency: str) -> int:
    """Return an amount as smallest units."""
    return int(Decimal(amount).scaleb(minor_units(currency)))
