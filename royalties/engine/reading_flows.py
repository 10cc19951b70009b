"""Reading the waterfall."""

from fractions import Fraction
from typing import Any

from royalties.engine.reader import Reader
from royalties.engine.terms import Clause, Flow, Interest, Party

KINDS = ("fee", "costs", "recoup", "split")


def read_waterfall(
    r: Reader, listed: list[dict[str, Any]], clauses: tuple[Clause, ...], payees: list[str]
) -> tuple[Flow, ...]:
    """Read the steps; each may name only pots that exist by then."""
    pots = [clause.to[1] for clause in clauses if clause.to[0] == "pot"]
    steps = []
    for n, d in enumerate(listed):
        path = f"waterfall[{n}]"
        kinds = [kind for kind in KINDS if kind in d]
        if len(kinds) != 1:
            r.problem(path, "a step is exactly one thing", ", ".join(KINDS))
            continue
        r.name(d.get("from", ""), pots, f"{path}.from", "pot that exists by then")
        steps.append(_step(r, d, kinds[0], path, pots, payees))
        taken = {s.source for s in steps}
        for kind, name, _ in steps[-1].parts:
            if kind == "pot":
                _fill(r, name, taken, pots, f"{path}.split")
        if steps[-1].rest is not None:
            _fill(r, steps[-1].rest, taken, pots, f"{path}.as")
    return tuple(steps)


def _fill(r: Reader, name: str, taken: set[str], pots: list[str], path: str) -> None:
    if name in taken:
        r.problem(path, f"{name} has paid already: a circle", "a pot that no step paid from yet")
    pots.append(name)


def _step(
    r: Reader, d: dict[str, Any], kind: str, path: str, pots: list[str], payees: list[str]
) -> Flow:
    body, here = d[kind], f"{path}.{kind}"
    source, rest = d.get("from", ""), d.get("as")
    if kind == "fee":
        r.name(body.get("of", ""), pots, f"{here}.of", "pot that exists by then")
        return Flow(
            d["id"],
            kind,
            source,
            rest,
            r.name(body.get("to", ""), payees, f"{here}.to", "payee"),
            r.percent(body["percent"], f"{here}.percent"),
            body.get("of", ""),
        )
    if kind == "costs":
        cap = body.get("cap")
        return Flow(
            d["id"],
            kind,
            source,
            rest,
            r.name(body.get("to", ""), payees, f"{here}.to", "payee"),
            categories=tuple(body.get("category", ())),
            cap=(Fraction(r.minor(cap["amount"], f"{here}.cap.amount")), cap.get("over", "period"))
            if cap
            else None,
            interest=_interest(r, body.get("interest"), f"{here}.interest"),
        )
    if kind == "recoup":
        parties = tuple(
            Party(
                r.name(p.get("to", ""), payees, f"{here}.parties[{n}].to", "payee"),
                Fraction(r.minor(p["amount"], f"{here}.parties[{n}].amount"))
                if "amount" in p
                else None,
                tuple(p.get("contributions", ())),
                r.percent(p.get("premium", "100"), f"{here}.parties[{n}].premium", most=None),
                _interest(r, p.get("interest"), f"{here}.parties[{n}].interest"),
            )
            for n, p in enumerate(body.get("parties", []))
        )
        return Flow(d["id"], kind, source, rest, parties=parties)
    return Flow(d["id"], kind, source, rest, parts=_parts(r, body.get("parts", []), here, payees))


def _parts(
    r: Reader, listed: list[dict[str, Any]], path: str, payees: list[str]
) -> tuple[tuple[str, str, Fraction], ...]:
    parts = []
    for n, p in enumerate(listed):
        weight = r.number(p.get("weight", "1"), f"{path}.parts[{n}].weight")
        to = p.get("to", p)
        if isinstance(to, dict):
            parts.append(("pot", to.get("pot", ""), weight))
        else:
            parts.append(("payee", r.name(to, payees, f"{path}.parts[{n}].to", "payee"), weight))
    if sum((w for _, _, w in parts), Fraction()) <= 0 or any(w < 0 for _, _, w in parts):
        r.problem(f"{path}.parts", "the weights can't divide anything", "at least one above zero")
    return tuple(parts)


def _interest(r: Reader, d: dict[str, Any] | None, path: str) -> Interest | None:
    if d is None:
        return None
    count = d.get("day_count", "actual/365")
    if count not in ("actual/365", "actual/360", "30/360"):
        r.problem(f"{path}.day_count", f"{count!r} is unknown", "actual/365, actual/360, 30/360")
    start = r.day(d["from"], f"{path}.from") if "from" in d else None
    return Interest(
        r.percent(d.get("percent"), f"{path}.percent", most=None),
        d.get("kind", "simple") == "compound",
        count,
        start,
    )
