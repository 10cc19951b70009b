"""Answers about avails as plain values, for the API, the command line and pages."""

from datetime import date
from typing import Any

from rights.engine.asked import Block, Change, Code, Way
from rights.engine.boxes import Box
from rights.selectors.avails import Other, Title
from territories.selectors import names

SAID = {
    Change.NON_EXCLUSIVE: "take it non-exclusively",
    Change.START_LATER: "start on {first}",
    Change.END_EARLIER: "end on {last}",
    Change.DROP_PLACES: "leave out {places}",
    Change.DROP_DAYS: "take each territory for the days on which it is free",
    Change.WAIVER: "ask for {count} waiver{s}",
}


def told(title: Title) -> dict[str, Any]:
    """Return an answer with codes, names of territories and days included (ISO; None is open)."""
    answer = title.answer
    return {
        "work": str(title.work),
        "answer": answer.verdict.value,
        "free": [ground(box) for box in answer.free],
        "blocking": [_block(block, title) for block in answer.blocking],
        "ways_out": [_way(way) for way in answer.ways],
    }


def ground(box: Box) -> dict[str, str | None]:
    """Return a box in words: rights, territory, first and last day."""
    return {
        "rights": names.right_words(box.rights) or "several rights",
        "territory": names.words_for(box.places) or "several territories",
        "from": _day(box.window.start),
        "to": _day(box.window.last_day),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _block(block: Block, title: Title) -> dict[str, Any]:
    clause, strange = block.clause, others(block, title)
    by = clause.by or (strange[0].claim if strange else None)
    return {
        "code": clause.code.value,
        "clause": clause.clause or "; ".join(dict.fromkeys(one.words for one in strange)),
        "document": clause.document,
        "license": str(clause.license) if clause.license else None,
        "by": str(by) if by else None,
        "needed": block.needed,
        **ground(block.part),
    }


def others(block: Block, title: Title) -> list[Other]:
    """Return whose claims reach where we hold nothing; none for what else is in the way."""
    if block.clause.code is not Code.NO_RIGHTS_IN:
        return []
    return [one for one in title.others if one.box.common(block.part)]


def _way(way: Way) -> dict[str, Any]:
    return {
        "changes": [change.value for change in way.changes],
        "words": words(way),
        "waivers": [str(one) for one in way.waivers],
        "territory_days": way.given_up,
        "exact": way.exact,
        "asked": [ground(box) for box in way.asked],
        "dropped": [ground(box) for box in way.dropped],
    }


def words(way: Way) -> str:
    """Return a way out as a sentence's end, such as "start on 2026-07-01"."""
    window = way.asked[0].window
    gone = [box for box in way.dropped if box.window == window]
    places = names.words_for(gone[0].places) if gone else None
    count = len(way.waivers)
    return ", ".join(
        SAID[change].format(
            first=window.start,
            last=window.last_day,
            places=places or "some territories",
            count=count,
            s="" if count == 1 else "s",
        )
        for change in way.changes
    )
