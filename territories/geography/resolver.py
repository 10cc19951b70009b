"""From an expression and a day to a set of places, and from a place's code to yes or no."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from territories.geography.allocation import WORLD_SPAN
from territories.geography.atlas import Atlas, public_atlas
from territories.geography.expressions import Expression, parse
from territories.geography.spans import SpanSet

EVERYWHERE = SpanSet((WORLD_SPAN,))


def resolve(expression: Expression | str, *, on: date, atlas: Atlas | None = None) -> SpanSet:
    """Return the places that ``expression`` names with the groups' members of the day ``on``.

    The result may be empty (``EU`` in 1950). Raises as ``expressions.parse`` does.
    """
    known = atlas or public_atlas()
    read = parse(expression, atlas=known) if isinstance(expression, str) else expression
    return _resolved(read, on, known)


@lru_cache(maxsize=4096)
def _resolved(expression: Expression, on: date, atlas: Atlas) -> SpanSet:
    found = SpanSet()
    for sign, part in expression.terms:
        if isinstance(part, Expression):
            places = _resolved(part, on, atlas)
        else:
            places = places_of(part, on=on, atlas=atlas)
        found = found | places if sign == "+" else found - places
    return found


def places_of(code: str, *, on: date, atlas: Atlas) -> SpanSet:
    """Return the set of one code: a place's own interval, or its group's members on the day."""
    if code in atlas.meanings:
        known = atlas.public_words()
        told = [meaning for meaning in atlas.meanings[code] if meaning.on(on)]
        return resolve(told[-1].expression, on=on, atlas=known) if told else SpanSet()
    group = atlas.groups.get(code)
    if group is None:
        return SpanSet((atlas.spans[code],))
    return SpanSet.of(atlas.spans[member] for member in group.codes(on))


def change_dates(expression: Expression | str, *, atlas: Atlas | None = None) -> list[date]:
    """Return, in order, the days on which ``expression`` may begin to mean other places."""
    known = atlas or public_atlas()
    read = parse(expression, atlas=known) if isinstance(expression, str) else expression
    days: set[date] = set()
    for code in read.codes():
        if code in known.meanings:
            inner = known.public_words()
            for meaning in known.meanings[code]:
                days |= {edge for edge in (meaning.start, meaning.end) if edge}
                days |= set(change_dates(meaning.expression, atlas=inner))
        elif code in known.groups:
            days |= known.groups[code].change_dates()
    return sorted(days)


def normalize(word: str, *, atlas: Atlas | None = None) -> str:
    """Return the code for one territory as a file gives it (``us``, ``USA``, 840, Worldwide).

    Raises ``UnknownTerritory`` with the nearest matches.
    """
    return (atlas or public_atlas()).known(word.strip(), text=word.strip())


def matcher(expression: str, *, on: date, atlas: Atlas | None = None) -> Callable[[str], bool]:
    """Return a function that tells whether a territory code lies inside ``expression``.

    Groups have their members of the day ``on``. The code is anything ``normalize`` reads. A group's
    code lies inside when all its members do. A code that nobody knows (an unlisted venue, a
    distributor's own word) lies inside only where the whole world does: such a line belongs to
    a worldwide deal and to no narrower one. Raises as ``expressions.parse`` does.
    """
    return _matcher(expression, on, atlas or public_atlas())


@lru_cache(maxsize=1024)
def _matcher(expression: str, on: date, atlas: Atlas) -> Callable[[str], bool]:
    inside = resolve(expression, on=on, atlas=atlas)
    everywhere = inside.covers(EVERYWHERE)
    answers: dict[str, bool] = {}

    def lies_inside(code: str) -> bool:
        known = answers.get(code)
        if known is None:
            found = atlas.code(code.strip())
            known = everywhere or (
                found is not None and inside.covers(places_of(found, on=on, atlas=atlas))
            )
            answers[code] = known
        return known

    return lies_inside
