"""Series, films, clips, books and what is none of these."""

from demo.content import numbers, words
from demo.content.dice import dice
from demo.content.plan import Party, Piece

CLIPS = 12
NEIGHBOURS = ("Northlight Fjord", "The Northlight Glacier", "A Northlight Winter")


def screen(parties: tuple[Party, ...]) -> tuple[Piece, ...]:
    """Return the films, series and clips of Meridian Arts Group."""
    studios = [one for one in parties if one.code.startswith("STU")]
    directors = [one for one in parties if one.code.startswith("DIR")]
    found: list[Piece] = []
    for at, (title, seasons) in enumerate(words.SERIES, 1):
        found += _series(at, title, seasons, studios[at % len(studios)], directors[at - 1])
    throw = dice("films")
    for at, title in enumerate(words.SCREEN, 1):
        first, second = throw.sample(studios, k=2)
        owners = ((first.code, 2), (second.code, 1)) if at % 3 == 0 else ((first.code, 1),)
        found.append(
            Piece(
                code=f"MER-F{at:02}",
                kind="film",
                title=title,
                seconds=throw.randrange(5000, 8000),
                identifiers=(
                    ("eidr", numbers.eidr(at)),
                    ("isan", numbers.isan(at)),
                    ("own", f"MER-F{at:02}"),
                ),
                credits=((directors[at % 4].name, "director"), (directors[at % 3].name, "writer")),
                owners=owners,
            )  # fmt: skip
        )
    return (*found, *_clips(found, studios[0]))


def _series(
    at: int, title: str, seasons: tuple[int, ...], studio: Party, writer: Party
) -> list[Piece]:
    code, owners = f"MER-S{at}", ((studio.code, 1),)
    number = 100 * at
    found = [
        Piece(
            code=code,
            kind="series",
            title=title,
            identifiers=(("eidr", numbers.eidr(number)), ("own", code)),
            credits=((writer.name, "writer"),),
            owners=owners,
        )
    ]
    names = words.titles("episodes", code)
    for season, episodes in enumerate(seasons, 1):
        below = f"{code}-{season}"
        found.append(
            Piece(
                code=below,
                kind="season",
                title=f"{title}, season {season}",
                parent=code,
                number=season,
                identifiers=(("own", below),),
                owners=owners,
            )  # fmt: skip
        )
        for episode in range(1, episodes + 1):
            number += 1
            own = f"{below}E{episode:02}"
            found.append(
                Piece(
                    code=own,
                    kind="episode",
                    title=next(names),
                    parent=below,
                    number=episode,
                    seconds=2580 + 7 * (number % 11),
                    identifiers=(("eidr", numbers.eidr(number)), ("own", own)),
                    credits=((writer.name, "writer"),),
                    owners=owners,
                )  # fmt: skip
            )
    return found


def _clips(found: list[Piece], studio: Party) -> list[Piece]:
    whole = [one for one in found if one.kind in ("film", "series")]
    clips = []
    for at in range(1, CLIPS + 1):
        of = whole[at % len(whole)]
        clips.append(
            Piece(
                code=f"MER-C{at:02}",
                kind="clip",
                title=f"{of.title}: {'Trailer' if at <= len(whole) else 'Scene'} {at}",
                parent=of.code,
                seconds=2,
                identifiers=(("own", f"MER-C{at:02}"),),
                owners=of.owners or ((studio.code, 1),),
            )
        )
    return clips


def books(parties: tuple[Party, ...]) -> tuple[Piece, ...]:
    """Return the books, and podcasts and sessions, of Meridian Arts Group."""
    authors = [one for one in parties if one.code.startswith("AUT")]
    publisher = next(one for one in parties if one.name == "Meridian Books")
    found = []
    for at, title in enumerate(words.BOOKS, 1):
        author = authors[at % len(authors)]
        owners = ((author.code, 1), (publisher.code, 1)) if at % 2 else ((publisher.code, 1),)
        found.append(
            Piece(
                code=f"MER-B{at:02}",
                kind="book",
                title=title,
                identifiers=(("isbn", numbers.isbn(at)), ("own", f"MER-B{at:02}")),
                credits=((author.name, "author"),),
                owners=owners,
            )  # fmt: skip
        )
    for at, title in enumerate(words.OTHERS, 1):
        own = f"MER-O{at:02}"
        found.append(Piece(code=own, kind="other", title=title, identifiers=(("own", own),)))
    return tuple(found)


def northlight() -> tuple[Piece, ...]:
    """Return the films of Northlight."""
    return tuple(
        Piece(
            code=f"NOR-F{at:02}", kind="film", title=name,
            identifiers=(("eidr", numbers.eidr(900_000 + at)), ("own", f"NOR-F{at:02}")),
            owners=(("STU-01", 1),),
        )
        for at, name in enumerate(NEIGHBOURS, 1)
    )  # fmt: skip
