"""Names and titles, all of our own invention."""

from collections.abc import Iterator

from demo.content.dice import shuffled

FIRST = (
    "Ada Bruno Celia Dario Edda Farid Greta Hamid Ilse Jonas Kaia Linus Mara Nils Orla Pavel "
    "Quinn Rosa Selim Tove Ulla Vito Wanda Xenia Yara Zeno Anouk Bela Corin Delphi Emre Fenna"
).split()
LAST = (
    "Ashgrove Birkdale Corvane Dunmore Elverby Fairholt Grantley Hallowen Isenfeld Jorvale "
    "Kestermann Lindqvale Marlowen Norrby Okonrad Pellworth Quillane Rosendahl Saltmarch "
    "Thornebeck Ulverston Vandermeer Westergaard Yarrowby Zellinger"
).split()
BANDS = (
    "Glass Harbour, The Tin Lanterns, Vesper Lane, Slow Cartography, Marigold Engine, "
    "Halcyon Tram, The Paper Mills, Northern Kiosk, Oxbow Choir, Velvet Ferry, Salt & Signal, "
    "The Long Weekenders"
).split(", ")
LABELS = "Meridian Records, Low Harbour Recordings, Tramline Sounds, Kiosk Classics".split(", ")
PUBLISHERS = (
    "Meridian Songs, Quayside Music Publishing, Fernhill Editions, Blue Door Songs, Meridian Books"
).split(", ")
STUDIOS = "Meridian Pictures, Coldwater Films, Ninth Street Television, Sundial Animation".split(
    ", "
)
DISTRIBUTORS = (
    "Brightwater Distribution, Overland Digital, Tollgate Film Sales, Canopy Home Entertainment, "
    "Lantern Books Wholesale"
).split(", ")
SOCIETIES = "Aldermoor Performing Rights, Continental Mechanical Rights".split(", ")
LICENSEES = (
    "Polarkino Streaming, Kanal Halde, Altocumulus Inflight, Larkspur Merchandise, "
    "Verlag am Kornmarkt, Tidepool Games, Kettle & Quay"
).split(", ")
COUNTRIES = "GB US DE FR SE IE NL CA AU ES".split()

ADJECTIVES = (
    "Paper Silver Quiet Hollow Amber Distant Winter Golden Broken Velvet Northern Electric "
    "Hidden Early Crimson Wooden Salted Restless Borrowed Narrow Second Lucky Midnight Pale"
).split()
NOUNS = (
    "Lanterns Harbour River Engines Gardens Letters Bridges Mirrors Islands Orchards Signals "
    "Horses Stairs Weather Windows Cities Feathers Tides Machines Shadows Rooftops Compass "
    "Carousel Arcade"
).split()
SCREEN = (
    "The Cartographer's Daughter, Nine Days of Rain, A Lighthouse in Winter, The Understudy, "
    "Station to Nowhere, The Beekeeper's Ledger, Salt Road, Goodnight Commodore"
).split(", ")
SERIES = (
    ("Harbour Street", (8, 8)),
    ("The Clockmakers", (8,)),
    ("Little Fox Garage", (6,)),
)
BOOKS = (
    "The Long Field, A History of Small Boats, Letters to a Tram Driver, The Orchard Year, "
    "Cooking by Lamplight, Seven Quiet Rooms, The Glass Meadow, Nobody's Almanac, "
    "What the Tide Kept, A Field Guide to Waiting, The Ferryman's Accounts, Under the Slate, "
    "Maps for the Left-Handed, The Sparrow Ledger, Half a Lantern, The Weather Museum, "
    "Stone Bread, An Evening in Ulverby"
).split(", ")
OTHERS = (
    "Harbour Street: The Podcast, Meridian Sessions, Night Ferry Radio, The Tramline Story, "
    "Ledger Lines"
).split(", ")


def people(*scope: str) -> Iterator[str]:
    """Return persons' names, no two alike."""
    return iter(shuffled([f"{first} {last}" for first in FIRST for last in LAST], *scope))


def titles(*scope: str) -> Iterator[str]:
    """Return titles of songs, no two alike."""
    return iter(shuffled([f"{one} {two}" for one in ADJECTIVES for two in NOUNS], *scope))
