"""Meridian's licences: documents of ``mediatrack.license/1`` whose days lie around today."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from demo.content.plan import Happening, Let

SIGNED_ON = "2025-12-15"
EUR, USD, GBP = "EUR", "USD", "GBP"
Part = dict[str, Any]


class _Almanac:
    """Days as documents write them, counted from today."""

    def __init__(self, today: date) -> None:
        self.today = today

    def on(self, days: int) -> str:
        """Return the day so many days from today."""
        return self.day(days).isoformat()

    def day(self, days: int) -> date:
        """Return the day so many days from today, as a date."""
        return self.today + timedelta(days=days)

    def first(self, months: int) -> str:
        """Return the first day of the month so many months from today's."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + months, 12)
        return date(year, month + 1, 1).isoformat()

    def last(self, months: int) -> str:
        """Return the last day of the month so many months from today's."""
        following = date.fromisoformat(self.first(months + 1))
        return (following - timedelta(days=1)).isoformat()


def _document(
    number: int,
    title: str,
    licensee: str,
    term: tuple[Any, Any],
    grants: list[Part],
    instalments: list[tuple[str, Any, str]] | None = None,
    currency: str = EUR,
    **more: Any,
) -> dict[str, Any]:
    """Return a licence's document; the fee is what its instalments come to."""
    parts = instalments or []
    return {
        "format": "mediatrack.license/1",
        "license": f"MER-LIC-{number:02}",
        "title": title,
        "licensee": licensee,
        "signed_on": SIGNED_ON,
        "date_rule": "signature",
        "term": {"start": term[0], "end": term[1]},
        "currency": currency,
        "fee": f"{sum((Decimal(amount) for _, _, amount in parts), Decimal(0)):.2f}",
        "instalments": [{"label": a, "due": due, "amount": sum_} for a, due, sum_ in parts],
        "grants": grants,
        **more,
    }


def _grant(clause: str, works: list[Any], rights: list[str], territory: str, **more: Any) -> Part:
    """Return a grant, exclusive unless it says otherwise."""
    base = {"clause": clause, "works": works, "rights": rights, "territory": territory}
    return base | {"exclusive": True} | more


def meridian(today: date) -> tuple[Let, ...]:
    """Return the licences of Meridian Arts Group as they stand around ``today``."""
    days = _Almanac(today)
    return (*_series(days), *_others(days), *_with_a_past(days), *_overlapping(days), *_ahead(days))


def happenings(today: date) -> tuple[Happening, ...]:
    """Return the releases on which clauses hang: one is known, the other isn't."""
    released = _Almanac(today).day(-230)
    return (Happening("MER-F07", "theatrical", "DE", released),)


def _series(days: _Almanac) -> tuple[Let, ...]:
    """Return licences of series: one for years, two that end soon."""
    streaming = _document(
        1, "Harbour Street, streaming in the north", "LIC-01", (days.first(-10), days.last(25)),
        [_grant("2.1", [{"below": "MER-S1"}], ["svod"], "NORDICS"),
         _grant("2.2", [{"below": "MER-S1"}], ["avod"], "NORDICS", exclusive=False)],
        [("Signature", days.first(-10), "90000.00"), ("Delivery", days.on(-140), "60000.00"),
         ("First anniversary", days.on(18), "45000.00")],
        holdbacks=[{"clause": "3", "binds": "licensor", "rights": ["free_tv"],
                    "territory": "NORDICS", "end": days.last(7)}],
        options=[{"clause": "4", "kind": "option", "rights": ["svod"], "territory": "NORDICS",
                  "start": days.first(26), "end": days.last(37), "exercise_from": days.on(-60),
                  "exercise_by": days.on(44)}],
        attribution="© Meridian Pictures", audit={"clause": "9", "by": "licensor",
                                                  "notice_days": 30, "due": [days.on(62)]},
        documents=["Long form, signed 15 December 2025"],
    )  # fmt: skip
    television = _document(
        2, "The Clockmakers, free television", "LIC-02", (days.first(-10), days.on(24)),
        [_grant("1.1", [{"below": "MER-S2"}], ["free_tv"], "DACH", languages=["de"]),
         _grant("1.2", [{"below": "MER-S2"}], ["catch_up"], "DACH", exclusive=False)],
        [("Signature", days.first(-10), "24000.00"), ("Broadcast", days.on(-95), "16000.00")],
        limits=[{"clause": "2", "rights": ["free_tv"], "territory": "DACH", "runs": 6}],
        options=[{"clause": "5", "kind": "first_negotiation", "rights": ["free_tv"],
                  "territory": "DACH", "start": days.on(25), "end": days.on(390),
                  "exercise_from": days.on(-30), "exercise_by": days.on(12)}],
    )  # fmt: skip
    goods = _document(
        4, "Little Fox Garage, merchandise", "LIC-04", (days.first(-9), days.on(81)),
        [_grant("1", ["MER-S3"], ["merchandising"], "WORLD - LATAM - US")],
        [("First half", days.on(-190), "12000.00"), ("Second half", days.on(-12), "12000.00")],
        GBP, attribution="Little Fox Garage © Sundial Animation",
    )  # fmt: skip
    return (
        Let(streaming, paid=(("Signature", days.day(-300), ""), ("Delivery", days.day(-133), ""))),
        Let(television, paid=(("Signature", days.day(-296), ""), ("Broadcast", days.day(-90), ""))),
        Let(
            goods,
            paid=(("First half", days.day(-185), ""), ("Second half", days.day(-9), "5000.00")),
        ),
    )


def _others(days: _Almanac) -> tuple[Let, ...]:
    """Return licences of films, a song and a book that run; one began after its release."""
    airline = _document(
        3, "Four films on board", "LIC-03", (days.first(-10), days.on(52)),
        [_grant("1", ["MER-F05", "MER-F06", "MER-F07", "MER-F08"], ["airline", "ship"], "WORLD",
                exclusive=False)],
        [("Annual fee", days.on(-200), "18500.00")], USD,
        renewal={"months": 12, "times": 3}, usage="Edited for running time, never for content",
    )  # fmt: skip
    after_cinema = _document(
        5, "Salt Road, streaming after the cinema", "LIC-01",
        ({"event": "theatrical", "territory": "DE", "months": 6, "no_later_than": days.on(120)},
         {"months": 24}),
        [_grant("2", ["MER-F07"], ["svod"], "DACH")],
        [("Signature", days.on(-300), "20000.00"),
         ("After release", {"event": "theatrical", "territory": "DE", "days": 245}, "20000.00")],
        holdbacks=[{"clause": "3", "binds": "licensor", "rights": ["avod", "fvod"],
                    "territory": "DACH"}],
    )  # fmt: skip
    spot = _document(
        6, "Paper Lanterns in a tea commercial", "LIC-07", (days.first(-5), days.on(75)),
        [_grant("1", ["MER-W096"], ["sync_advertising"], "GB + IE", exclusive=False),
         _grant("2", ["MER-R102"], ["master_sync"], "GB + IE", exclusive=False)],
        [("On signature", days.on(-150), "7500.00")], GBP,
        usage="One television spot of 30 seconds and its cut-downs", renewal={"months": 6,
                                                                              "times": 1},
    )  # fmt: skip
    translation = _document(
        7, "The Glass Meadow in German", "LIC-05", (days.first(-8), {"months": 84}),
        [_grant("1", ["MER-B07"], ["book_translation"], "DACH", languages=["de"])],
        [("Signature", days.on(-240), "3000.00"), ("Publication", days.on(27), "3000.00")],
        audit={"clause": "8", "by": "licensor", "notice_days": 45, "due": [days.on(20)]},
    )  # fmt: skip
    return (
        Let(airline, paid=(("Annual fee", days.day(-198), ""),)),
        Let(after_cinema, paid=(("Signature", days.day(-297), ""),)),
        Let(spot, paid=(("On signature", days.day(-149), ""),)),
        Let(translation, paid=(("Signature", days.day(-236), ""),)),
    )


def _with_a_past(days: _Almanac) -> tuple[Let, ...]:
    """Return licences that are over, ended early, or were amended."""
    over = _document(
        8, "The Understudy, rental", "DIS-04", (days.first(-10), days.on(-40)),
        [_grant("1", ["MER-F04"], ["tvod", "est"], "US + CA")],
        [("Flat fee", days.on(-290), "15000.00")], USD,
    )  # fmt: skip
    ended = _document(
        9, "Nine Days of Rain, on demand", "DIS-02", (days.first(-10), days.last(14)),
        [_grant("1", ["MER-F02"], ["avod", "svod"], "AU + NZ")],
        [("Signature", days.on(-290), "8000.00"), ("Second payment", days.on(-100), "8000.00")],
    )  # fmt: skip
    pay = (days.first(-10), days.last(14))
    first_fee = ("Signature", days.on(-285), "22000.00")
    winter = "A Lighthouse in Winter, pay television"
    japan = _document(
        10, winter, "LIC-02", pay,
        [_grant("1", ["MER-F03"], ["pay_tv"], "JP")], [first_fee],
    )  # fmt: skip
    and_korea = _document(
        10, winter, "LIC-02", (pay[0], days.last(20)),
        [_grant("1", ["MER-F03"], ["pay_tv"], "JP + KR")],
        [first_fee, ("Amendment 1", days.on(-50), "9000.00")],
        documents=["Amendment 1: Korea, and six months more"],
    )  # fmt: skip
    return (
        Let(over, paid=(("Flat fee", days.day(-287), ""),)),
        Let(ended, paid=(("Signature", days.day(-280), ""),), ended=days.day(-35)),
        Let(
            japan,
            amended=and_korea,
            amended_on=days.day(-80),
            paid=(("Signature", days.day(-283), ""), ("Amendment 1", days.day(-49), "")),
        ),
    )


def _overlapping(days: _Almanac) -> tuple[Let, ...]:
    """Return two licences, the second in known breach of the first."""
    sell_through = _document(
        11, "Two films to keep", "DIS-04", (days.first(-10), days.last(14)),
        [_grant("1", ["MER-F05", "MER-F06"], ["est"], "DACH")],
        [("Minimum fee", days.on(-280), "11000.00")],
    )  # fmt: skip
    older = _document(
        12, "Station to Nowhere, rental and sale in Europe", "DIS-02",
        (days.first(-6), days.last(6)),
        [_grant("1", ["MER-F05"], ["tvod", "est"], "EU", exclusive=False)],
        [("Flat fee", days.on(-170), "6400.00")],
    )  # fmt: skip
    return (
        Let(sell_through, paid=(("Minimum fee", days.day(-275), ""),)),
        Let(
            older,
            paid=(("Flat fee", days.day(-165), ""),),
            breach="Overland was promised the film by a letter of 2024; Canopy agreed to share "
            "Germany and Austria",
        ),
    )


def _ahead(days: _Almanac) -> tuple[Let, ...]:
    """Return licences to come: not begun, waiting for a release, asked for, in draft."""
    game = _document(
        13, "Little Fox Garage, the game", "LIC-06", (days.on(40), {"months": 36}),
        [_grant("1", ["MER-S3"], ["game"], "WORLD - LATAM", exclusive=False)],
        [("Signature", days.on(5), "30000.00"), ("Release", days.on(210), "30000.00")], USD,
    )  # fmt: skip
    waits = _document(
        14, "Goodnight Commodore, pay television", "LIC-02",
        ({"event": "theatrical", "territory": "GB", "months": 9, "no_later_than": days.on(420)},
         {"months": 18}),
        [_grant("1", ["MER-F08"], ["pay_tv"], "GB + IE")],
        [("Signature", days.on(-60), "14000.00"),
         ("On release", {"event": "theatrical", "territory": "GB", "days": 30}, "21000.00")], GBP,
    )  # fmt: skip
    asked = _document(
        15, "The Cartographer's Daughter, streaming in Latin America", "LIC-01",
        (days.first(2), days.last(25)), [_grant("2.1", ["MER-F01"], ["svod"], "LATAM")],
        [("Signature", days.on(30), "40000.00"), ("Delivery", days.on(75), "20000.00")], USD,
    )  # fmt: skip
    draft = _document(
        16, "Nine Days of Rain, free television in France", "LIC-02",
        (days.first(3), days.last(14)), [_grant("1", ["MER-F02"], ["free_tv"], "FR")],
        [("Signature", days.on(60), "10000.00")],
        limits=[{"clause": "2", "rights": ["free_tv"], "territory": "FR", "runs": 3}],
    )  # fmt: skip
    return (
        Let(game, paid=(("Signature", days.day(-2), "10000.00"),)),
        Let(waits, paid=(("Signature", days.day(-58), ""),)),
        Let(asked, state="asked"),
        Let(draft, state="draft"),
    )
