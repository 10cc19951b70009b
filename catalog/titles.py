"""Titles and artists' names as they are matched: folded, without bracketed versions."""

import re

from foundation.folding import fold

KEY_LENGTH = 500
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
# "Song - Remastered 2011", "Song – Live": a dash and a word that names a version, to the end.
_VERSION = re.compile(
    r"\s[-–—]\s(?=.*\b(?:remaster(?:ed)?|live|mono|stereo|remix|mix|edit|version|acoustic|"
    r"instrumental|demo|bonus track|radio|extended|explicit|clean)\b)[^-–—]*\Z",
    re.I,
)
_FEATURED = re.compile(r"(?<!\d )\b(?:feat|ft|featuring)\b\.?.*\Z", re.I)  # not "6 ft under"
_CREDIT = re.compile(r"\W*(?:feat|ft|featuring|with)\b", re.I)


def title_key(title: str) -> str:
    """Return the key of a title: "Blue Hour (Live) [2011 Remaster]" gives "blue hour".

    What stands in brackets, a version after a dash and featured artists are left out, unless
    nothing else is left.
    """
    bare = title
    while (shorter := _BRACKETED.sub(" ", bare)) != bare:
        bare = shorter
    bare = _FEATURED.sub(" ", _VERSION.sub(" ", bare))
    return (fold(bare) or fold(title))[:KEY_LENGTH]


def version_key(title: str, version: str = "") -> str:
    """Return what ``title_key`` leaves out of a title, and the version that is told apart from it.

    The words are folded and sorted: "Blue Hour (Live) [2011 Remaster]" and "Blue Hour - 2011
    Remaster" with the version "live" are the same. Featured artists are no version. Two works of
    one title are the same only where this is the same too.
    """
    bare, parts = title, [version]
    while (shorter := _BRACKETED.sub(" ", bare)) != bare:
        parts += (found for found in _BRACKETED.findall(bare) if not _CREDIT.match(found))
        bare = shorter
    bare = _FEATURED.sub(" ", bare)
    parts += _VERSION.findall(bare)
    words = {word for part in parts if part.strip() for word in fold(part).split()}
    return " ".join(sorted(words))


def artist_key(name: str) -> str:
    """Return the key of an artist's name: without featured artists and a leading "the"."""
    key = fold(_FEATURED.sub(" ", name)) or fold(name)
    return (key.removeprefix("the ") or key)[:300]
