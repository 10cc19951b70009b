"""What approvers are told: a deal's sentences and how its examples came out; a run's totals."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from accounts.changes import Line, Section
from accounts.selectors import people
from foundation.pages.filters import money_text
from royalties.engine import rendering
from royalties.engine.examples import run_examples
from royalties.engine.reading import read_deal
from royalties.models import DealVersion, Run
from royalties.selectors import board, calculations
from royalties.selectors.effects import Difference, differences
from royalties.services import effects


def of_signature(target_id: UUID, payload: Mapping[str, Any]) -> list[Section]:
    """Return the deal in plain language, marked where it departs from the version before.

    The last section says how its worked examples come out now. A draft that was replaced since the
    signature was asked for can't be shown any more, and the one section says so.
    """
    versions = DealVersion.objects.filter(deal_id=target_id)
    asked = versions.filter(number=payload["number"], sha256=payload["sha256"]).first()
    if asked is None:
        gone = "The draft was replaced after this was asked for. Ask for the new one's signature."
        return [Section("The deal", (Line(gone, "failed"),))]
    former = versions.signed().filter(number=payload["number"] - 1).first()
    return [*_effect(asked), *sentences(asked, former), _examples(asked)]


def of_run(target_id: UUID, payload: Mapping[str, Any]) -> list[Section]:
    """Return what a run's reviewer wrote, what it makes payable, and who stands out."""
    run = Run.objects.filter(pk=target_id, results_hash=payload["results_hash"]).first()
    if run is None or run.state == Run.State.SUPERSEDED:
        gone = "It was calculated anew after this was asked for. Ask for the new one's approval."
        return [Section("The run", (Line(gone, "failed"),))]
    found = board.compared(run)
    note = run.review_note or "No note."
    reviewer = people.name_of(run.reviewed_by) if run.reviewed_by else ""
    totals = [
        Line(f"{money_text(each.now)}, {money_text(each.change)} against the period before")
        for each in found.totals
        if each.key == "payable"
    ]
    flagged = [
        Line(f"{each.label}: {', '.join(each.flags)}; {money_text(each.now)}")
        for each in found.flagged[:20]
    ]
    return [
        Section("Review", (Line(f"{reviewer or 'A program'}: {note}"),)),
        Section("Payable", tuple(totals) or (Line("Nothing becomes payable."),)),
        Section("What stands out", tuple(flagged) or (Line("Nobody stands out."),)),
    ]


def _effect(asked: DealVersion) -> Iterator[Section]:
    """Yield the money effect of an amendment, as far as it is known."""
    job = effects.asked(asked)
    if job is None:
        return
    if job.result is None:
        word = "couldn't be calculated" if job.ended else "is being calculated. Look again soon"
        yield Section("Money effect", (Line(f"The effect on posted periods {word}."),))
        return
    told, currency = job.result, job.result["currency"]
    yield Section(
        "Money effect on posted periods", tuple(_told(told["past"], told["names"], currency))
    )
    if told["next"] is not None:
        title = f"Money effect on {told['next']['period']}, at the sales of a year before"
        yield Section(title, tuple(_told([told["next"]], told["names"], currency)))


def _told(
    entries: list[Mapping[str, Any]], names: Mapping[str, str], currency: str
) -> Iterator[Line]:
    each, sums = differences(entries)
    for refused in (entry for entry in entries if "refused" in entry):
        why = f"{refused['period']} can't be calculated with it: {refused['refused']}"
        yield Line(why, "failed")
    if not each:
        yield Line("Nobody is due another amount.")
        return
    for one in each:
        yield Line(f"{one.period}, {names.get(one.payee, one.payee)}: {_amounts(one, currency)}")
    if len(entries) > 1:
        for one in sums:
            name = names.get(one.payee, one.payee)
            yield Line(f"All periods, {name}: {_amounts(one, currency)}")


def _amounts(one: Difference, currency: str) -> str:
    old, new = (money_text((value, currency)) for value in (one.old, one.new))
    sign = "+" if one.more > 0 else ""
    return f"{old} becomes {new} ({sign}{money_text((one.more, currency))})"


def sentences(asked: DealVersion, former: DealVersion | None) -> Iterator[Section]:
    """Yield a version's sections in plain language, marked where they depart from ``former``."""
    before = {each.title: each.sentences for each in _rendered(former)}
    after = {each.title: each.sentences for each in _rendered(asked)}
    for title in dict.fromkeys([*after, *before]):
        old, new = before.get(title, ()), after.get(title, ())
        lines = _compared(old, new) if former else (Line(text) for text in new)
        yield Section(title, tuple(lines))


def _rendered(version: DealVersion | None) -> tuple[rendering.Section, ...]:
    """Return a version's sections without the examples, which are shown with their results."""
    told = rendering.describe(version.document) if version else ()
    return tuple(section for section in told if section.title != rendering.EXAMPLES)


def _compared(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for deed, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if deed == "equal":
            yield from (Line(text) for text in new[new_from:new_to])
        else:
            yield from (Line(text, "gone") for text in old[old_from:old_to])
            yield from (Line(text, "new") for text in new[new_from:new_to])


def _examples(asked: DealVersion) -> Section:
    results = run_examples(read_deal(asked.document), matcher=calculations.own_matcher())
    lines = [
        Line(each.name, "passed")
        if each.passed
        else Line(f"{each.name}: {'; '.join(each.differences)}", "failed")
        for each in results
    ]
    return Section(rendering.EXAMPLES, tuple(lines))
