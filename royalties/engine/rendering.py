"""A deal in plain language: what the document says, in sentences, in the order money flows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from royalties.engine import rendering_rates as rates
from royalties.engine.rendering_words import conditions, listed, number_words

PERIODS = {"month": "monthly", "quarter": "quarterly", "half": "half-yearly", "year": "yearly"}
EXAMPLES = "Worked examples"
FX_DAYS = {
    "sold_on": "of the day of each sale",
    "received": "of the day the money was received",
    "period_end": "of the period's last day",
    "average": "averaged over the period",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the rendering, with its sentences."""

    title: str
    sentences: tuple[str, ...]


def describe(document: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return a valid deal document in English, as sections with at least one sentence each."""
    parts = (
        ("The deal", _header(document)),
        ("What is counted", _counters(document)),
        ("What is earned", _income(document)),
        ("How earnings are divided", _splits(document)),
        ("The waterfall", _waterfall(document)),
        ("Each payee's account", _accounts(document)),
        (EXAMPLES, _examples(document)),
    )
    sections = (Section(title, tuple(sentences)) for title, sentences in parts)
    return tuple(section for section in sections if section.sentences)


def _header(deal: Mapping[str, Any]) -> Iterator[str]:
    way = "We pay" if deal["direction"] == "out" else "We are paid"
    accounting = deal["accounting"]
    names = [_named(deal, payee) for payee in deal["payees"]]
    to = f" to {listed(names)}" if deal["direction"] == "out" else f", accounted to {listed(names)}"
    yield (
        f"{deal['title']} ({deal['deal']}). {way} in {deal['currency']}, "
        f"{PERIODS[accounting['period']]}{to}."
    )
    if "term" in deal:
        term = deal["term"]
        until = f" to {term['to']}" if "to" in term else ", without an end"
        yield f"The contract runs from {term['from']}{until}."
    if accounting.get("year_starts", "01-01") != "01-01":
        yield f"The contract year begins on {accounting['year_starts']} (month-day)."
    due = accounting.get("due", {})
    if "days_after" in due:
        yield f"Payment falls due {due['days_after']} days after the period's last day."
    if "dates" in due:
        days = [f"{period}: {day}" for period, day in due["dates"].items()]
        yield f"Payment falls due on ({listed(days)})."
    if "fx" in deal:
        fx = deal["fx"]
        yield f"Other currencies convert once, at the {fx['source']} rate {FX_DAYS[fx['at']]}."
    if deal.get("covers"):
        yield f"It covers {conditions(deal['covers'])}; other sales aren't its business."
    as_of = deal.get("territories_as_of", "sold_on")
    if as_of != "sold_on":
        yield f"Groups of territories mean their members on {as_of}."
    for payee, body in deal["payees"].items():
        if "minimum_payout" in body:
            least = f"{body['minimum_payout']} {deal['currency']}"
            yield f"{_named(deal, payee)} is paid once at least {least} has come together."


def _named(deal: Mapping[str, Any], payee: str) -> str:
    return str(deal["payees"].get(payee, {}).get("name", payee))


def _counters(deal: Mapping[str, Any]) -> Iterator[str]:
    spans = {"period": "in each period", "year": "in each contract year", "life": "for life"}
    for name, counter in deal.get("counters", {}).items():
        what = _measured(counter, deal["currency"])
        lines = f" of {conditions(counter['where'])}" if "where" in counter else ""
        less = f", less costs of {listed(counter['less'])}" if "less" in counter else ""
        opening = f", beginning at {counter['opening']}" if "opening" in counter else ""
        yield f"“{name}” counts {what}{lines}{less}, {spans[counter['over']]}{opening}."
    if any(counter.get("flow") == "sold_on" for counter in deal.get("counters", {}).values()):
        yield "Counters run day by day, in the order of the sales dates."
    for name, trigger in deal.get("triggers", {}).items():
        goal = trigger["reaches"]
        goal = f"“{goal['counter']}”" if isinstance(goal, Mapping) else number_words(goal)
        acts = (
            "from that moment on"
            if trigger["acts"] == "prospective"
            else "and then back to the beginning of the count"
        )
        stays = "" if trigger.get("latch", True) else "; it is lost again if the count falls back"
        yield f"“{name}” is reached when “{trigger['counter']}” is at least {goal}, {acts}{stays}."


def _measured(counter: Mapping[str, Any], currency: str) -> str:
    measure = counter["measure"]
    of = listed([f"“{name}”" for name in counter.get("of", [])])
    if isinstance(measure, Mapping):
        if "per_unit" in measure:
            return f"a notional {measure['per_unit']} {currency} for each unit"
        return f"a notional {measure['percent']} % of the amounts"
    return {
        "units": "the units",
        "amount": "the amounts",
        "base": f"the base of {of}",
        "royalty": f"the earnings of {of}",
        "costs": f"the costs of {of}",
    }[measure]


def _income(deal: Mapping[str, Any]) -> Iterator[str]:
    grouped = len(deal.get("groups", [])) > 1
    for clause in deal["income"]:
        sentence = rates.clause_sentence(clause, deal["currency"])
        group = f" [{clause['group']}]" if grouped and "group" in clause else ""
        waits = f" once “{clause['when']}” is reached" if "when" in clause else ""
        yield f"“{clause['id']}”{group}: {sentence}{waits}, to {_recipient(deal, clause['to'])}."


def _recipient(deal: Mapping[str, Any], to: Any) -> str:
    if isinstance(to, Mapping):
        kind, name = next(iter(to.items()))
        return f"the {kind} “{name}”"
    return _named(deal, to)


def _splits(deal: Mapping[str, Any]) -> Iterator[str]:
    for name, split in deal.get("splits", {}).items():
        if "percent" in split:
            parts = [
                f"{_named(deal, payee)} {'the rest' if part == 'rest' else part + ' %'}"
                for payee, part in split["percent"].items()
            ]
        elif "weights" in split:
            weights = split["weights"].items()
            parts = [f"{_named(deal, payee)} {weight} parts" for payee, weight in weights]
        else:
            among = "all shares" if split["among"] == "all" else "the controlled shares"
            rest = f"; what nobody here holds goes to {_named(deal, split['else'])}"
            parts = [f"by {among} of “{split['shares']}”{rest if 'else' in split else ''}"]
        yield f"“{name}”: {listed(parts)}."


def _waterfall(deal: Mapping[str, Any]) -> Iterator[str]:
    for number, step in enumerate(deal.get("waterfall", []), 1):
        kind = next(key for key in ("fee", "costs", "recoup", "split") if key in step)
        said = rates.STEPS[kind](step[kind], deal["currency"], lambda to: _recipient(deal, to))
        left = f"; what is left is “{step['as']}”" if "as" in step else ""
        yield f"{number}. From “{step['from']}”: {said}{left}."


def _accounts(deal: Mapping[str, Any]) -> Iterator[str]:
    currency = deal["currency"]
    for payee, account in deal.get("accounts", {}).items():
        who = _named(deal, payee)
        for word, verb in (("cap", "at most"), ("floor", "at least")):
            if word in account:
                term = account[word]
                over = {"life": "in all"}.get(term["over"], f"in each {term['over']}")
                yield f"{who} earns {verb} {term['amount']} {currency} {over}."
        for reserve in account.get("reserves", []):
            yield _reserve(who, reserve)
        for advance in account.get("advances", []):
            back = _recouped(advance, "not recouped")
            yield (
                f"{who} receives an advance “{advance['id']}” of {advance['amount']} {currency} "
                f"on {advance['on']}, {back}."
            )
        for cost in account.get("costs", []):
            share = cost.get("percent", "100")
            yield (
                f"{share} % of the costs of {listed(cost['category'])} are taken from {who}, "
                f"{_recouped(cost, '')}."
            )
        for guarantee in account.get("guarantees", []):
            yield from _guarantee(who, guarantee, currency)


def _reserve(who: str, reserve: Mapping[str, Any]) -> str:
    of = f" under {listed(_quoted(reserve['clauses']))}" if "clauses" in reserve else ""
    where = f" of {conditions(reserve['where'])}" if "where" in reserve else ""
    parts = [f"{part} %" for part in reserve["release"]]
    several = "periods after" if len(parts) > 1 else "period after"
    ends = ""
    if "liquidated_on" in reserve:
        ends = f"; all of it in the period of {reserve['liquidated_on']}, and nothing is kept then"
    return (
        f"{reserve['percent']} % of what {who} earns by the sales{where}{of}, returns not set off, "
        f"is kept back (“{reserve['id']}”) and released in the {several}: {listed(parts)}{ends}."
    )


def _recouped(term: Mapping[str, Any], otherwise: str) -> str:
    if not term.get("recoupable", True):
        return otherwise
    sources = term.get("recoup_from")
    return f"recouped from {listed(_quoted(sources))}" if sources else "recouped from all earnings"


def _guarantee(who: str, guarantee: Mapping[str, Any], currency: str) -> Iterator[str]:
    of = f" from {listed(_quoted(guarantee['clauses']))}" if "clauses" in guarantee else ""
    if "every" in guarantee:
        yield (
            f"{who} is guaranteed {guarantee['amount']} {currency} in each contract year{of} "
            f"(“{guarantee['id']}”)."
        )
        return
    for window in guarantee["windows"]:
        paid = [f"{each['amount']} on {each['on']}" for each in window["instalments"]]
        yield (
            f"{who} is guaranteed {currency} {listed(paid)}{of}, for {window['from']} to "
            f"{window['to']} (“{guarantee['id']}”)."
        )
    if guarantee.get("crossed"):
        yield f"The windows of “{guarantee['id']}” stand in for each other."


def _quoted(names: Sequence[str]) -> list[str]:
    return [f"“{name}”" for name in names]


def _examples(deal: Mapping[str, Any]) -> Iterator[str]:
    for example in deal.get("examples", []):
        count = len(example["periods"])
        yield f"{example['name']} ({count} period{'s' if count != 1 else ''})."
