"""How the API writes values: moments in UTC, days, exact numbers as text."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal


def moment(value: datetime | None) -> str | None:
    """Return a moment in UTC, to the microsecond."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day(value: date | None) -> str | None:
    """Return a day."""
    return None if value is None else value.isoformat()


def exact(value: Decimal) -> str:
    """Return a number without an exponent and without idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def last_day(end: date | None) -> str | None:
    """Return the last day included of what ends before ``end``."""
    return None if end is None else (end - timedelta(days=1)).isoformat()
