"""Reading rates and income clauses."""

from fractions import Fraction
from typing import Any

from royalties.engine.reader import Reader
from royalties.engine.terms import Base, Cap, Clause, Deduction, Rate, Step

KINDS = ("greater_of", "lesser_of", "tiers", "table", "fixed", "percent", "per_unit")


def read_rate(r: Reader, d: dict[str, Any], path: str, ladder: str, counters: list[str]) -> Rate:
    """Read one rate; ``ladder`` names its tiers in working and errors."""
    found = [kind for kind in KINDS if kind in d]
    if len(found) != 1:
        r.problem(path, "a rate is exactly one thing", "one of: " + ", ".join(KINDS))
        return Rate("percent")
    kind = found[0]
    rounding = r.rounding(d.get("round"), f"{path}.round")
    if kind == "percent":
        return Rate(kind, r.percent(d[kind], f"{path}.percent"), rounding)
    if kind == "per_unit":
        return Rate(kind, r.number(d[kind], f"{path}.per_unit"), rounding)
    if kind == "fixed":
        return Rate(kind, r.number(d[kind], f"{path}.fixed"), per=d.get("per", "period"))
    if kind == "tiers":
        return _tiers(r, d["tiers"], f"{path}.tiers", ladder, counters)
    if kind == "table":
        return _table(r, d, path, rounding)
    members = tuple(
        read_rate(r, each, f"{path}.{kind}[{n}]", f"{ladder}#{n}", counters)
        for n, each in enumerate(d[kind])
    )
    for n, each in enumerate(members):
        if each.kind in ("best", "fixed") or each.contents or each.per == "retroactive":
            r.problem(
                f"{path}.{kind}[{n}]",
                "this rate can't be a member",
                "percent, per_unit, table without contents, marginal or cliff tiers",
            )
    return Rate("best", per=d.get("per", "line"), members=members, lesser=kind == "lesser_of")


def _tiers(r: Reader, d: dict[str, Any], path: str, ladder: str, counters: list[str]) -> Rate:
    r.name(d.get("counter", ""), counters, f"{path}.counter", "counter")
    steps: list[Step] = []
    units: list[bool] = []
    for n, each in enumerate(d.get("steps", [])):
        here = f"{path}.steps[{n}]"
        edge = "from" if "from" in each else "over"
        units.append("per_unit" in each)
        rate = (
            r.number(each["per_unit"], f"{here}.per_unit")
            if units[-1]
            else r.percent(each.get("percent"), f"{here}.percent")
        )
        value = r.number(each.get(edge), f"{here}.{edge}")
        if n == 0 and (edge != "over" or value != 0):
            r.problem(f"{here}.{edge}", "the first step begins over 0", '"over": "0"')
        if steps and value <= steps[-1].value:
            r.problem(f"{here}.{edge}", "the steps don't rise", f"more than {steps[-1].value}")
        steps.append(Step(value, edge == "from", rate))
    if len(set(units)) > 1:
        r.problem(f"{path}.steps", "percents and unit rates are mixed", "all steps the same")
    if not steps:
        r.problem(f"{path}.steps", "there are no steps", "at least one step")
        return Rate("percent")
    return Rate(
        "tiers",
        per=d.get("kind", "marginal"),
        counter=d.get("counter", ""),
        ladder=ladder,
        of_units=units[0],
        steps=tuple(steps),
    )


def _table(r: Reader, d: dict[str, Any], path: str, rounding: Any) -> Rate:
    fill = tuple(
        (
            r.where(each["where"], f"{path}.fill[{n}].where") if "where" in each else None,
            r.percent(each.get("multiplier", "100"), f"{path}.fill[{n}].multiplier", most=None),
            bool(each.get("in_full", False)),
        )
        for n, each in enumerate(d.get("fill", []))
    )
    if "contents" in d and "multiplier" in d:
        r.problem(f"{path}.multiplier", "not allowed beside contents", "multipliers in fill")
    when = d.get("date", "sold_on")
    if when not in ("sold_on", "release", "delivery"):
        r.day(when, f"{path}.date")
    return Rate(
        "table",
        r.percent(d.get("multiplier", "100"), f"{path}.multiplier", most=None),
        rounding,
        table=d["table"],
        date=when,
        contents=d.get("contents", ""),
        fill=fill or ((None, Fraction(1), False),),
        cap=_cap(r, d["cap"], f"{path}.cap") if "cap" in d else None,
    )


def _cap(r: Reader, d: dict[str, Any], path: str) -> Cap:
    songs = {key: r.number(n, f"{path}.songs.{key}") for key, n in d.get("songs", {}).items()}
    return Cap(
        d.get("by", "format"),
        songs,
        r.percent(d.get("multiplier", "100"), f"{path}.multiplier", most=None),
        r.rounding(d.get("round"), f"{path}.round"),
        d.get("excess", ""),
    )


def read_base(r: Reader, d: Any, path: str) -> Base | None:
    """Read a base: a name, or a quantity, with ``at_source`` beside it or inside."""
    if d is None:
        return None
    if isinstance(d, str):
        simple = {
            "amount": Base("amount", True, False),
            "units": Base("units", False, False),
            "list_price": Base("list_price", True, True),
        }
        if d not in simple:
            r.problem(path, f"{d!r} is no base", "amount, units, list_price or a quantity")
        return simple.get(d)
    source = r.percent(d.get("at_source", "100"), f"{path}.at_source")
    if source == 0:
        r.problem(f"{path}.at_source", "a base can't be divided by nothing", "above 0")
        source = Fraction(1)
    name = d.get("quantity", d.get("base", ""))
    known = read_base(r, name, path) if name in ("amount", "units", "list_price") else None
    if known is not None and "money" not in d:
        return Base(known.quantity, known.money, known.times_units, source)
    return Base(name, bool(d.get("money", False)), bool(d.get("times_units", False)), source)


def read_deductions(r: Reader, listed: list[dict[str, Any]], path: str) -> tuple[Deduction, ...]:
    """Read deductions in their order; ``fixed`` comes last."""
    found: list[Deduction] = []
    for n, d in enumerate(listed):
        here = f"{path}[{n}]"
        if found and found[-1].kind == "fixed":
            r.problem(here, "a deduction after the fixed one", "the fixed deduction last")
        if "percent" in d:
            kind = "base" if d.get("of") == "base" else "remaining"
            found.append(Deduction(kind, r.percent(d["percent"], f"{here}.percent")))
        elif "per_unit" in d:
            found.append(Deduction("per_unit", r.number(d["per_unit"], f"{here}.per_unit")))
        elif "quantity" in d:
            each = r.number(d.get("each", "1"), f"{here}.each")
            units = bool(d.get("times_units", False))
            found.append(Deduction("quantity", each, d["quantity"], units, "each" not in d))
        elif "paid_at_source" in d:
            found.append(Deduction("quantity", Fraction(1), d["paid_at_source"], False, True))
        elif "fixed" in d:
            found.append(Deduction("fixed", r.number(d["fixed"], f"{here}.fixed")))
        else:
            r.problem(
                here, "no known deduction", "percent, per_unit, quantity, paid_at_source, fixed"
            )
    return tuple(found)


def read_clause(r: Reader, d: dict[str, Any], path: str, names: dict[str, list[str]]) -> Clause:
    """Read one income clause; ``names`` holds the deal's counters, triggers, payees, splits."""
    rate = read_rate(r, d.get("rate", {}), f"{path}.rate", d.get("id", path), names["counter"])
    if "group" in d or names["group"] != [""]:
        r.name(d.get("group", ""), names["group"], f"{path}.group", "group")
    if "when" in d:
        r.name(d["when"], names["trigger"], f"{path}.when", "trigger")
    adjustments = tuple(
        (
            r.where(a.get("where"), f"{path}.adjustments[{n}].where"),
            r.number(a.get("factor"), f"{path}.adjustments[{n}].factor"),
        )
        for n, a in enumerate(d.get("adjustments", []))
    )
    if any(factor < 0 for _, factor in adjustments):
        r.problem(f"{path}.adjustments", "a factor is below zero", "zero or more")
    base_document = d.get("base")
    if "at_source" in d and isinstance(base_document, str):
        base_document = {"quantity": base_document, "at_source": d["at_source"]}
    clause = Clause(
        d.get("id", ""),
        d.get("group", ""),
        r.where(d.get("where"), f"{path}.where"),
        read_base(r, base_document, f"{path}.base"),
        read_deductions(r, d.get("deductions", []), f"{path}.deductions"),
        rate,
        adjustments,
        _target(r, d.get("to"), f"{path}.to", names),
        d.get("when"),
    )
    _forbid(r, clause, d, path)
    return clause


def _target(r: Reader, to: Any, path: str, names: dict[str, list[str]]) -> tuple[str, str]:
    if isinstance(to, dict) and "split" in to:
        return "split", r.name(to["split"], names["split"], f"{path}.split", "split")
    if isinstance(to, dict) and "pot" in to:
        return "pot", to["pot"]
    return "payee", r.name(to, names["payee"], path, "payee")


def _forbid(r: Reader, clause: Clause, d: dict[str, Any], path: str) -> None:
    rate = clause.rate
    if rate.kind == "fixed" and rate.per not in ("period", "once", "work"):
        r.problem(f"{path}.rate.per", f"{rate.per!r} is unknown", "period, once or work")
    if rate.kind == "fixed" and rate.per != "work" and "where" in d:
        r.problem(f"{path}.where", "a fixed sum takes no lines", "no where")
    for each in rate.members or (rate,):
        percent = each.kind == "percent" or (each.kind == "tiers" and not each.of_units)
        if percent and clause.base is None:
            r.problem(f"{path}.base", "a percent needs a base", "amount, units, list_price, …")
    if rate.kind in ("per_unit", "fixed") and (clause.base or clause.deductions):
        r.problem(f"{path}.base", "this rate takes no base and no deductions", "leave it out")
    if clause.to[0] == "split" and rate.kind == "fixed" and rate.per != "work":
        shares = d.get("to", {}).get("split") in getattr(r, "share_splits", ())
        if shares:
            r.problem(f"{path}.to", "a fixed sum has no work to share by", "another split")
