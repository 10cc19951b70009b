"""From a licence's document to its terms: every problem is named with its path."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kernel.currencies import MINOR_UNITS
from kernel.errors import DomainError, InvalidValue
from kernel.numbers import parse_decimal
from licenses.engine import terms
from licenses.engine.days import AfterEvent, AfterStart, End, Fixed, Start
from licenses.engine.terms import Works

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
TOP = {
    "format", "license", "title", "licensee", "signed_on", "date_rule", "term", "currency", "fee",
    "instalments", "grants", "holdbacks", "options", "limits", "usage", "attribution", "audit",
    "renewal", "documents",
}  # fmt: skip
PART = {"clause", "works", "rights", "territory", "start", "end"}


class LicenseInvalid(DomainError):
    """A document that is no licence; ``problems`` have path and message."""

    code = "license_invalid"
    status = 422

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        path, message = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        told = [{"path": path, "message": message} for path, message in problems]
        super().__init__(f"{path}: {message}{more}", problems=told)


class _Reader:
    """Reads values of one document and remembers what was wrong where."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.problems: list[tuple[str, str]] = []

    def wrong(self, path: str, message: str) -> None:
        self.problems.append((path, message))

    def known(self, value: Any, names: set[str], path: str) -> dict[str, Any]:
        """Return a mapping with known names alone."""
        if not isinstance(value, dict):
            self.wrong(path, "expected an object {…}")
            return {}
        for name in sorted(set(value) - names):
            self.wrong(f"{path}/{name}", f"unknown word; known are {', '.join(sorted(names))}")
        return value

    def text(self, of: Mapping[str, Any], name: str, path: str, usual: str | None = None) -> str:
        value = of.get(name, usual)
        if not isinstance(value, str) or (usual is None and not value.strip()):
            self.wrong(f"{path}/{name}", "expected a text")
            return ""
        return value.strip()

    def one_of(self, of: Mapping[str, Any], name: str, path: str, values: Sequence[str]) -> str:
        value = of.get(name)
        if value not in values:
            self.wrong(f"{path}/{name}", f"expected one of {', '.join(values)}")
            return values[0]
        return str(value)

    def day(self, value: Any, path: str) -> date:
        try:
            if isinstance(value, str) and _DAY.match(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.wrong(path, "expected a day such as 2026-12-31")
        return date(2000, 1, 1)

    def whole(self, value: Any, path: str, least: int = 0) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= 100_000:
            return value
        self.wrong(path, f"expected a whole number of at least {least}")
        return least

    def amount(self, value: Any, path: str) -> Decimal:
        try:
            number = parse_decimal(value)
        except InvalidValue:
            number = Decimal(-1)
        if number < 0:
            self.wrong(path, 'expected an amount as text, such as "1250.00"')
            return Decimal(0)
        return number

    def texts(self, of: Mapping[str, Any], name: str, path: str) -> tuple[str, ...]:
        value = of.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            self.wrong(f"{path}/{name}", "expected a list of texts")
            return ()
        return tuple(value)

    def entries(self, name: str) -> list[tuple[str, Any]]:
        value = self.document.get(name, [])
        if not isinstance(value, list):
            self.wrong(f"/{name}", "expected a list")
            return []
        return [(f"/{name}/{at}", one) for at, one in enumerate(value)]

    def start(self, value: Any, path: str) -> Start:
        if not isinstance(value, dict):
            return Fixed(self.day(value, path))
        names = {"event", "territory", "months", "days", "not_before", "no_later_than"}
        of = self.known(value, names, path)
        limits = {
            name: self.day(of[name], f"{path}/{name}") if of.get(name) else None
            for name in ("not_before", "no_later_than")
        }
        low, high = limits["not_before"], limits["no_later_than"]
        if low and high and high < low:
            self.wrong(f"{path}/no_later_than", "lies before not_before")
        return AfterEvent(
            event=self.text(of, "event", path),
            territory=self.text(of, "territory", path).upper(),
            months=self.whole(of.get("months", 0), f"{path}/months"),
            days=self.whole(of.get("days", 0), f"{path}/days"),
            not_before=low,
            no_later_than=high,
        )

    def end(self, value: Any, path: str) -> End:
        if value is None:
            return None
        if isinstance(value, dict) and "event" not in value:
            of = self.known(value, {"months"}, path)
            return AfterStart(self.whole(of.get("months"), f"{path}/months", 1))
        return self.start(value, path)

    def works(self, of: Mapping[str, Any], path: str) -> tuple[Works, ...]:
        value = of.get("works", [])
        if not isinstance(value, list):
            self.wrong(f"{path}/works", "expected a list of codes, or of {below} and {kinds}")
            return ()
        found = []
        for at, one in enumerate(value):
            here = f"{path}/works/{at}"
            if isinstance(one, str) and one.strip():
                found.append(Works("code", (one.strip().upper(),)))
            elif isinstance(one, dict) and set(one) == {"below"}:
                found.append(Works("below", (self.text(one, "below", here).upper(),)))
            elif isinstance(one, dict) and set(one) == {"kinds"}:
                found.append(Works("kinds", tuple(sorted(self.texts(one, "kinds", here)))))
            else:
                self.wrong(here, 'expected a code, {"below": code} or {"kinds": [kinds]}')
        return tuple(found)


def read(document: Any) -> terms.Terms:
    """Return the terms of a document. Raises LicenseInvalid with every problem's path."""
    reader = _Reader(document if isinstance(document, dict) else {})
    top = reader.known(document, TOP, "")
    if top.get("format") != terms.FORMAT:
        reader.wrong("/format", f"expected {terms.FORMAT!r}")
    term = reader.known(top.get("term", {}), {"start", "end"}, "/term")
    start = reader.start(term.get("start"), "/term/start")
    end = reader.end(term.get("end"), "/term/end")
    shared = (start, end)
    currency = reader.text(top, "currency", "")
    if currency not in MINOR_UNITS:
        reader.wrong("/currency", "expected a currency of ISO 4217, such as EUR")
    found = terms.Terms(
        code=reader.text(top, "license", "").upper()[:64],
        title=reader.text(top, "title", "")[:200],
        licensee=reader.text(top, "licensee", ""),
        signed_on=reader.day(top.get("signed_on"), "/signed_on"),
        date_rule=reader.one_of(
            {"date_rule": "signature", **top}, "date_rule", "", ("signature", "current")
        ),
        start=start,
        end=end,
        currency=currency,
        fee=reader.amount(top.get("fee", "0"), "/fee"),
        instalments=_instalments(reader),
        grants=tuple(_grant(reader, path, one, shared) for path, one in reader.entries("grants")),
        holdbacks=tuple(
            _holdback(reader, path, one, shared) for path, one in reader.entries("holdbacks")
        ),
        options=tuple(
            _option(reader, path, one, shared) for path, one in reader.entries("options")
        ),
        limits=tuple(_limit(reader, path, one, shared) for path, one in reader.entries("limits")),
        usage=reader.text(top, "usage", "", ""),
        attribution=reader.text(top, "attribution", "", ""),
        audit=_audit(reader, top["audit"]) if top.get("audit") else None,
        renewal=_renewal(reader, top["renewal"]) if top.get("renewal") else None,
        documents=reader.texts(top, "documents", ""),
    )
    _whole(reader, found)
    if reader.problems:
        raise LicenseInvalid(reader.problems)
    return found


def _whole(reader: _Reader, found: terms.Terms) -> None:
    """Check what only the whole shows."""
    if not found.grants:
        reader.wrong("/grants", "a licence grants something: name at least one grant")
    if any(not one.works for one in found.grants):
        reader.wrong("/grants", "each grant names its works")
    total = sum((one.amount for one in found.instalments), Decimal(0))
    if total != found.fee:
        reader.wrong("/instalments", f"sum to {total}, but the fee is {found.fee}")
    places = MINOR_UNITS.get(found.currency, 2)
    if any(-int(one.amount.as_tuple().exponent) > places for one in found.instalments):
        reader.wrong("/instalments", f"amounts in {found.currency} have {places} decimals at most")
    own_days = isinstance(found.start, Fixed) and isinstance(found.end, Fixed | AfterStart)
    if found.renewal and not own_days:
        reader.wrong("/renewal", "only a term whose days are known renews itself")
    clauses = [one.clause for one in found.parts]
    if len(set(clauses)) < len(clauses):
        reader.wrong("/grants", "each clause has a number of its own")
    for part in found.parts:
        low, high = part.start, part.end
        if isinstance(low, Fixed) and isinstance(high, Fixed) and high.day < low.day:
            reader.wrong("/term", f"clause {part.clause} ends before it begins")


def _instalments(reader: _Reader) -> tuple[terms.Payment, ...]:
    found = []
    for path, one in reader.entries("instalments"):
        of = reader.known(one, {"label", "due", "amount"}, path)
        due = reader.start(of.get("due"), f"{path}/due")
        amount = reader.amount(of.get("amount"), f"{path}/amount")
        found.append(terms.Payment(reader.text(of, "label", path)[:120], due, amount))
    if len({one.label for one in found}) < len(found):
        reader.wrong("/instalments", "each instalment has a label of its own")
    return tuple(found)


def _part(
    reader: _Reader, path: str, value: Any, shared: tuple[Start, End], more: set[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the mapping, and what every clause about rights has."""
    of = reader.known(value, PART | more, path)
    rights = reader.texts(of, "rights", path)
    if not rights:
        reader.wrong(f"{path}/rights", "name at least one right type")
    start, end = shared
    return of, {
        "clause": reader.text(of, "clause", path)[:60],
        "works": reader.works(of, path),
        "rights": rights,
        "territory": reader.text(of, "territory", path, "WORLD"),
        "start": reader.start(of["start"], f"{path}/start") if "start" in of else start,
        "end": reader.end(of["end"], f"{path}/end") if "end" in of else end,
        "own_end": "end" in of,
    }


def _grant(reader: _Reader, path: str, value: Any, shared: tuple[Start, End]) -> terms.Granted:
    of, common = _part(reader, path, value, shared, {"exclusive", "languages"})
    if not isinstance(of.get("exclusive"), bool):
        reader.wrong(f"{path}/exclusive", "expected true or false")
    languages = reader.texts(of, "languages", path)
    for one in languages:
        if not re.fullmatch(r"[a-z]{2,3}", one):
            reader.wrong(f"{path}/languages", f"{one!r} is no language code such as de")
    return terms.Granted(**common, exclusive=of.get("exclusive") is True, languages=languages)


def _holdback(reader: _Reader, path: str, value: Any, shared: tuple[Start, End]) -> terms.HeldBack:
    of, common = _part(reader, path, value, shared, {"binds"})
    return terms.HeldBack(
        **common, binds=reader.one_of(of, "binds", path, ("licensor", "licensee"))
    )


def _option(reader: _Reader, path: str, value: Any, shared: tuple[Start, End]) -> terms.Optioned:
    names = {"kind", "exercise_from", "exercise_by"}
    of, common = _part(reader, path, value, shared, names)
    last = reader.day(of.get("exercise_by"), f"{path}/exercise_by")
    first = reader.day(of.get("exercise_from"), f"{path}/exercise_from")
    if last < first:
        reader.wrong(f"{path}/exercise_by", "lies before exercise_from")
    kinds = ("option", "first_negotiation", "first_refusal")
    kind = reader.one_of(of, "kind", path, kinds)
    return terms.Optioned(**common, kind=kind, exercise_from=first, exercise_by=max(first, last))


def _limit(reader: _Reader, path: str, value: Any, shared: tuple[Start, End]) -> terms.Limited:
    of, common = _part(reader, path, value, shared, {"runs", "exhibition_days"})
    runs, shown = (
        reader.whole(of[name], f"{path}/{name}", 1) if of.get(name) is not None else None
        for name in ("runs", "exhibition_days")
    )
    if runs is None and shown is None:
        reader.wrong(path, "limits something: runs or exhibition_days")
    return terms.Limited(**common, runs=runs, exhibition_days=shown)


def _audit(reader: _Reader, value: Any) -> terms.Audit:
    of = reader.known(value, {"clause", "by", "notice_days", "due"}, "/audit")
    due = of.get("due", [])
    days = due if isinstance(due, list) else []
    if not isinstance(due, list):
        reader.wrong("/audit/due", "expected a list of days")
    return terms.Audit(
        clause=reader.text(of, "clause", "/audit")[:60],
        by=reader.text(of, "by", "/audit")[:120],
        notice_days=reader.whole(of.get("notice_days", 30), "/audit/notice_days"),
        due=tuple(sorted(reader.day(one, f"/audit/due/{at}") for at, one in enumerate(days))),
    )


def _renewal(reader: _Reader, value: Any) -> terms.Renewing:
    of = reader.known(value, {"months", "times"}, "/renewal")
    times = of.get("times")
    return terms.Renewing(
        months=reader.whole(of.get("months"), "/renewal/months", 1),
        times=None if times is None else reader.whole(times, "/renewal/times", 1),
    )
