"""A question about avails as an address has it: read, kept, and what is wrong with it in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from foundation.pages import inputs
from kernel.errors import DomainError
from rights.engine import tongues
from rights.engine.asked import Match, Question
from rights.selectors import avails
from rights.selectors.avails import Terms
from rights.selectors.clauses import right_span
from territories.geography.atlas import UnknownTerritory
from territories.geography.rights import right_types

NAMES = (
    "right", "territory", "from", "to", "exclusive", "match", "days", "language", "by",
)  # fmt: skip
MANY = ("right", "language")
MATCHES = {
    Match.COVERS: "free on every day",
    Match.OVERLAPS: "free on some day",
    Match.STARTS: "free time begins in these days",
    Match.ENDS: "free time ends in these days",
    Match.AT_LEAST: "free on so many days in a row",
}
MODES = frozenset(one.value for one in Match)
BY = {"": "as it fits", "countries": "countries", "regions": "regions"}


@dataclass(frozen=True, slots=True)
class Node:
    """A right type in the tree of choices; ``open``: something below it is chosen."""

    code: str
    name: str
    chosen: bool
    open: bool
    below: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """The question as it was typed (``given``), and read where it could be.

    ``wrong`` says by field what can't be read; ``nearest`` are expressions to take instead.
    """

    given: Mapping[str, str]
    terms: Terms | None = None
    question: Question | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    nearest: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether anything was asked."""
        return bool(self.given.get("right") or self.given.get("territory"))

    @property
    def query(self) -> str:
        """The question as the query of an address."""
        return urlencode(self.given)

    def query_with(self, **changed: str) -> str:
        """Return the same with something changed; "" takes it away."""
        asked = {name: value for name, value in {**self.given, **changed}.items() if value}
        return urlencode(asked)

    @property
    def rights(self) -> frozenset[str]:
        """The right types chosen."""
        return frozenset(self.given.get("right", "").split(","))

    @property
    def tree(self) -> tuple[Node, ...]:
        """The tree of right types, as choices."""
        below: dict[str, list[str]] = {}
        for right in right_types().values():
            below.setdefault(right.parent, []).append(right.code)
        chosen = self.rights

        def node(code: str) -> Node:
            under = tuple(node(one) for one in below.get(code, ()))
            inside = any(one.chosen or one.open for one in under)
            return Node(code, right_types()[code].name, code in chosen, inside, under)

        return tuple(node(code) for code in below[""])

    @property
    def matches(self) -> list[tuple[str, str]]:
        """The match modes with their words."""
        return [(one.value, words) for one, words in MATCHES.items()]

    @property
    def words(self) -> list[tuple[str, str]]:
        """The question in words, for files."""
        if self.terms is None:
            return []
        terms = self.terms
        found = [("Rights", ", ".join(terms.rights)), ("Territory", terms.territory)]
        found.append(("Days", inputs.between_days(terms.first, terms.last) or "all"))
        days = f", {terms.days}" if terms.match is Match.AT_LEAST else ""
        found.append(("Match", f"{MATCHES[terms.match]}{days}"))
        found.append(("Exclusive", "yes" if terms.exclusive else "no"))
        found.append(("Languages", ", ".join(terms.languages) or "all"))
        return [(f"Question: {label.lower()}", value) for label, value in found]


def plain(request: HttpRequest) -> dict[str, str]:
    """Return the lists of an address (a box for each right that is chosen) as one text each."""
    found = {}
    for name in MANY:
        values = ",".join(request.GET.getlist(name)).replace("\0", "").split(",")
        kept = dict.fromkeys(word.strip() for word in values if word.strip())
        found[name] = ",".join(kept)
    return found


def read(asked: Mapping[str, str], *, today: date) -> Asking:
    """Return the question of an address's values, lists with commas; what is wrong is said."""
    given = {name: asked[name].strip()[:4000] for name in NAMES if asked.get(name, "").strip()}
    found = Asking(given)
    if not found.asked:
        return found
    wrong: dict[str, str] = {}
    values = {name: _value(name, given, wrong) for name in (*NAMES, "first", "last")}
    if wrong:
        return replace(found, wrong=wrong)
    terms = Terms(
        values["right"], given.get("territory", ""), values["from"], values["to"],
        bool(given.get("exclusive")), values["match"], values["days"], values["language"],
    )  # fmt: skip
    try:
        question = avails.question(terms, today=today)
    except DomainError as error:
        return replace(found, wrong={_field(error): error.detail}, nearest=_nearest(error, given))
    return replace(found, terms=terms, question=question)


def _value(name: str, given: Mapping[str, str], wrong: dict[str, str]) -> Any:
    """Return one value, or note why it can't be read."""
    text = given.get(name, "")
    try:
        match name:
            case "right":
                return _rights(text)
            case "from" | "to":
                return inputs.day_of(text) if text else None
            case "match":
                return Match(text) if text in MODES else Match.COVERS
            case "days":
                return _days(text)
            case "language":
                codes = tuple(code.strip().lower() for code in text.split(",") if code.strip())
                tongues.read(codes)
                return codes
            case "territory":
                if not text:
                    raise inputs.NotReadable("Write where, such as EU + CH, or WORLD.")
        return text
    except inputs.NotReadable as error:
        wrong[name] = str(error)
    except DomainError as error:
        wrong[name] = error.detail
    return None


def _rights(text: str) -> tuple[str, ...]:
    codes = tuple(code for code in text.split(",") if code)
    if not codes:
        raise inputs.NotReadable("Choose at least one right.")
    for code in codes:
        right_span(code)
    return codes


def _days(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise inputs.NotReadable(f"“{text[:20]}” is no number of days. Write 90.")
    return int(text) if text else 1


def _field(error: DomainError) -> str:
    if error.code == "invalid_value":
        return "days"
    return "to" if error.code == "bad_avails_question" and "last day" in error.detail else (
        "territory"
    )  # fmt: skip


def _nearest(error: DomainError, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the expression with each of the nearest names in place of the unknown one."""
    if not isinstance(error, UnknownTerritory) or "position" not in error.extra:
        return ()
    text, at = given["territory"], error.extra["position"]
    rest = text[at + len(error.extra["token"]) :]
    return tuple(f"{text[:at]}{one}{rest}" for one in error.extra["suggestions"])
