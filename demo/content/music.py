"""Compositions, recordings and the releases that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from demo.content import numbers, words
from demo.content.dice import dice
from demo.content.plan import Party, Piece

# How the writers of a song divide it: halves, thirds, with the publisher, with a part not known.
DIVISIONS = (
    ((1, "W"), (1, "P")),
    ((1, "W"), (1, "W"), (1, "W")),
    ((3, "W"), (1, "P")),
    ((1, "W"), (1, "W")),
    ((5, "W"), (3, "W"), (2, "P")),
)
UNKNOWN_EVERY = 17  # every so many-th song has a quarter that nobody is known to hold
SAME_TITLE = "Paper Lanterns"
# Every name of Northlight has it: where it shows elsewhere, a wall has a hole.
MARK = "Northlight"


@dataclass(frozen=True, slots=True)
class Music:
    """The music of an organisation, and which recording records which composition."""

    pieces: tuple[Piece, ...]
    records: tuple[tuple[str, str], ...]


class _Desk:
    """Hands out titles, writers and numbers."""

    def __init__(self, slug: str, prefix: str, parties: tuple[Party, ...]) -> None:
        self.slug, self.prefix, self.throw = slug, prefix, dice(slug, "music")
        self.artists = [one for one in parties if one.code.startswith("ART")]
        self.writers = [one for one in parties if one.code.startswith("WRI")]
        self.publishers = [one for one in parties if one.code.startswith("PUB")][:4]
        self.labels = [one for one in parties if one.code.startswith("LAB")]
        self.titles: Iterator[str] = (
            f"{title} ({MARK} session)" if slug == "northlight" else title
            for title in words.titles(slug, "songs")
            if title != SAME_TITLE
        )
        self.compositions: list[Piece] = []
        self.recordings: list[Piece] = []


def music(slug: str, prefix: str, parties: tuple[Party, ...], releases: int) -> Music:
    """Return the releases of an organisation with their recordings and compositions."""
    desk = _Desk(slug, prefix, parties)
    albums: list[Piece] = []
    records: list[tuple[str, str]] = []
    for number in range(1, releases + 1):
        artist = desk.artists[(number - 1) % len(desk.artists)]
        label = desk.labels[(number - 1) % len(desk.labels)]
        code = f"{prefix}-L{number:02}"
        albums.append(
            Piece(
                code=code,
                kind="release",
                title=next(desk.titles),
                identifiers=(("upc", numbers.upc(_base(slug) + number)), ("own", code)),
                credits=((artist.name, "main"),),
                owners=((label.code, 1),),
            )
        )
        for track in range(1, desk.throw.choice((6, 7, 8)) + 1):
            records.append(_track(desk, code, track, artist, label))
    records += _twins(desk) if slug == "meridian" else []
    return Music((*albums, *desk.compositions, *desk.recordings), tuple(records))


def _base(slug: str) -> int:
    return 100 if slug == "meridian" else 900_000


def _track(desk: _Desk, release: str, number: int, artist: Party, label: Party) -> tuple[str, str]:
    """Make a recording and its composition; a few songs are recorded a second time."""
    covered = desk.compositions and desk.throw.randrange(16) == 0
    song = desk.throw.choice(desk.compositions) if covered else _song(desk)
    return _recording(desk, song, artist, label, release, number), song.code


def _song(desk: _Desk, title: str = "") -> Piece:
    number = len(desk.compositions) + 1
    division = DIVISIONS[number % len(DIVISIONS)]
    writers = desk.throw.sample(desk.writers, k=min(len(desk.writers), 3))
    publisher = desk.publishers[number % len(desk.publishers)]
    hands = iter(writers * 3)
    owners: dict[str, int] = {}
    for parts, hand in division:
        holder = next(hands) if hand == "W" else publisher
        owners[holder.code] = owners.get(holder.code, 0) + parts
    named = [one.name for one in writers if one.code in owners]
    whole = sum(owners.values())
    code = f"{desk.prefix}-W{number:03}"
    song = Piece(
        code=code,
        kind="composition",
        title=title or next(desk.titles),
        seconds=desk.throw.randrange(150, 330),
        identifiers=(("iswc", numbers.iswc(_base(desk.slug) + number)), ("own", code)),
        credits=tuple((name, ("composer", "lyricist")[at % 2]) for at, name in enumerate(named)),
        owners=tuple((holder, 3 * parts) for holder, parts in owners.items())
        if number % UNKNOWN_EVERY == 0
        else tuple(owners.items()),
        total=4 * whole if number % UNKNOWN_EVERY == 0 else None,
    )
    desk.compositions.append(song)
    return song


def _recording(
    desk: _Desk, song: Piece, artist: Party, label: Party, release: str, number: int
) -> str:
    place = len(desk.recordings) + 1
    code = f"{desk.prefix}-R{place:03}"
    guest = _guest(desk, artist)
    desk.recordings.append(
        Piece(
            code=code,
            kind="recording",
            title=song.title,
            parent=release,
            number=number or None,
            seconds=(song.seconds or 200) + desk.throw.randrange(-9, 10),
            identifiers=(("isrc", numbers.isrc(desk.slug, 2025, place)), ("own", code)),
            credits=((artist.name, "main"), *guest),
            owners=((label.code, 1),),
        )
    )
    return code


def _guest(desk: _Desk, artist: Party) -> tuple[tuple[str, str], ...]:
    throw: Random = desk.throw
    others = [one for one in desk.artists if one.code != artist.code]
    return ((throw.choice(others).name, "featured"),) if throw.randrange(9) == 0 else ()


def _twins(desk: _Desk) -> list[tuple[str, str]]:
    """Make two recordings of one title by one artist: no title alone tells them apart."""
    artist, label = desk.artists[1], desk.labels[0]
    pairs = []
    for _ in range(2):
        song = _song(desk, SAME_TITLE)
        pairs.append((_recording(desk, song, artist, label, "", 0), song.code))
    return pairs
