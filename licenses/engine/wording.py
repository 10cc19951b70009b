"""A licence in plain language, a sentence for each clause: for people, and to compare versions."""

from licenses.engine.days import AfterEvent, AfterStart, End, Fixed, Start
from licenses.engine.terms import Granted, HeldBack, Limited, Optioned, Part, Terms, Works


def when(start: Start) -> str:
    """Return a first day, or a day on which something falls due, in words."""
    if isinstance(start, Fixed):
        return start.day.isoformat()
    return _after(start)


def until(end: End) -> str:
    """Return a last day in words."""
    if end is None:
        return "for ever"
    if isinstance(end, AfterStart):
        return f"for {end.months} months"
    return f"to {end.day.isoformat()}" if isinstance(end, Fixed) else f"to {_after(end)}"


def _after(term: AfterEvent) -> str:
    parts = [f"{term.months} months"] if term.months else []
    parts += [f"{term.days} days"] if term.days else []
    told = " and ".join(parts) + " after" if parts else "on"
    told += f" {term.event.replace('_', ' ')} in {term.territory}"
    if term.not_before:
        told += f", not before {term.not_before}"
    return told + (f", no later than {term.no_later_than}" if term.no_later_than else "")


def works(entries: tuple[Works, ...]) -> str:
    """Return which works, in words."""
    told = []
    for one in entries:
        if one.how == "code":
            told.append(one.names[0])
        elif one.how == "below":
            told.append(f"{one.names[0]} with all below it")
        else:
            told.append(f"every {' and '.join(one.names)} of the catalogue")
    return ", ".join(told) or "the same works"


def lines(terms: Terms) -> list[str]:
    """Return the terms, one sentence each, in the document's order."""
    found = [
        f"{terms.title}: licensee {terms.licensee}, signed on {terms.signed_on}",
        f"Term: from {when(terms.start)} {until(terms.end)}",
        "Groups of territories have their members of "
        + ("the day of signature" if terms.date_rule == "signature" else "each day"),
    ]
    found += [_part(part) for part in terms.parts]
    if terms.fee or terms.instalments:
        found.append(f"Fixed fee {terms.fee} {terms.currency}")
    found += [
        f"Instalment {one.label}: {one.amount} {terms.currency}, due {when(one.due)}"
        for one in terms.instalments
    ]
    if terms.renewal:
        times = f", {terms.renewal.times} times at most" if terms.renewal.times else ""
        found.append(f"Renews itself by {terms.renewal.months} months{times}")
    if terms.audit:
        due = ", ".join(day.isoformat() for day in terms.audit.due)
        found.append(
            f"Clause {terms.audit.clause}: {terms.audit.by} may audit with "
            f"{terms.audit.notice_days} days' notice{f', due {due}' if due else ''}"
        )
    found += [f"Usage: {terms.usage}"] if terms.usage else []
    found += [f"Attribution: {terms.attribution}"] if terms.attribution else []
    return found + [f"Document: {one}" for one in terms.documents]


def _part(part: Part) -> str:
    what = f"{', '.join(part.rights)} in {part.territory} for {works(part.works)}"
    term = f"from {when(part.start)} {until(part.end)}"
    if isinstance(part, Granted):
        how = "exclusively" if part.exclusive else "not exclusively"
        spoken = f", in {', '.join(part.languages)}" if part.languages else ""
        told = f"grants {what}, {how}{spoken}, {term}"
    elif isinstance(part, HeldBack):
        whom = "we hold back" if part.binds == "licensor" else "the licensee holds back"
        told = f"{whom} {what}, {term}"
    elif isinstance(part, Optioned):
        told = (
            f"{part.kind.replace('_', ' ')} on {what}, {term}, to be used from "
            f"{part.exercise_from} to {part.exercise_by}"
        )
    else:
        assert isinstance(part, Limited)
        limits = [f"{part.runs} runs"] if part.runs else []
        limits += [f"{part.exhibition_days} exhibition days"] if part.exhibition_days else []
        told = f"at most {' on '.join(limits)} of {what}"
    return f"Clause {part.clause}: {told}"
