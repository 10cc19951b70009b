"""Which work is it? By rule, by identifier, by title and artist; doubt is said, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from catalog.selectors import works
from catalog.selectors.works import Titled
from catalog.titles import artist_key, title_key, version_key
from royalties.linestore.keys import KEY_COLUMNS
from royalties.models import MatchRule

# The most telling number first: a recording's, then our own, the composition's, the release's.
IDENTIFIERS = ("isrc", "own", "iswc", "upc")
# Numbers that name one recording or composition: an unknown one speaks against a mere title.
TELLING = ("isrc", "iswc")


@dataclass(frozen=True, slots=True)
class Decision:
    """A key's work and how it was found; without a work, why a person must look."""

    work: UUID | None
    how: str = ""
    doubt: str = ""


def decide(texts: Mapping[str, Sequence[str]], fingerprints: Sequence[str]) -> list[Decision]:
    """Return a decision for each key; ``texts`` has the columns of KEY_COLUMNS, "" where empty.

    A handful of queries, whatever the number of keys.
    """
    rules = dict(
        MatchRule.objects.filter(reversed_at=None, fingerprint__in=set(fingerprints)).values_list(
            "fingerprint", "work_id"
        )
    )
    pairs = {(kind, value) for kind in IDENTIFIERS for value in texts[kind] if value}
    numbers = works.by_identifiers(pairs) if pairs else {}
    titles = [title_key(title) if title else "" for title in texts["title"]]
    titled = works.by_title({title for title in titles if title})
    found = []
    for at, fingerprint in enumerate(fingerprints):
        if fingerprint in rules:
            found.append(Decision(rules[fingerprint], "rule"))
            continue
        given = {name: texts[name][at] for name in KEY_COLUMNS}
        decision = _by_number(given, numbers)
        if decision is None:
            decision = _by_title(given, titled.get(titles[at], []))
        found.append(decision)
    return found


def _by_number(
    given: Mapping[str, str], numbers: Mapping[tuple[str, str], list[UUID]]
) -> Decision | None:
    """Return the work that the most telling known number names; None where none is known."""
    named = {kind: set(numbers.get((kind, given[kind]), ())) for kind in IDENTIFIERS if given[kind]}
    known = {kind: ids for kind, ids in named.items() if ids}
    if not known:
        return None
    kind, ids = next(iter(known.items()))
    if len(ids) > 1:
        return Decision(None, doubt=f"{kind.upper()} {given[kind]} names several works.")
    if kind != "upc" and "own" in known and known["own"] != ids:
        return Decision(None, doubt=f"{kind.upper()} and own number name different works.")
    unknown = next((k for k in TELLING if given[k] and k not in known and kind in ("upc",)), None)
    if unknown:
        return Decision(
            None, doubt=f"The product is known, {unknown.upper()} {given[unknown]} isn't."
        )
    return Decision(next(iter(ids)), "identifier")


def _by_title(given: Mapping[str, str], titled: Sequence[Titled]) -> Decision:
    """Return the only work of title, version and artist, unless a number speaks against it."""
    artist = artist_key(given["artist"]) if given["artist"] else ""
    version = version_key(given["title"])
    same = [
        work
        for work in titled
        if artist and artist in work.artist_keys and work.version_key == version
    ]
    number = next((kind for kind in IDENTIFIERS if given[kind]), None)
    if not same:
        if number:
            return Decision(None, doubt=f"{number.upper()} {given[number]} is in no catalogue.")
        if not given["title"]:
            return Decision(None, doubt="The line names no work.")
        return Decision(None, doubt="No work of that title by that artist.")
    if len(same) > 1:
        return Decision(None, doubt=f"{len(same)} works of that title by that artist.")
    telling = next((kind for kind in TELLING if given[kind]), None)
    if telling:
        return Decision(
            None, doubt=f"Title and artist are known, {telling.upper()} {given[telling]} isn't."
        )
    return Decision(same[0].work_id, "title")
