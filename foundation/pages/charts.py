"""Charts as SVG inside the page: figures in, a picture and the same as a table out.

Colours are classes (static/kit/charts.css), each with a pattern or a sign beside it; no script, no
style. Every mark has its words as a title, and the table beside the picture holds every figure.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

WIDTH, HEIGHT, FOOT, HEAD, ROW = 400, 220, 24, 20, 38
MOST_LABELS, LABEL, WIDE_LABEL = 6, 40, 52
PATTERNS = {
    2: '<path d="M0 8L8 0" class="mark"/>',
    3: '<circle cx="4" cy="4" r="1.6" class="dot"/>',
    4: '<path d="M0 4H8" class="mark"/>',
    5: '<path d="M0 0L8 8M0 8L8 0" class="mark"/>',
}


@dataclass(frozen=True, slots=True)
class Item:
    """One bar or step: ``shown`` is its figure in words; ``total`` begins at zero again."""

    label: str
    value: Decimal
    shown: str
    total: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line or layer: a figure for each label, None where there is none, and its words."""

    name: str
    values: Sequence[Decimal | None]
    shown: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its words: ``head`` and ``rows`` are the same figures as a table."""

    title: str
    told: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bars(title: str, items: Sequence[Item], *, head: tuple[str, str] = ("What", "Amount")) -> Chart:
    """Return one bar a row, each with its label and figure: for works, sources, territories."""
    scale = _Scale((item.value for item in items), WIDTH)
    marks = [
        _row(n, item, scale.between(Decimal(), item.value), "s1" if item.value >= 0 else "down")
        for n, item in enumerate(items)
    ]
    return _chart(title, items, marks, _axis(scale, len(items)), head)


def waterfall(
    title: str, steps: Sequence[Item], *, head: tuple[str, str] = ("Step", "Amount")
) -> Chart:
    """Return how each step moves a sum to where the totals stand."""
    placed, at = [], Decimal()
    for step in steps:
        start = Decimal() if step.total else at
        at = step.value if step.total else at + step.value
        placed.append((step, start, at))
    scale = _Scale((value for _, start, end in placed for value in (start, end)), WIDTH)
    marks = []
    for n, (step, start, end) in enumerate(placed):
        kind = "total" if step.total else "up" if step.value >= 0 else "down"
        marks.append(_row(n, step, scale.between(start, end), kind))
    return _chart(title, steps, marks, _axis(scale, len(steps)), head)


def columns(
    title: str, items: Sequence[Item], *, head: tuple[str, str] = ("Period", "Amount")
) -> Chart:
    """Return one column for each item in order of time."""
    series = Series(head[1], [i.value for i in items], [i.shown for i in items])
    return stacked(title, [i.label for i in items], [series], head=head[0])


def stacked(
    title: str, labels: Sequence[str], series: Sequence[Series], *, head: str = "Period"
) -> Chart:
    """Return a column for each label, the series one upon the other, losses below zero."""
    heights = [Decimal()]
    for at in range(len(labels)):
        values = [one.values[at] or Decimal() for one in series]
        heights += [sum((v for v in values if v > 0), Decimal())]
        heights += [sum((v for v in values if v < 0), Decimal())]
    scale = _Scale(heights, HEIGHT - FOOT - HEAD)
    step = WIDTH // max(len(labels), 1)
    wide = min(max(step * 2 // 3, 2), 64)
    marks = []
    for at, label in enumerate(labels):
        above = below = Decimal()
        for n, one in enumerate(series, 1):
            value = one.values[at] or Decimal()
            if value >= 0:
                start, above = above, above + value
                left, size = scale.between(start, above)
            else:
                start, below = below, below + value
                left, size = scale.between(start, below)
            top = HEIGHT - FOOT - left - size
            words = f"{label}, {one.name}: {one.shown[at]}"
            x = at * step + (step - wide) // 2
            marks.append(_rect(f"s{n}", x, top, wide, size, words, n if n in PATTERNS else 0))
    return _timed(title, labels, series, marks, scale, step, head)


def line(
    title: str, labels: Sequence[str], series: Sequence[Series], *, head: str = "Period"
) -> Chart:
    """Return a line for each series through its figures; a missing one breaks the line."""
    values = [value for one in series for value in one.values if value is not None]
    scale = _Scale(values, HEIGHT - FOOT - HEAD)
    step = WIDTH // max(len(labels), 1)
    marks = []
    for n, one in enumerate(series, 1):
        path, points, pen = [], [], "M"
        for at, value in enumerate(one.values):
            if value is None:
                pen = "M"
                continue
            x, y = at * step + step // 2, HEIGHT - FOOT - scale.place(value)
            path.append(f"{pen}{x} {y}")
            words = f"{labels[at]}, {one.name}: {one.shown[at]}"
            points.append(_dot(n, x, y, words))
            pen = "L"
        marks.append(Markup('<path class="stroke s{}" d="{}"/>').format(n, " ".join(path)))
        marks += points
    return _timed(title, labels, series, marks, scale, step, head)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from ``starts`` to ``last_day``, open where None; ``against``: drawn hatched.

    ``begins`` and ``ends`` are the two days in words.
    """

    kind: str
    label: str
    starts: date | None
    last_day: date | None
    begins: str
    ends: str
    against: bool = False


def stretches(title: str, rows: Sequence[Stretch], first: date, end: date) -> Chart:
    """Return a line for each stretch of days, from ``first`` to ``end``; open sides reach there."""
    days = max((end - first).days, 1)
    marks = []
    for n, one in enumerate(rows):
        low = max(((one.starts or first) - first).days, 0)
        high = min(((one.last_day or end) - first).days + 1, days)
        at, until = low * WIDTH // days, max(high, low) * WIDTH // days
        days_of_it, name = f"{one.begins} – {one.ends}", f"{one.kind}: {one.label}"
        room = max(WIDE_LABEL - len(days_of_it), 8)
        short = name if len(name) <= room else name[: room - 1] + "…"
        where = at, max(until - at, 2)
        item = Item(short, Decimal(), days_of_it)
        marks.append(_row(n, item, where, "down" if one.against else "total"))
    told = "; ".join(f"{one.kind}, {one.label}: {one.begins} – {one.ends}" for one in rows)
    svg = picture(title, told, marks, WIDTH, max(len(rows), 1) * ROW, "rows")
    table = tuple((one.kind, one.label, one.begins, one.ends) for one in rows)
    return Chart(title, told, svg, ("What", "Where", "From", "Last day"), table)


def sparkline(title: str, labels: Sequence[str], one: Series) -> Chart:
    """Return a small line without axes, for a row or a card."""
    values = [value for value in one.values if value is not None]
    scale, step = _Scale(values, 28), 96 // max(len(labels) - 1, 1)
    points = [
        f"{2 + at * step} {30 - scale.place(value)}"
        for at, value in enumerate(one.values)
        if value is not None
    ]
    marks = [Markup('<path class="stroke s1" d="M{}"/>').format(" L".join(points or ["2 30"]))]
    told = f"{labels[0]} to {labels[-1]}: {one.shown[0]} to {one.shown[-1]}" if labels else ""
    svg = picture(title, told, marks, 100, 32, "spark")
    rows = tuple(zip(labels, one.shown, strict=True))
    return Chart(title, told, svg, ("Period", one.name), rows)


class _Scale:
    """Figures to whole places of a picture; zero is always on it."""

    def __init__(self, values: Iterable[Decimal], size: int) -> None:
        listed = [Decimal(), *values]
        self.low, self.high, self.size = min(listed), max(listed), size

    def place(self, value: Decimal) -> int:
        """Return how far from the low end a figure stands."""
        span = Fraction(self.high) - Fraction(self.low)
        return round((Fraction(value) - Fraction(self.low)) / span * self.size) if span else 0

    def between(self, start: Decimal, end: Decimal) -> tuple[int, int]:
        """Return where the span of two figures begins, and its length: seen, unless it is none."""
        places = sorted((self.place(start), self.place(end)))
        return places[0], max(places[1] - places[0], 1 if start != end else 0)


def _row(n: int, item: Item, where: tuple[int, int], kind: str) -> Markup:
    """Return a labelled bar that lies in its row; what goes down is hatched."""
    top, words = n * ROW, f"{item.label}: {item.shown}"
    label = item.label if len(item.label) <= LABEL else item.label[: LABEL - 1] + "…"
    bar = _rect(kind, where[0], top + 19, where[1], 13, words, 2 if kind == "down" else 0)
    text = Markup('<text x="0" y="{0}">{1}</text><text class="end" x="{2}" y="{0}">{3}</text>')
    whole = bar + text.format(top + 14, label, WIDTH, item.shown)
    return Markup('<a href="{}">{}</a>').format(item.href, whole) if item.href else whole


def _rect(kind: str, x: int, y: int, wide: int, high: int, words: str, pattern: int) -> Markup:
    shape = Markup('x="{}" y="{}" width="{}" height="{}"').format(x, y, wide, high)
    made = Markup('<g><title>{}</title><rect class="{}" {}/>').format(words, kind, shape)
    if pattern:
        made += Markup('<rect {} fill="url(#PATTERN{})"/>').format(shape, pattern)
    return made + Markup("</g>")


def _dot(n: int, x: int, y: int, words: str) -> Markup:
    """Return a point of a line: round, square or a diamond, so that lines differ without colour."""
    shapes = (
        f'<circle cx="{x}" cy="{y}" r="4" class="s{n}">',
        f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" class="s{n}">',
        f'<path d="M{x} {y - 5}L{x + 5} {y}L{x} {y + 5}L{x - 5} {y}Z" class="s{n}">',
    )
    shape = shapes[(n - 1) % len(shapes)]
    return Markup(shape) + Markup("<title>{}</title></{}>").format(words, shape[1:].split()[0])


def _axis(scale: _Scale, rows: int) -> Markup:
    at = scale.place(Decimal())
    return Markup('<path class="axis" d="M{0} 16V{1}"/>').format(at, rows * ROW)


def _chart(
    title: str,
    items: Sequence[Item],
    marks: list[Markup],
    axis: Markup,
    head: tuple[str, str],
) -> Chart:
    told = "; ".join(f"{item.label}: {item.shown}" for item in items)
    svg = picture(title, told, [*marks, axis], WIDTH, max(len(items), 1) * ROW, "rows")
    return Chart(title, told, svg, head, tuple((item.label, item.shown) for item in items))


def _timed(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    marks: list[Markup],
    scale: _Scale,
    step: int,
    head: str,
) -> Chart:
    """Return a chart over time: its marks with the line of zero, labels under it, a key."""
    zero = HEIGHT - FOOT - scale.place(Decimal())
    drawn = [*marks, Markup('<path class="axis" d="M0 {}H{}"/>').format(zero, WIDTH)]
    every = -(-len(labels) // MOST_LABELS) or 1
    for at, label in enumerate(labels):
        if (len(labels) - 1 - at) % every == 0:
            text = Markup('<text class="middle" x="{}" y="{}">{}</text>')
            drawn.append(text.format(at * step + step // 2, HEIGHT - 6, label))
    if len(series) > 1:
        drawn += [_key(n, len(series), one.name) for n, one in enumerate(series, 1)]
    told = "; ".join(f"{one.name}: {', '.join(one.shown)}" for one in series)
    rows = tuple((label, *(one.shown[at] for one in series)) for at, label in enumerate(labels))
    svg = picture(title, told, drawn, WIDTH, HEIGHT, "timed")
    return Chart(title, told, svg, (head, *(one.name for one in series)), rows)


def _key(n: int, count: int, name: str) -> Markup:
    x = (n - 1) * WIDTH // count
    box = _rect(f"s{n}", x, 2, 12, 12, name, n if n in PATTERNS else 0)
    return box + Markup('<text x="{}" y="12">{}</text>').format(x + 17, name)


def picture(
    title: str, told: str, marks: Iterable[Markup], width: int, height: int, kind: str
) -> Markup:
    """Return the picture; its ids are made of what it says, so that each page has them once."""
    name = "c" + hashlib.sha256(f"{kind}{title}{told}".encode()).hexdigest()[:10]
    inside = Markup("").join(marks).replace("#PATTERN", f"#{name}-")
    defs = "".join(
        f'<pattern id="{name}-{n}" width="8" height="8" patternUnits="userSpaceOnUse">{drawn}'
        "</pattern>"
        for n, drawn in PATTERNS.items()
        if f"#{name}-{n}" in inside
    )
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc><defs>{}</defs>{}</svg>'
    ).format(kind, width, height, name, name, name, title, name, told, Markup(defs), Markup(inside))
