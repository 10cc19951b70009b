"""Decisions of the gate as plain values, for the API and the command line."""

from typing import Any

from rights.engine.boxes import Box
from rights.engine.gate import Reason
from rights.selectors.gate import Decision
from rights.selectors.gate_questions import Asked
from territories.selectors import names


def told(decision: Decision) -> dict[str, Any]:
    """Return a decision with the codes, words and clauses of its reasons."""
    return {
        "allowed": decision.allowed,
        "reasons": [_reason(one, decision.asked) for one in decision.reasons],
        "territory": decision.asked.territory,
    }


def _reason(reason: Reason, asked: Asked) -> dict[str, str]:
    where = f": {_part(reason.part, asked)}" if reason.part else ""
    return {"code": reason.code.value, "detail": f"{reason.words}{where}", "clause": reason.clause}


def _part(part: Box, asked: Asked) -> str:
    """Return the part in question: rights, places and days."""
    whole = part.places == asked.box.places
    places = asked.territory if whole else names.public_words_for(part.places)
    rights = names.right_words(part.rights) or "several rights"
    first, last = part.window.start, part.window.last_day
    days = str(first) if first == last else str(part.window)
    return f"{rights} in {places or f'a part of {asked.territory}'}, {days}"
