"""Each deal's part of a statement, line by line: clauses, steps, advances, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from royalties.engine.rendering_rates import clause_sentence
from royalties.models import RunResult
from royalties.selectors.statements import Part

# What a step of reserves shows of each: the figure's name, its sign, why it is there.
RESERVED = {
    "reserve_withheld": ("withheld", -1, "kept back from sales, against returns"),
    "reserve_released": ("released", 1, "withheld from sales of earlier periods"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a deal's account. ``kind`` is detail, step or total; ``amount`` signed text."""

    name: str
    label: str
    note: str
    amount: str
    kind: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What the period did to one advance or recoupable cost; amounts are text."""

    label: str
    paid: str
    recouped: str
    left: str


@dataclass(frozen=True, slots=True)
class Account:
    """One deal as a statement shows it."""

    deal: str
    title: str
    version: int
    period: str
    result: UUID
    lines: tuple[Line, ...]
    balances: tuple[Balance, ...]


def of(parts: Sequence[Part], currency: str) -> list[Account]:
    """Return deals' parts of a statement with their clauses in words; one query."""
    documents = dict(
        RunResult.objects.filter(pk__in=[part.result for part in parts]).values_list(
            "pk", "version__document"
        )
    )
    return [_account(part, documents[part.result], currency) for part in parts]


def spoken(identifier: str) -> str:
    """Return a clause's or advance's identifier as a label: ``e_book`` is E book."""
    words = identifier.replace("_", " ")
    return words[:1].upper() + words[1:]


def _account(part: Part, document: Mapping[str, Any], currency: str) -> Account:
    sentences = {
        clause["id"]: clause_sentence(clause, currency) for clause in document.get("income", [])
    }
    return Account(
        part.deal,
        part.title,
        part.version,
        part.period,
        part.result,
        tuple(_lines(part, sentences)),
        tuple(_balances(part)),
    )


def _lines(part: Part, sentences: Mapping[str, str]) -> list[Line]:
    found: list[Line] = []
    for step in part.steps:
        if step.name == "earned":
            found += [
                Line(f"earned:{name}", spoken(name), sentences.get(name, ""), amount, "detail")
                for name, amount in part.earned.items()
                if Decimal(amount)
            ]
        if step.name == "recouped":
            found += [
                Line(f"recouped:{name}", spoken(name), "", f"{-Decimal(amount):f}", "detail")
                for name, amount in part.recouped.items()
                if Decimal(amount)
            ]
        if step.name in RESERVED:
            word, sign, note = RESERVED[step.name]
            found += [
                Line(f"{step.name}:{name}", spoken(name), note, f"{sign * amount:f}", "detail")
                for name, each in part.reserves.items()
                if (amount := Decimal(each[word]))
            ]
        if step.name == "carried_in" and not Decimal(step.amount):
            continue
        kind = "total" if step.total else "step"
        found.append(Line(step.name, step.label, "", step.amount, kind))
    return found


def _balances(part: Part) -> list[Balance]:
    found = []
    for name in dict.fromkeys([*part.advances, *part.recouped, *part.unrecouped]):
        figures = [
            given.get(name, "0") for given in (part.advances, part.recouped, part.unrecouped)
        ]
        if any(map(Decimal, figures)):
            found.append(Balance(spoken(name), *figures))
    return found
