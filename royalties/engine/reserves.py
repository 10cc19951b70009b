"""Reserves: which lines they keep a part of; what is withheld, released, still kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from kernel.currencies import minor_units
from kernel.money import round_minor
from royalties.engine.columns import Array
from royalties.engine.given import Given
from royalties.engine.selection import chosen
from royalties.engine.terms import Account, Clause, Deal, Reserve
from royalties.engine.values import money, to_minor

# A clause's money by reserve, and what was released of it by the period that withheld it.
Kept = Mapping[str, Mapping[str, int]]
Released = dict[tuple[str, str], int]


@dataclass
class Reserved:
    """What one account's reserves did: by reserve, by clause; and what they keep."""

    withheld: dict[str, dict[str, int]] = field(default_factory=dict)
    released: dict[str, Released] = field(default_factory=dict)
    closing: dict[str, Any] = field(default_factory=dict)

    def taken(self) -> dict[str, int]:
        """Return what was withheld of each clause, by all reserves together."""
        found: dict[str, int] = {}
        for each in self.withheld.values():
            for clause, units in each.items():
                found[clause] = found.get(clause, 0) + units
        return found

    def given_back(self) -> Released:
        """Return what was released by period of withholding and clause, by all reserves."""
        found: Released = {}
        for each in self.released.values():
            for key, units in each.items():
                found[key] = found.get(key, 0) + units
        return found

    @property
    def effect(self) -> int:
        """What the reserves add to the period's money; below zero where they withhold more."""
        return sum(self.given_back().values()) - sum(self.taken().values())


def choices(given: Given, clause: Clause) -> dict[str, Array]:
    """Return for each payee with reserves the number of the reserve that takes each line.

    Numbers count from 1 in the order written; 0: none takes it. Returns are never taken. Payees
    whom the clause can't pay are left out.
    """
    found = {}
    for payee, account in given.deal.accounts.items():
        mine = [at for at, each in enumerate(account.reserves, 1) if reaches(each, clause)]
        if not mine or not _pays(given.deal, clause, payee):
            continue
        free = ~returns(given)
        column = np.zeros(given.lines.count, dtype=np.int16)
        for at in mine:
            taken = free & chosen(account.reserves[at - 1].where, given)
            column[taken] = at
            free &= ~taken
        found[payee] = column
    return found


def reaches(reserve: Reserve, clause: Clause) -> bool:
    """Return whether a reserve speaks of a clause."""
    return reserve.clauses is None or clause.id in reserve.clauses


def _pays(deal: Deal, clause: Clause, payee: str) -> bool:
    kind, name = clause.to
    if kind == "split":
        split = deal.splits[name]
        return split.kind == "shares" or payee in dict(split.weights)
    return kind != "pot" and name == payee


def returns(given: Given) -> Array:
    """Return the mask of returns: units below zero, or no units and an amount below zero."""
    units, _ = given.lines.number("units")
    amount, _ = given.lines.number("amount")
    sold = np.asarray(units.num != 0)
    return np.where(sold, np.asarray(units.num < 0), np.asarray(amount.num < 0)).astype(bool)


def reserve(
    given: Given, account: Account, old: Mapping[str, Any], kept: Kept, left: Fraction
) -> Reserved:
    """Return what an account's reserves withhold and release in the period.

    ``kept`` is the posted money of the lines that each reserve took, by clause; ``left`` the part
    of the period's earnings that the cap left; ``old`` what the reserves kept before.
    """
    done = Reserved()
    terms = {each.id: each for each in account.reserves}
    for name in dict.fromkeys([*terms, *old]):
        term, layers = terms.get(name), old.get(name, {})
        ends = term.liquidated_on if term is not None else None
        over = ends is not None and ends <= given.last_day
        closing: dict[str, dict[str, list[str]]] = {}
        done.released[name] = _release(given, layers, closing, everything=over)
        done.withheld[name] = {}
        if term is not None and not over:
            _withhold(given, term, kept, left, done.withheld[name], closing)
        if term is not None or closing:
            done.closing[name] = closing
    return done


def _release(
    given: Given, layers: Mapping[str, Any], closing: dict[str, Any], *, everything: bool
) -> Released:
    """Release the next part of every layer (or all parts); keep the others in ``closing``."""
    currency, found = given.deal.currency, Released()
    for label, clauses in layers.items():
        for clause, parts in clauses.items():
            count = len(parts) if everything else 1
            units = sum(to_minor(part, currency) for part in parts[:count])
            found[label, clause] = units
            if parts[count:]:
                closing.setdefault(label, {})[clause] = list(parts[count:])
    return found


def _withhold(
    given: Given,
    term: Reserve,
    kept: Kept,
    left: Fraction,
    withheld: dict[str, int],
    closing: dict[str, Any],
) -> None:
    currency = given.deal.currency
    for clause, by_reserve in kept.items():
        base = by_reserve.get(term.id, 0)
        if base <= 0:
            continue
        units = round_minor(
            Fraction(base, 10 ** minor_units(currency)) * term.percent * left, currency
        )
        if units:
            withheld[clause] = units
            parts = [money(part, currency) for part in _parts(units, term.release)]
            closing.setdefault(given.label, {})[clause] = parts


def _parts(units: int, release: tuple[Fraction, ...]) -> list[int]:
    """Return the parts of a release, each rounded down; the last takes the remainder."""
    parts = [int(units * part) for part in release[:-1]]
    return [*parts, units - sum(parts)]
