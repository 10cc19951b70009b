"""The two organisations of the demo, whole."""

from datetime import date

from accounts import permissions
from demo.content import (
    deals,
    disputes,
    given,
    licenses,
    music,
    parties,
    sales,
    screen,
    stakes,
    talk,
    troubles,
)
from demo.content.plan import Delivery, Person, Piece, Plan
from demo.content.sales import QUARTERS, Quarter

PASSWORD = "seven lanterns by the quay"  # noqa: S105  printed by demo_accounts, used in demos alone

STAFF = (
    ("ana.analyst", "Ana Quarles", permissions.ANALYST, ""),
    ("rita.rights", "Rita Halloran", permissions.RIGHTS, ""),
    ("adam.administrator", "Adam Voss", permissions.ADMINISTRATOR, ""),
    ("amira.administrator", "Amira Castellane", permissions.ADMINISTRATOR, ""),
    ("leo.legal", "Leo Brandt", permissions.LEGAL, ""),
    ("olga.ops", "Olga Svane", permissions.OPS, ""),
    ("carla.creator", "Carla Meadowes", permissions.CREATOR, "ART-01"),
)
NEIGHBOURS = (
    ("nora.administrator", "Nora Northlight", permissions.ADMINISTRATOR, ""),
    ("nils.analyst", "Nils Northlight", permissions.ANALYST, ""),
)


def meridian(today: date, scale: int = 100) -> Plan:
    """Return Meridian Arts Group: a studio and label group; ``scale`` percent of its sales.

    Its licences begin and end around ``today``, so that some always end soon.
    """
    holders = parties.meridian()
    songs = music.music("meridian", "MER", holders, releases=14)
    pieces = (*songs.pieces, *screen.screen(holders), *screen.books(holders))
    return Plan(
        slug="meridian",
        name="Meridian Arts Group",
        currency="USD",
        zone="Europe/London",
        people=people("meridian"),
        parties=holders,
        pieces=pieces,
        records=songs.records,
        stakes=stakes.stakes(pieces),
        disputes=disputes.meridian(),
        licenses=licenses.meridian(today),
        happenings=licenses.happenings(today),
        deals=deals.of("meridian"),
        amended=deals.of("meridian", "amended"),
        proposed=deals.of("meridian", "proposed"),
        costs=given.COSTS,
        deliveries=_delivered(pieces, scale),
        expected=talk.EXPECTED,
        asked=talk.ASKED,
        closed=QUARTERS[:2],
        opened=QUARTERS[2],
    )


def northlight(scale: int = 100) -> Plan:
    """Return Northlight: a neighbour, smaller, whose every name says ``Northlight``."""
    holders = parties.northlight()
    songs = music.music("northlight", "NOR", holders, releases=2)
    quarters = [Quarter("northlight", period, scale) for period in QUARTERS]
    return Plan(
        slug="northlight",
        name="Northlight Media",
        currency="USD",
        zone="Europe/Oslo",
        people=people("northlight"),
        parties=holders,
        pieces=(*songs.pieces, *screen.northlight()),
        records=songs.records,
        deals=deals.of("northlight"),
        deliveries=tuple(
            file for each in quarters for file in sales.deliveries(each, songs.pieces)
        ),
        closed=QUARTERS[:2],
        opened=QUARTERS[2],
    )


def people(slug: str) -> tuple[Person, ...]:
    """Return an organisation's people: one for each role, and enough for four eyes."""
    named = NEIGHBOURS if slug == "northlight" else STAFF
    return tuple(Person(f"{at}@{slug}.example", name, role, code) for at, name, role, code in named)


def _delivered(pieces: tuple[Piece, ...], scale: int) -> tuple[Delivery, ...]:
    """Return the files of Meridian's quarters, with what is wrong in them on purpose."""
    found: list[Delivery] = []
    for period in QUARTERS:
        quarter = Quarter("meridian", period, scale)
        rows = troubles.known_slips(quarter, pieces)
        if period == QUARTERS[-1]:
            rows += troubles.new_slips(quarter, pieces)
        first, *others = sales.deliveries(quarter, pieces)
        found += [troubles.with_rows(first, rows), *others]
    again = next(one for one in found[::-1] if one.name.startswith("aldermoor"))
    return (*found, troubles.nearly_again(again))
