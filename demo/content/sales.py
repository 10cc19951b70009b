"""Sales of three quarters, as the partners' own files report them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

from demo.content import tables
from demo.content.dice import dice
from demo.content.plan import Delivery, Piece
from demo.content.tables import Layout

WHOLE = 100
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")
Row = dict[str, str]
STORES = "Tidepool,Lumen Audio,Parrot Player,Kestrel Music".split(",")
AMERICAS, EUROPE = "US US US CA MX BR AU JP".split(), "DE FR IT ES NL AT SE NO CH PL".split()
NAMED = ("United Kingdom", "Ireland", "United States", "New Zealand")
CHANNELS = (("PS", "Premium Streams", 38), ("AS", "Ad Streams", 21), ("DA", "Download", 7000))


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an organisation's sales; ``scale`` percent of the lines are made."""

    slug: str
    period: str
    scale: int

    @property
    def months(self) -> list[int]:
        """The quarter's months."""
        first = 3 * int(self.period[-1]) - 2
        return [first, first + 1, first + 2]

    def throw(self, partner: str) -> Random:
        """Return the dice of a partner's file."""
        return dice(self.slug, self.period, partner)

    def kept(self, rows: Iterator[Row]) -> list[Row]:
        """Return the share of the rows that this demo makes."""
        return [row for at, row in enumerate(rows) if at * 37 % 100 < self.scale]

    def file(self, partner: str, layout: Layout, rows: Sequence[Row]) -> Delivery:
        """Return rows as the partner's file of this quarter."""
        ending = "tsv" if layout.delimiter == "\t" else "csv"
        name = f"{partner}-{self.period}.{ending}"
        return Delivery(name, layout.profile, self.period, layout.written(rows))


def deliveries(quarter: Quarter, pieces: Sequence[Piece]) -> list[Delivery]:
    """Return the files of a quarter's partners; a small demo and Northlight have fewer partners."""
    by = {piece.code: piece for piece in pieces}
    recordings = [piece for piece in pieces if piece.kind == "recording"]
    songs = [piece for piece in pieces if piece.kind == "composition"]
    found = [
        _streams(quarter, "brightwater", tables.BRIGHTWATER, recordings, by, AMERICAS, "USD", 5)
    ]
    if quarter.slug == "northlight":
        return found
    found += [_performances(quarter, songs), _own_sales(quarter, pieces)]
    if quarter.scale < WHOLE:
        return found
    return [
        *found,
        _streams(quarter, "overland-europe", tables.OVERLAND, recordings, by, EUROPE, "EUR", 3),
        _downloads(quarter, recordings),
        _mechanicals(quarter, songs),
    ]


def _streams(
    quarter: Quarter,
    partner: str,
    layout: Layout,
    recordings: Sequence[Piece],
    by: dict[str, Piece],
    places: Sequence[str],
    currency: str,
    each: int,
) -> Delivery:
    throw = quarter.throw(partner)

    def rows() -> Iterator[Row]:
        for piece in recordings:
            for month in quarter.months:
                for _ in range(each):
                    row = streamed(throw, layout, piece, throw.choice(places), month, currency)
                    release = by.get(piece.parent)
                    row["Orchard UPC"] = dict(release.identifiers)["upc"] if release else ""
                    row["Product Name"] = release.title if release else piece.title
                    yield row

    return quarter.file(partner, layout, quarter.kept(rows()))


def streamed(
    throw: Random, layout: Layout, piece: Piece, place: str, month: int, currency: str
) -> Row:
    """Return one line of streams or downloads of a recording."""
    kind, described, price = throw.choice(CHANNELS[:2] * 4 + CHANNELS[2:])
    units = throw.randrange(1, 12) if kind == "DA" else throw.randrange(400, 9000)
    total = units * price
    artist = piece.credits[0][0]
    return {
        "Period": f"2026M{min(month + 1, 12):02}",
        "Activity Period": f"2026M{month:02}",
        "DMS": throw.choice(STORES),
        "Territory": place,
        "Artist Name": artist,
        "Track Name": piece.title,
        "Track Artist": artist,
        "ISRC": dict(piece.identifiers)["isrc"],
        "Volume": "1",
        "Track #": str(piece.number or 1),
        "Trans Type": kind,
        "Trans Type Description": described,
        "Unit Price": layout.number(price),
        "Quantity": str(units),
        "Total": layout.number(total),
        "Split Rate": layout.number(85, 2),
        "Label Share Net Receipts": layout.number(total * 85 // 100),
        "Preferred Currency": currency,
    }


def _downloads(quarter: Quarter, recordings: Sequence[Piece]) -> Delivery:
    layout, throw = tables.QUAYSIDE, quarter.throw("quayside")

    def rows() -> Iterator[Row]:
        for piece in recordings[::2]:
            for month in quarter.months:
                for store in ("Marlow Downloads", "Fennel Store"):
                    units = throw.randrange(1, 25)
                    price = throw.choice((5900, 6900, 7900))
                    yield {
                        "Sales Period": f"2026-{month:02}-01",
                        "Posted Date": f"2026-{month:02}-28",
                        "Store Name": store,
                        "Country of Sale": throw.choice(NAMED),
                        "Artist": piece.credits[0][0],
                        "Release Type": "Album",
                        "Song Title": piece.title,
                        "TC Song ID": piece.code,
                        "Optional ISRC": dict(piece.identifiers)["isrc"],
                        "Sales Type": "Download",
                        "# Units Sold": str(units),
                        "Per Unit Price": layout.number(price),
                        "Net Sales": layout.number(units * price),
                        "Net Sales Currency": "GBP",
                        "Exchange Rate": "1",
                        "Total Earned": layout.number(units * price),
                        "Currency": "GBP",
                    }

    return quarter.file("quayside-downloads", layout, quarter.kept(rows()))


def _song(piece: Piece, right: str, place: str, source: str, period: str) -> Row:
    return {
        "Work Title": piece.title,
        "Work ID": piece.code,
        "ISWC": dict(piece.identifiers)["iswc"],
        "Composers": " / ".join(name for name, _ in piece.credits),
        "Right Type": right,
        "Territory": place,
        "Source": source,
        "Period": period,
    }


def _performances(quarter: Quarter, songs: Sequence[Piece]) -> Delivery:
    layout, throw = tables.SOCIETY, quarter.throw("aldermoor")

    def rows() -> Iterator[Row]:
        for piece in songs:
            for place in throw.sample(["GB", "IE", "DE", "FR", "SE"], k=3):
                yield {
                    **_song(piece, "PR", place, "Aldermoor", quarter.period),
                    "Units": str(throw.randrange(3, 400)),
                    "Amount": layout.number(throw.randrange(90, 4200), 2),
                    "Currency": "GBP",
                }

    return quarter.file("aldermoor-performance", layout, quarter.kept(rows()))


def _mechanicals(quarter: Quarter, songs: Sequence[Piece]) -> Delivery:
    layout, throw = tables.SOCIETY, quarter.throw("continental")

    def rows() -> Iterator[Row]:
        for piece in songs:
            for place in throw.sample(["US", "DE", "NL", "IT"], k=2):
                units = throw.randrange(20, 900)
                yield {
                    **_song(piece, "MR", place, "Continental", quarter.period),
                    "Units": str(units),
                    "Amount": layout.number(units * throw.randrange(7, 12), 2),
                    "Currency": "USD" if place == "US" else "EUR",
                }

    return quarter.file("continental-mechanical", layout, quarter.kept(rows()))


def _own_sales(quarter: Quarter, pieces: Sequence[Piece]) -> Delivery:
    """Return the house's own sales: films and episodes to screens, books to shops."""
    throw = quarter.throw("own")
    rows = chain(_screens(quarter, throw, pieces), _books(quarter, throw, pieces))
    return quarter.file("own-sales", tables.OWN, quarter.kept(rows))


def _screens(quarter: Quarter, throw: Random, pieces: Sequence[Piece]) -> Iterator[Row]:
    """Yield sales of films and episodes; in the open quarter also of a film without a deal."""
    whole = ["MER-F01", "MER-F02"] + (["MER-F03"] if quarter.period == QUARTERS[-1] else [])
    sold = [p for p in pieces if p.code in whole for _ in range(6)]
    sold += [p for p in pieces if p.kind == "episode" and p.code.startswith(("MER-S1", "MER-S2"))]
    for piece in sold:
        for month in quarter.months:
            cents = throw.randrange(200, 900) * (100 if piece.kind == "film" else 30)
            yield {
                "own": piece.code,
                "title": piece.title,
                "right_type": "audiovisual",
                "channel": throw.choice(("svod", "tv", "est")),
                "territory": throw.choice(("US", "GB", "DE", "FR", "JP", "AU")),
                "source": throw.choice(("Canopy Home", "Ninth Street", "Sundial Plus")),
                "sold_on": f"2026-{month:02}",
                "units": str(throw.randrange(1, 900)),
                "amount": tables.OWN.number(cents, 2),
                "currency": "USD",
            }


def _books(quarter: Quarter, throw: Random, pieces: Sequence[Piece]) -> Iterator[Row]:
    """Yield sales of books by format, with their list prices; some copies come back."""
    titles = {f"MER-B{at:02}" for at in (1, 2, 4, 6, 8, 10, 12)}
    formats = (("paperback", "book_print", 999), ("ebook", "book_electronic", 799))
    for piece in (each for each in pieces if each.code in titles):
        for month in quarter.months:
            for named, right, price in formats:
                hardback = named == "paperback" and piece.code == "MER-B01"
                cents = 2500 if hardback else price
                units = throw.randrange(5, 120) * (4 if hardback else 1)
                units = -units // 5 if throw.randrange(14) == 0 else units
                yield {
                    "own": piece.code,
                    "title": piece.title,
                    "artist": piece.credits[0][0],
                    "right_type": right,
                    "channel": "shop" if named == "paperback" else "online",
                    "format": "hardback" if hardback else named,
                    "territory": throw.choice(("US", "US", "CA", "AU")),
                    "source": "Lantern Books Wholesale",
                    "sold_on": f"2026-{month:02}",
                    "units": str(units),
                    "amount": tables.OWN.number(units * cents * 55 // 100, 2),
                    "currency": "USD",
                    "list_price": tables.OWN.number(cents, 2),
                }
