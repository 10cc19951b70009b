"""Dated tables: the row for a line, unit prices by the minute, the songs of a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from royalties.engine.errors import ContentsMissing, QuantityMissing, RateMissing, TableInvalid
from royalties.engine.given import Given
from royalties.engine.selection import fits
from royalties.engine.terms import Rate, Where
from royalties.engine.values import number, rounded

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Price:
    """A rate that stands for a class of lines: of the base or of the units, or song by song."""

    of_units: bool
    rate: Fraction
    songs: tuple[tuple[str | None, Fraction], ...] = ()
    excess: Fraction = Fraction(0)


def in_force(row: Line, day: date) -> bool:
    """Return whether a dated row holds on ``day``; a missing end is open."""
    text = day.isoformat()
    return (row.get("from") or text) <= text <= (row.get("to") or text)


def price(rate: Rate, line: Line, day: date, given: Given, place: str) -> Price:
    """Return a table rate's price for a line (its attributes) on its day."""
    row = _row(rate, line, day, given, place)
    if rate.contents:
        return _by_song(rate, row, line, day, given, place)
    if "percent" in row:
        percent = rounded(number(row["percent"]) * rate.amount, rate.rounding) / 100
        return Price(False, percent)
    return Price(True, rounded(_unit(row, line, place) * rate.amount, rate.rounding))


def _row(rate: Rate, line: Line, day: date, given: Given, place: str) -> Line:
    on = day
    if rate.date in ("release", "delivery"):
        on = date.fromisoformat(_needed(line, f"{rate.date}_date", place))
    elif rate.date != "sold_on":
        on = date.fromisoformat(rate.date)
    for row in given.table(rate.table):
        kind = row.get("right_type")
        area = row.get("territory")
        if (
            in_force(row, on)
            and (not kind or kind == line.get("right_type"))
            and (not area or given.inside(area, line.get("territory"), day))
        ):
            return row
    raise RateMissing(
        f"{place}: the table {rate.table} has no rate for territory {line.get('territory')}, "
        f"right type {line.get('right_type')} on {on}. Add the row, or leave the line to another "
        "clause.",
        table=rate.table,
    )


def _needed(line: Line, name: str, place: str) -> str:
    value = line.get(name)
    if value in (None, ""):
        raise QuantityMissing(f"{place} has no {name}, which its rate needs.", column=name)
    return str(value)


def _unit(row: Line, source: Line, place: str) -> Fraction:
    """Return a row's price of one unit: the piece, or the minutes begun where that is more."""
    if not row.get("per_unit"):
        raise TableInvalid(f"{place}: its row of the rate table has neither percent nor per_unit.")
    piece = number(row["per_unit"])
    if not row.get("per_minute"):
        return piece
    minutes = number(_needed(source, "minutes", place))
    begun = -(-minutes.numerator // minutes.denominator)
    return max(piece, number(row["per_minute"]) * begun)


def _by_song(rate: Rate, row: Line, line: Line, day: date, given: Given, place: str) -> Price:
    product = _needed(line, "product", place)
    filled: list[list[tuple[str | None, Fraction]]] = [[] for _ in rate.fill]
    songs = [
        song
        for song in given.table(rate.contents)
        if song.get("product") == product and in_force(song, day)
    ]
    if not songs:
        raise ContentsMissing(
            f"{place}: the table {rate.contents} lists no songs for product {product} on {day}.",
            product=product,
        )
    for song in songs:
        entry = next(
            (n for n, (w, _, _) in enumerate(rate.fill) if w is None or song_fits(w, song, given)),
            None,
        )
        if entry is None:
            raise ContentsMissing(
                f"{place}: no fill entry fits song {song.get('work')} of product {product}.",
                product=product,
            )
        each = rounded(_unit(row, song, place) * rate.fill[entry][1], rate.rounding)
        filled[entry].append((song.get("work") or None, each))
    return _capped(rate, row, line, filled)


def _capped(
    rate: Rate, row: Line, line: Line, filled: Sequence[list[tuple[str | None, Fraction]]]
) -> Price:
    """Fill the entries in their order up to the product's cap."""
    size = rate.cap.songs.get(str(line.get(rate.cap.by))) if rate.cap else None
    if rate.cap is None or size is None:
        return Price(True, Fraction(0), tuple(song for entry in filled for song in entry))
    cap = rate.cap
    left = rounded(size * number(row["per_unit"]) * cap.multiplier, cap.rounding)
    paid: list[tuple[str | None, Fraction]] = []
    excess = Fraction(0)
    for entry, (_, _, in_full) in zip(filled, rate.fill, strict=True):
        wanted = sum((each for _, each in entry), Fraction(0))
        if in_full or wanted <= left:
            paid += entry
            excess += max(wanted - left, Fraction(0))
            left = max(left - wanted, Fraction(0))
        else:
            paid += [(song, left / len(entry)) for song, _ in entry]
            left = Fraction(0)
    return Price(True, Fraction(0), tuple(paid), excess)


def song_fits(where: Where, song: Line, given: Given) -> bool:
    """Return whether a ``where`` holds for one row of a track list."""
    for condition in where.conditions:
        value = song.get(condition.name)
        if value in (None, ""):
            return False
        if condition.kind == "territory":
            day = given.last_day
            if not any(given.inside(e, str(value), day) for e in condition.values):
                return False
        elif not fits(condition, str(value)):
            return False
    return not any(song_fits(excluded, song, given) for excluded in where.nots)
