"""From the JSON document to a ``Deal``: every check that a JSON Schema can't make."""

from fractions import Fraction
from typing import Any

from kernel.currencies import minor_units
from kernel.errors import DomainError
from kernel.period import MONTHS_IN
from royalties.engine.errors import DealInvalid
from royalties.engine.reader import Reader
from royalties.engine.reading_accounts import read_accounts
from royalties.engine.reading_flows import read_waterfall
from royalties.engine.reading_rates import read_clause
from royalties.engine.terms import Clause, Counter, Deal, Split, Trigger


def read_deal(document: dict[str, Any]) -> Deal:
    """Return the deal written in ``document``, or raise DealInvalid with every problem found."""
    try:
        currency = document["currency"]
        minor_units(currency)
    except (KeyError, TypeError, DomainError) as error:
        message = getattr(error, "detail", "there is no currency")
        raise DealInvalid(
            [{"path": "currency", "message": message, "expected": "a currency such as USD"}]
        ) from error
    r = Reader(currency)
    try:
        deal = _read(r, document)
    except (KeyError, TypeError, AttributeError, IndexError, DomainError) as error:
        r.problem("", f"the document's shape is wrong near {error}", "see docs/deals.md")
        raise DealInvalid(r.problems) from error
    if r.problems:
        raise DealInvalid(r.problems)
    return deal


def _read(r: Reader, d: dict[str, Any]) -> Deal:
    payees = _payees(r, d.get("payees", {}))
    splits = _splits(r, d.get("splits", {}), list(payees))
    groups = tuple(d.get("groups") or [""])
    names = {
        "counter": list(d.get("counters", {})),
        "trigger": list(d.get("triggers", {})),
        "payee": list(payees),
        "split": list(splits),
        "group": list(groups),
    }
    clauses = tuple(
        read_clause(r, each, f"income[{n}]", names) for n, each in enumerate(d.get("income", []))
    )
    counters = {n: _counter(r, n, c, clauses) for n, c in d.get("counters", {}).items()}
    _members(r, clauses, counters)
    triggers = {n: _trigger(r, n, t, names["counter"]) for n, t in d.get("triggers", {}).items()}
    waterfall = read_waterfall(r, d.get("waterfall", []), clauses, list(payees))
    _unique(r, [c.id for c in clauses] + [s.id for s in waterfall], "income")
    period, year_starts = _accounting(r, d.get("accounting", {}))
    _term(r, d.get("term", {}))
    daily = _flows_daily(r, d.get("counters", {}))
    as_of = d.get("territories_as_of", "sold_on")
    order = _order(r, counters, triggers, clauses)
    paying, ids = _paying(clauses, splits, waterfall), [clause.id for clause in clauses]
    fx = d.get("fx", {})
    return Deal(
        d.get("deal", ""),
        d.get("title", ""),
        r.currency,
        fx.get("at", "period_end"),
        fx.get("source", ""),
        period,
        year_starts,
        None if as_of == "sold_on" else r.day(as_of, "territories_as_of"),
        payees,
        counters,
        triggers,
        daily,
        groups,
        clauses,
        splits,
        waterfall,
        read_accounts(r, d.get("accounts", {}), payees, paying, ids, period, year_starts),
        tuple(d.get("examples", [])),
        order,
        r.where(d.get("covers"), "covers"),
    )


def _payees(r: Reader, d: dict[str, Any]) -> dict[str, int]:
    """Return each payee's minimum payout in smallest units."""
    for name in {"closing", "rest", "pots", "costs_raised", "untaken"} & set(d):
        r.problem(f"payees.{name}", f"{name} is reserved", "another identifier")
    return {
        name: r.minor(each.get("minimum_payout", "0"), f"payees.{name}.minimum_payout")
        for name, each in d.items()
    }


def _accounting(r: Reader, d: dict[str, Any]) -> tuple[str, str]:
    """Return the kind of period and the first day of the contract year (MM-DD)."""
    if d.get("period") not in MONTHS_IN:
        r.problem("accounting.period", "no kind of period", "month, quarter, half or year")
    return d.get("period", "year"), d.get("year_starts", "01-01")


def _term(r: Reader, d: dict[str, Any]) -> None:
    """Check the contract's first and last day; they are said and listed, and change no figure."""
    first, last = (r.day(d[end], f"term.{end}") if end in d else None for end in ("from", "to"))
    if first and last and last < first:
        r.problem("term.to", "the last day is before the first", f"{d['from']} or later")


def _flows_daily(r: Reader, counters: dict[str, Any]) -> bool:
    """Return whether each day is a period of its own for tiers, triggers and counters."""
    flows = {counter.get("flow", "even") for counter in counters.values()}
    if len(flows) > 1:
        r.problem("counters", "counters flow differently", "one flow for all counters")
    return flows == {"sold_on"}


def _members(r: Reader, clauses: tuple[Clause, ...], counters: dict[str, Counter]) -> None:
    for n, clause in enumerate(clauses):
        for each in clause.rate.members:
            counter = counters.get(each.counter)
            if counter is not None and counter.measure == "royalty":
                r.problem(
                    f"income[{n}].rate", "a member's counter counts royalty", "units or money"
                )


def _unique(r: Reader, names: list[str], path: str) -> None:
    for name in sorted({n for n in names if names.count(n) > 1}):
        r.problem(path, f"{name!r} is used twice", "identifiers used once among clauses and steps")
    if "floor" in names or "" in names:
        r.problem(path, "an identifier is missing or reserved", "an identifier, not floor")


def _paying(clauses: Any, splits: dict[str, Split], waterfall: Any) -> dict[str, list[str]]:
    """Return for each payee the clauses and steps that can pay it, in order."""
    found: dict[str, list[str]] = {}
    for clause in clauses:
        for payee in receivers(clause, splits):
            found.setdefault(payee, []).append(clause.id)
    for step in waterfall:
        listed = [step.to] if step.to else [p.to for p in step.parties]
        for payee in [*listed, *(name for kind, name, _ in step.parts if kind == "payee")]:
            if step.id not in found.setdefault(payee, []):
                found[payee].append(step.id)
    return found


def receivers(clause: Clause, splits: dict[str, Split]) -> list[str]:
    """Return the payees named by a clause; a shares split may pay every payee (``*``)."""
    kind, name = clause.to
    if kind == "payee":
        return [name]
    if kind == "split" and name in splits:
        split = splits[name]
        return ["*"] if split.kind == "shares" else [payee for payee, _ in split.weights]
    return []


def _splits(r: Reader, d: dict[str, Any], payees: list[str]) -> dict[str, Split]:
    found = {}
    for name, each in d.items():
        path = f"splits.{name}"
        if "shares" in each:
            other = each.get("else")
            if other is not None:
                r.name(other, payees, f"{path}.else", "payee")
            controlled = each.get("among", "all") == "controlled"
            found[name] = Split("shares", (), each["shares"], controlled, other)
            continue
        kind = "percent" if "percent" in each else "weights"
        for payee in each.get(kind, {}):
            r.name(payee, payees, f"{path}.{kind}.{payee}", "payee")
        found[name] = Split(kind, _weights(r, each.get(kind, {}), f"{path}.{kind}", kind))
    return found


def _weights(
    r: Reader, d: dict[str, Any], path: str, kind: str
) -> tuple[tuple[str, Fraction], ...]:
    rest = [payee for payee, value in d.items() if value == "rest" and kind == "percent"]
    parts = {p: r.number(v, f"{path}.{p}") for p, v in d.items() if p not in rest}
    total = sum(parts.values(), Fraction())
    if any(part < 0 for part in parts.values()) or (kind == "weights" and total <= 0):
        r.problem(path, "the parts can't divide anything", "parts of zero or more, not all zero")
        return ()
    if kind == "weights":
        return tuple((payee, part / total) for payee, part in parts.items())
    if len(rest) > 1 or total > 100 or (not rest and total != 100):
        r.problem(path, f"the percentages add to {total}", "100, or one payee who takes the rest")
    return tuple((p, (100 - total if p in rest else parts[p]) / 100) for p in d)


def _counter(r: Reader, name: str, d: dict[str, Any], clauses: tuple[Clause, ...]) -> Counter:
    path = f"counters.{name}"
    measure: Any = d.get("measure")
    amount = Fraction(0)
    if isinstance(measure, dict) and "per_unit" in measure:
        measure, amount = "per_unit", r.number(measure["per_unit"], f"{path}.measure.per_unit")
    elif isinstance(measure, dict):
        amount = r.percent(measure.get("percent"), f"{path}.measure.percent", most=None)
        measure = "percent"
    known = ("units", "amount", "per_unit", "percent", "base", "royalty", "costs")
    if measure not in known:
        r.problem(f"{path}.measure", f"{measure!r} is no measure", ", ".join(known))
    of = tuple(d.get("of", ()))
    if (measure in ("base", "royalty", "costs")) != bool(of):
        r.problem(f"{path}.of", "of is missing or not allowed", "only with base, royalty, costs")
    if measure in ("base", "royalty"):
        for n, each in enumerate(of):
            r.name(each, [c.id for c in clauses], f"{path}.of[{n}]", "clause")
    if measure == "base":
        for n, each in enumerate(of):
            if any(c.id == each and c.base is None for c in clauses):
                r.problem(f"{path}.of[{n}]", f"{each} has no base", "a clause with a base")
    return Counter(
        name,
        str(measure),
        d.get("over", "life"),
        r.where(d.get("where"), f"{path}.where"),
        amount,
        of,
        r.number(d.get("opening", "0"), f"{path}.opening"),
        tuple(d.get("less", ())),
    )


def _trigger(r: Reader, name: str, d: dict[str, Any], counters: list[str]) -> Trigger:
    path, reaches = f"triggers.{name}", d.get("reaches")
    r.name(d.get("counter", ""), counters, f"{path}.counter", "counter")
    other, amount = None, Fraction(0)
    if isinstance(reaches, dict):
        other = r.name(reaches.get("counter", ""), counters, f"{path}.reaches.counter", "counter")
    else:
        amount = r.number(reaches, f"{path}.reaches")
    return Trigger(
        name,
        d.get("counter", ""),
        amount,
        other,
        d.get("acts", "prospective"),
        bool(d.get("latch", True)),
    )


def _order(
    r: Reader,
    counters: dict[str, Counter],
    triggers: dict[str, Trigger],
    clauses: tuple[Clause, ...],
) -> tuple[str, ...]:
    """Return counters so that what feeds one comes before it; note what may not feed."""
    needs: dict[str, set[str]] = {name: set() for name in counters}
    by_id = {clause.id: clause for clause in clauses}
    for name, counter in counters.items():
        if counter.measure != "royalty":
            continue
        for n, each in enumerate(counter.of):
            clause = by_id.get(each)
            if clause is not None:
                _feed(r, f"counters.{name}.of[{n}]", clause, name, triggers, needs, counters)
    order: list[str] = []
    while len(order) < len(counters):
        ready = [n for n in counters if n not in order and needs[n] <= set(order)]
        if not ready:
            circle = ", ".join(n for n in counters if n not in order)
            r.problem(
                "counters",
                f"counters feed each other in a circle: {circle}",
                "a circle only of a marginal tier by its own royalty",
            )
            return tuple(counters)
        order += ready
    return tuple(order)


def _feed(
    r: Reader,
    path: str,
    clause: Clause,
    name: str,
    triggers: dict[str, Trigger],
    needs: dict[str, set[str]],
    counters: dict[str, Counter],
) -> None:
    allowed = "percent, per_unit, table, marginal tiers, best rates per line"
    rate = clause.rate
    if rate.kind == "fixed" or (rate.kind == "best" and rate.per != "line"):
        r.problem(path, f"{clause.id} can't feed a royalty counter", allowed)
    for each in rate.members or (rate,):
        if each.kind != "tiers":
            continue
        if each.per != "marginal":
            r.problem(path, f"{clause.id}'s tiers are not marginal", allowed)
        if rate.members and getattr(counters.get(each.counter), "measure", "") == "royalty":
            r.problem(path, f"{clause.id}: a member's counter counts royalty", "another counter")
        if each.counter != name:
            needs[name].add(each.counter)
    trigger = triggers.get(clause.when or "")
    if trigger is not None:
        if trigger.acts == "retroactive":
            r.problem(path, f"{clause.id} waits for a retroactive trigger", allowed)
        needs[name] |= {trigger.counter, *([trigger.other] if trigger.other else [])}
