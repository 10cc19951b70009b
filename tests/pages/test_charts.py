"""Charts: the picture says what its table says, and its colours can be told apart."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from foundation.pages import charts
from foundation.pages.charts import Item, Series

CSS = (Path(__file__).resolve().parents[2] / "static/kit/charts.css").read_text()
KIT = (Path(__file__).resolve().parents[2] / "static/kit/kit.css").read_text()
WAY = [
    Item("Opening", Decimal("-20"), "−20.00 USD", total=True),
    Item("Earned", Decimal("100"), "100.00 USD"),
    Item("Recouped", Decimal("-30"), "−30.00 USD"),
    Item("Payable", Decimal("50"), "50.00 USD", total=True),
]
PERIODS = ["2026-Q1", "2026-Q2", "2026-Q3"]
TWO = [
    Series("USD", [Decimal(3), None, Decimal(9)], ["3.00", "–", "9.00"]),
    Series("EUR", [Decimal(1), Decimal(-2), Decimal(0)], ["1.00", "−2.00", "0.00"]),
]


def boxes(chart, kind):
    """Return x and width of every rectangle of a class."""
    found = re.findall(rf'<rect class="{kind}" x="(\d+)" y="\d+" width="(\d+)"', chart.svg)
    return [(int(x), int(width)) for x, width in found]


def test_a_waterfall_leads_each_step_to_the_next():
    chart = charts.waterfall("From opening to payable", WAY)
    [opening, payable] = boxes(chart, "total")
    [earned], [recouped] = boxes(chart, "up"), boxes(chart, "down")
    assert earned[0] == opening[0]  # earnings begin below zero, where the opening balance ends
    assert recouped[0] + recouped[1] == earned[0] + earned[1]
    assert payable[0] + payable[1] == recouped[0]
    assert chart.rows == tuple((step.label, step.shown) for step in WAY)


@pytest.mark.parametrize(
    "chart",
    [
        charts.bars("Works", [Item("<Blue & Hour>", Decimal(2), "2.00 USD", href="/x?a=1&b=2")]),
        charts.bars("Nothing", []),
        charts.columns("Periods", [Item(p, Decimal(n), str(n)) for n, p in enumerate(PERIODS)]),
        charts.stacked("Stacked", PERIODS, TWO),
        charts.line("Lines", PERIODS, TWO),
        charts.sparkline("Trend", PERIODS, TWO[1]),
        charts.waterfall("Way", WAY),
    ],
    ids=lambda chart: chart.title,
)
def test_every_picture_is_named_whole_and_without_style(chart):
    assert chart.svg.count("<title id=") == chart.svg.count("<desc id=") == 1
    assert "style=" not in chart.svg
    assert "PATTERN" not in chart.svg
    assert "<Blue" not in chart.svg
    for tag in ("svg", "g", "a", "pattern", "text", "circle", "rect", "path"):
        opened = len(re.findall(rf"<{tag}[ >](?:[^>]*[^/])?>|<{tag}>", chart.svg))
        assert opened == chart.svg.count(f"</{tag}>"), tag


def test_layers_stand_upon_each_other_and_losses_hang_below_zero():
    svg = charts.stacked("Stacked", PERIODS, TWO).svg
    tops = {
        words: (int(y), int(high))
        for words, y, high in re.findall(
            r'<title>([^<]+)</title><rect class="s\d" x="\d+" y="(\d+)" width="\d+" height="(\d+)"',
            svg,
        )
    }
    low, high = tops["2026-Q1, USD: 3.00"], tops["2026-Q1, EUR: 1.00"]
    assert high[0] + high[1] == low[0]
    zero = int(re.search(r'class="axis" d="M0 (\d+)H', svg).group(1))
    assert tops["2026-Q2, EUR: −2.00"][0] == zero
    assert low[0] + low[1] == zero


def test_a_missing_figure_breaks_the_line():
    svg = charts.line("Lines", PERIODS, TWO).svg
    assert re.search(r'class="stroke s1" d="M\d+ \d+ M\d+ \d+"', svg)


def light(colour):
    """Return the relative luminance of a colour, WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_palette_stands_out_from_paper(mode):
    paper = light(re.findall(r"--paper: (#[0-9a-f]{6})", KIT)[mode])
    colours = [re.findall(rf"--s{n}: (#[0-9a-f]{{6}})", CSS)[mode] for n in range(1, 6)]
    for colour in colours:
        high, low = sorted((light(colour), paper), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3, colour
