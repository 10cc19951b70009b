"""What one line earns at one rate, at one moment."""

from datetime import date
from fractions import Fraction

from tests.engine.oracle.numbers import OracleRefusal, num, rounded


def step_at(steps, value):
    """Return the number of the step on which a value stands (over: below; from: reached)."""
    found = 0
    for number, step in enumerate(steps[1:], 1):
        if ("from" in step and value >= num(step["from"])) or (
            "over" in step and value > num(step["over"])
        ):
            found = number
    return found


def threshold(step):
    """Return the value at which a step begins."""
    return num(step.get("over", step.get("from")))


def step_earns(step, item):
    """Return what a line earns on one step, before adjustments."""
    if "percent" in step:
        return item.base * num(step["percent"]) / 100
    return item.need_units() * num(step["per_unit"])


def mean_on_straight_way(steps, opening, closing, item):
    """Return what a line earns when the counter runs straight from opening to closing."""
    if opening == closing:
        return step_earns(steps[step_at(steps, opening)], item)
    low, high = sorted((opening, closing))
    earned = Fraction(0)
    for number, step in enumerate(steps):
        begins = threshold(step) if number else None
        ends = threshold(steps[number + 1]) if number + 1 < len(steps) else None
        start = low if begins is None else max(low, begins)
        stop = high if ends is None else min(high, ends)
        if stop > start:
            earned += step_earns(step, item) * (stop - start) / (high - low)
    return earned


def constant(rate, item, world):
    """Return [(work, money)] that a line earns at a percent, a unit price or a table."""
    work = item.line.get("work")
    if "contents" in rate:
        songs, _ = songs_of(rate, item, world)
        return [(song, item.need_units() * each) for song, each in songs]
    if "percent" in rate:
        return [(work, item.base * rounded(num(rate["percent"]), rate.get("round")) / 100)]
    if "per_unit" in rate:
        return [(work, item.need_units() * rounded(num(rate["per_unit"]), rate.get("round")))]
    row = table_row(rate, item.line, world)
    by = num(rate.get("multiplier", "100")) / 100
    if "percent" in row:
        return [(work, item.base * rounded(num(row["percent"]) * by, rate.get("round")) / 100)]
    price = rounded(unit_price(row, item.line, world) * by, rate.get("round"))
    return [(work, item.need_units() * price)]


def table_row(rate, line, world):
    """Return the first row of the rate's table that fits the line."""
    if rate["table"] not in world.rates:
        raise OracleRefusal("table_missing", rate["table"])
    by = rate.get("date", "sold_on")
    if by in ("release", "delivery"):
        given = line.get(f"{by}_date")
        if not given:
            raise OracleRefusal("quantity_missing", f"{by}_date")
        day = date.fromisoformat(given)
    else:
        day = world.day(line) if by == "sold_on" else date.fromisoformat(by)
    for row in world.rates[rate["table"]]:
        if in_force(row, day) and (
            not row.get("right_type") or row["right_type"] == line.get("right_type")
        ):
            if not row.get("territory") or world.inside(row["territory"], line):
                return row
    raise OracleRefusal("rate_missing", rate["table"])


def in_force(row, day):
    """Return whether a dated row holds on a day (both ends included, missing: open)."""
    text = day.isoformat()
    return (row.get("from") or text) <= text <= (row.get("to") or text)


def unit_price(row, source, world):
    """Return a row's price for one unit: by the piece, or by minutes begun if that is more."""
    price = num(row["per_unit"])
    if row.get("per_minute"):
        minutes = world.quantity(source, "minutes")
        begun = -((-minutes).numerator // minutes.denominator)
        price = max(price, num(row["per_minute"]) * begun)
    return price


def songs_of(rate, item, world):
    """Return ([(song, money a unit)], excess a unit) of a product line."""
    line = item.line
    row = table_row(rate, line, world)
    product = line.get("product")
    if not product:
        raise OracleRefusal("quantity_missing", "product")
    if rate["contents"] not in world.rates:
        raise OracleRefusal("table_missing", rate["contents"])
    listed = [
        song
        for song in world.rates[rate["contents"]]
        if song["product"] == product and in_force(song, item.day)
    ]
    if not listed:
        raise OracleRefusal("contents_missing", product)
    entries = rate.get("fill") or [{}]
    filled = [[] for _ in entries]
    for song in listed:
        fits = [n for n, entry in enumerate(entries) if _song_fits(entry.get("where"), song, world)]
        if not fits:
            raise OracleRefusal("contents_missing", song["work"])
        by = num(entries[fits[0]].get("multiplier", "100")) / 100
        price = rounded(unit_price(row, song, world) * by, rate.get("round"))
        filled[fits[0]].append((song["work"], price))
    cap = rate.get("cap")
    size = cap and cap["songs"].get(line.get(cap["by"]) or "")
    if not size:
        return [song for entry in filled for song in entry], Fraction(0)
    by = num(cap.get("multiplier", "100")) / 100
    limit = rounded(num(size) * num(row["per_unit"]) * by, cap.get("round"))
    left, paid, excess = limit, [], Fraction(0)
    for entry, term in zip(filled, entries, strict=True):
        wanted = sum(price for _, price in entry)
        if term.get("in_full"):
            paid += entry
            excess += max(wanted - left, Fraction(0))
            left = max(left - wanted, Fraction(0))
        elif wanted <= left:
            paid += entry
            left -= wanted
        else:
            paid += [(song, left / len(entry)) for song, _ in entry]
            left = Fraction(0)
    return paid, excess


def _song_fits(where, song, world):
    return world.holds(where, {"territory": None, **song})
