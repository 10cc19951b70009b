"""How pages write money, numbers, days and moments. Only ``rounded`` rounds.

Nothing here is escaped either: figures, dates and currency codes hold nothing to escape, and a list
writes hundreds of them.
"""

import functools
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import get_month_names
from babel.numbers import get_decimal_symbol, get_group_symbol
from markupsafe import Markup

from foundation.pages import surroundings
from kernel.currencies import minor_units
from kernel.money import Money, round_minor
from kernel.period import Period

MINUS, NO_BREAK = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
NOTHING = Markup(
    '<span class="nothing"><span aria-hidden="true">–</span><span class="unseen">none</span></span>'
)
MONTHS = get_month_names("abbreviated", locale="en")
Amount = Money | tuple[Decimal | str, str]


def money(value: Amount | None) -> Markup | str:
    """Return an amount with its currency, at least in its smallest units: −1,234.50 EUR.

    An amount finer than the smallest unit keeps every decimal it has. None is a dash.
    """
    if value is None:
        return _nothing()
    amount, currency = _parts(value)
    classes = "money negative" if amount < 0 else "money"
    text = _written(amount, minor_units(currency))
    return Markup(f'<data class="{classes}" value="{amount:f}">{text}{NO_BREAK}{currency}</data>')


def money_text(value: Amount) -> str:
    """Return an amount with its currency as plain text, for titles and messages."""
    amount, currency = _parts(value)
    return f"{_written(amount, minor_units(currency))}{NO_BREAK}{currency}"


def rounded(value: Amount | None) -> Markup | str:
    """Return an amount rounded to its currency's smallest unit, with every digit as its title.

    For sums that aren't money yet, such as what is at stake. None is a dash.
    """
    if value is None:
        return _nothing()
    exact, currency = _parts(value)
    units = round_minor(Fraction(exact), currency)
    short = Money.from_minor(units, currency).amount
    if short == exact:
        return money(value)
    classes = "money negative" if units < 0 else "money"
    text = _written(short, minor_units(currency))
    return Markup(
        f'<data class="{classes}" value="{exact:f}" title="{money_text(value)}">'
        f"{text}{NO_BREAK}{currency}</data>"
    )


def amount(value: Decimal | str | None, currency: str) -> Markup | str:
    """Return an amount without its currency, for tables whose head names it: −1,234.50."""
    if value is None:
        return _nothing()
    exact = Decimal(value)
    classes = "money negative" if exact < 0 else "money"
    return Markup('<data class="{}" value="{}">{}</data>').format(
        classes, f"{exact:f}", _written(exact, minor_units(currency))
    )


def number(value: Decimal | int | str | None) -> Markup | str:
    """Return a count or quantity with all its decimals: 1,234.5. None is a dash."""
    if value is None:
        return _nothing()
    exact = Decimal(value)
    classes = "number negative" if exact < 0 else "number"
    return Markup(f'<data class="{classes}" value="{exact:f}">{_written(exact, 0)}</data>')


def number_text(value: Decimal | int) -> str:
    """Return a number as plain text, for labels."""
    return _written(Decimal(value), 0)


def percent(value: Decimal | Fraction | None) -> str:
    """Return a ratio as a percentage with all its decimals: 0.125 is 12.5%.

    A fraction that has no end is written as one: 1/3.
    """
    if value is None:
        return _nothing()
    if isinstance(value, Fraction):
        rest = value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if rest != 1:
            return f"{value.numerator}/{value.denominator}"
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{_written(_plain(value.scaleb(2)), 0)}%"


def day(value: date | None) -> Markup | str:
    """Return a day as 20 Nov 2026. None is a dash."""
    if value is None:
        return _nothing()
    iso = f"{value.year:04}-{value.month:02}-{value.day:02}"
    return Markup(f'<time datetime="{iso}">{day_text(value)}</time>')


def day_text(value: date) -> str:
    """Return a day as plain text."""
    return f"{value.day}{NO_BREAK}{MONTHS[value.month]}{NO_BREAK}{value.year}"


def moment(value: datetime | None) -> Markup | str:
    """Return a moment in the reader's zone, with the moment in UTC as its title."""
    if value is None:
        return _nothing()
    return _moment(value.astimezone(UTC), surroundings.current().zone)


@functools.lru_cache(maxsize=1024)
def _moment(moment_utc: datetime, zone: str) -> Markup:
    """Write a moment: what one deed made on a page has the same one in every row."""
    utc = moment_utc.isoformat(sep=" ", timespec="seconds")
    there = moment_utc.astimezone(zone_of(zone))
    return Markup(
        f'<time datetime="{utc[:10]}T{utc[11:19]}Z" title="{utc[:16]} UTC">'
        f"{day_text(there)}, {there.hour:02}:{there.minute:02}</time>"
    )


def clock(value: str) -> str:
    """Return the reader's time of day of a moment that is written in ISO form."""
    there = datetime.fromisoformat(value).astimezone(zone_of(surroundings.current().zone))
    return f"{there:%H:%M:%S}"


def lasting(seconds: int) -> str:
    """Return a length of time in its largest fitting unit: 40 seconds, 3 minutes, 2 hours."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= 2 * size or size == 1:
            count = (seconds + size // 2) // size
            return f"{number_text(count)} {unit}{'' if count == 1 else 's'}"
    raise ValueError("A length of time isn't negative.")


def period(value: Period) -> Markup:
    """Return a period with its last day included: 1 Jan 2026 – 31 Mar 2026."""
    end = day(value.last_day) if value.last_day else "open end"
    return Markup("{} – {}").format(day(value.start), end)


def _nothing() -> Markup:
    """Return a dash that is read as what it means."""
    return NOTHING


@functools.lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; one that nobody knows is UTC."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def _parts(value: Amount) -> tuple[Decimal, str]:
    if isinstance(value, Money):
        return value.amount, value.currency
    return Decimal(value[0]), value[1]


def _plain(value: Decimal) -> Decimal:
    """Return the same number without zeros at the end of its decimals."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def _written(value: Decimal, places: int) -> str:
    """Return ``value`` in the reader's separators, with at least ``places`` decimals."""
    whole, _, decimals = f"{abs(value):f}".partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    group, point, sizes = separators(surroundings.current().locale)
    text = _grouped(whole, group, sizes) if len(whole) > sizes[0] else whole
    if decimals:
        text = f"{text}{point}{decimals}"
    return f"{MINUS}{text}" if value < 0 else text


def _grouped(whole: str, group: str, sizes: tuple[int, int]) -> str:
    """Return digits in groups: the last of ``sizes[0]`` digits, the others of ``sizes[1]``."""
    head, tail = whole[: -sizes[0]], whole[-sizes[0] :]
    groups = [tail]
    while head:
        groups.append(head[-sizes[1] :])
        head = head[: -sizes[1]]
    return group.join(reversed(groups))


@functools.lru_cache(maxsize=64)
def separators(locale: str) -> tuple[str, str, tuple[int, int]]:
    """Return a locale's group sign, decimal sign and sizes of groups. Babel takes 20 times longer.

    A locale nobody knows is written as English.
    """
    try:
        known = Locale.parse(locale.replace("-", "_"))
    except (ValueError, LookupError):
        known = Locale.parse("en")
    sizes: Any = known.decimal_formats[None].grouping
    return get_group_symbol(known), get_decimal_symbol(known), (sizes[0], sizes[1])


FILTERS = {
    "money": money,
    "money_text": money_text,
    "rounded": rounded,
    "amount": amount,
    "number": number,
    "number_text": number_text,
    "percent": percent,
    "day": day,
    "day_text": day_text,
    "moment": moment,
    "clock": clock,
    "lasting": lasting,
    "period": period,
}
