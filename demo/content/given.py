"""What deals are given besides sales: exchange rates, tables, costs."""

from collections.abc import Sequence
from typing import Any

from demo.content.dice import dice
from demo.content.plan import Piece, Spent

DAYS = (
    "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31",
    "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30",
)  # fmt: skip
SOURCE, PIVOT = "treasury", "USD"
PARS = {"EUR": 9200, "GBP": 7850}  # ten-thousandths for one dollar
MECHANICAL = [
    {"territory": "US", "right_type": "mechanical", "to": "2025-12-31", "per_unit": "0.12"},
    {"territory": "US", "right_type": "mechanical", "from": "2026-01-01", "per_unit": "0.124"},
]


COSTS = (
    Spent("MER-ART-05", "recording", "640.00", "2026-01-20", "Studio, four days"),
    Spent("MER-ART-05", "recording", "160.00", "2026-02-03", "Mastering"),
    Spent("MER-PRO-01", "recording", "640.00", "2026-01-20", "Studio, four days"),
    Spent("MER-PRO-01", "recording", "160.00", "2026-02-03", "Mastering"),
    Spent("MER-FLM-01", "marketing", "1800.00", "2026-02-14", "Posters and trailers"),
    Spent("MER-FLM-01", "marketing", "1200.00", "2026-05-09", "Festival"),
)


def rates() -> list[dict[str, str]]:
    """Return the treasury's exchange rates at the ends of months."""
    throw = dice("rates")
    found = []
    for day in DAYS:
        for currency, par in PARS.items():
            rate = par + throw.randrange(-150, 151)
            found.append({"currency": currency, "on": day, "rate": f"0.{rate:04}"})
    return found


def shares(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    """Return the shares by the song that the deal MER-PUB-04 reads; some songs have none yet."""
    songs = [piece.code for piece in pieces if piece.kind == "composition"][48:64]
    rows: list[dict[str, Any]] = []
    for at, code in enumerate(songs[:-3]):
        first = (50, 25, 40)[at % 3]
        rows += [
            {"work": code, "payee": "first", "parts": str(first)},
            {"work": code, "payee": "second", "parts": str(75 - first)},
            {"work": code, "payee": "publisher", "parts": "25"},
        ]
    return rows
