"""The two organisations of the demo, whole."""

from accounts import permissions
from demo.content import deals, music, parties, screen, stakes
from demo.content.plan import Person, Plan

PASSWORD = "seven lanterns by the quay"  # noqa: S105  printed by demo_accounts, used in demos alone


def meridian(scale: int = 100) -> Plan:
    """Return Meridian Arts Group: a studio and label group; ``scale`` percent of its sales."""
    holders = parties.meridian()
    songs = music.music("meridian", "MER", holders, releases=14)
    pieces = (*songs.pieces, *screen.screen(holders), *screen.books(holders))
    return Plan(
        slug="meridian",
        name="Meridian Arts Group",
        currency="USD",
        zone="Europe/London",
        people=_staff("meridian"),
        parties=holders,
        pieces=pieces,
        records=songs.records,
        stakes=stakes.stakes(pieces),
        deals=deals.of("meridian"),
    )


def northlight(scale: int = 100) -> Plan:
    """Return Northlight: a neighbour, smaller, whose every name says ``Canary``."""
    holders = parties.northlight()
    songs = music.music("northlight", "NOR", holders, releases=2)
    return Plan(
        slug="northlight",
        name="Canary Northlight Media",
        currency="USD",
        zone="Europe/Oslo",
        people=(
            Person(
                "nora.administrator@northlight.example", "Canary Nora", permissions.ADMINISTRATOR
            ),
            Person("nils.analyst@northlight.example", "Canary Nils", permissions.ANALYST),
        ),
        parties=holders,
        pieces=(*songs.pieces, *screen.northlight()),
        records=songs.records,
        deals=deals.of("northlight"),
    )


def _staff(slug: str) -> tuple[Person, ...]:
    """Return one person for each role, and a second administrator for the four eyes."""
    named = [
        ("ana.analyst", "Ana Quarles", permissions.ANALYST, ""),
        ("rita.rights", "Rita Halloran", permissions.RIGHTS, ""),
        ("adam.administrator", "Adam Voss", permissions.ADMINISTRATOR, ""),
        ("amira.administrator", "Amira Castellane", permissions.ADMINISTRATOR, ""),
        ("leo.legal", "Leo Brandt", permissions.LEGAL, ""),
        ("olga.ops", "Olga Svane", permissions.OPS, ""),
        ("carla.creator", "Carla Meadowes", permissions.CREATOR, "ART-01"),
    ]
    return tuple(Person(f"{at}@{slug}.example", name, role, code) for at, name, role, code in named)
