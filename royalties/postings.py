"""What one deal's period does in the ledger: legs between accounts, from its result alone.

Per payee, in smallest units (docs/royalties.md, "In the ledger"):

* what was earned, the cap's cut and the floor: ``royalty_expense`` to ``earned``;
* advances: ``advance`` (recoupable), ``earned`` (under a guarantee) or ``royalty_expense`` (never
  taken back) to ``payable``;
* reserves: withheld ``earned`` to ``reserve``, released ``reserve`` to ``earned``;
* costs to be recouped: ``recoupable_cost`` to ``cost_clearing``;
* recoupment: ``earned`` to ``advance`` or ``recoupable_cost``;
* a guarantee's instalments: ``earned`` to ``payable``;
* what is due: ``earned`` to ``held``; what is paid out: ``held`` to ``payable``.

So ``earned`` keeps what is carried and what a guarantee's windows hold, ``held`` what waits for the
minimum payout. A deal that pays us has every leg the other way round, in accounts of income.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from royalties.engine.statement import kept
from royalties.engine.values import to_minor

if TYPE_CHECKING:
    from royalties.models import RunResult

EXPENSE, EARNED, PAYABLE, HELD = "royalty_expense", "earned", "payable", "held"
RESERVE = "reserve"
ADVANCE, COST, CLEARING, OPENING = "advance", "recoupable_cost", "cost_clearing", "opening"
INCOME = {EXPENSE: "royalty_income", PAYABLE: "receivable"}


@dataclass(frozen=True, slots=True)
class Place:
    """An account by what it is."""

    kind: str
    currency: str
    holder: UUID | None = None
    deal: UUID | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer: ``minor`` smallest units, above zero, from credit to debit."""

    debit: Place
    credit: Place
    minor: int
    what: str

    @property
    def places(self) -> tuple[Place, Place]:
        """Both accounts."""
        return self.debit, self.credit


def legs_of(result: "RunResult", holders: Mapping[str, UUID]) -> list[Leg]:
    """Return the legs of a deal's period; ``holders`` says who each payee is."""
    first = not result.inputs.get("opened_before", True)
    found: list[Leg] = []
    for payee, figures in result.figures["payees"].items():
        account = _Books(result, payee, holders[payee])
        opening = result.opening.get("accounts", {}).get(payee, {})
        closing = result.closing.get("accounts", {}).get(payee, {})
        if first:
            found += account.opened(opening)
        found += account.earned(figures)
        found += account.reserved(figures)
        found += account.recouped(figures, opening, closing, _under_guarantee(result, payee))
        found += account.paid(figures)
    if result.deal.direction == "in":
        found = [Leg(_income(x.credit), _income(x.debit), x.minor, x.what) for x in found]
    return found


def balances_after(result: "RunResult", holders: Mapping[str, UUID]) -> dict[Place, int]:
    """Return what a deal's own accounts hold once its period is posted, by the result's closing.

    The sign is the deal's: what we owe (or are owed) to a payee is above zero on ``earned`` and
    ``held`` and ``reserve``; what they have yet to earn back is above zero on ``advance`` and
    ``recoupable_cost``.
    """
    found: dict[Place, int] = {}
    for payee, holder in holders.items():
        account = _Books(result, payee, holder)
        found |= account.balances(result.closing.get("accounts", {}).get(payee, {}))
    return found


def _income(place: Place) -> Place:
    return Place(INCOME.get(place.kind, place.kind), place.currency, place.holder, place.deal)


def _under_guarantee(result: "RunResult", payee: str) -> set[str]:
    account = result.version.document.get("accounts", {}).get(payee, {})
    return {name for each in account.get("guarantees", []) for name in each.get("advances", [])}


class _Books:
    """One payee's accounts in one deal."""

    def __init__(self, result: "RunResult", payee: str, holder: UUID) -> None:
        self.result = result
        self.currency = currency = result.figures["currency"]
        terms = result.version.document.get("accounts", {}).get(payee, {})
        self.costs = {each["id"] for each in terms.get("costs", [])}
        self.expense = Place(EXPENSE, currency, None, None)
        self.payable = Place(PAYABLE, currency, holder, None)
        self.clearing = Place(CLEARING, currency, None, None)
        self.opening = Place(OPENING, currency, None, None)
        self.own = {
            kind: Place(kind, currency, holder, result.deal_id)
            for kind in (EARNED, HELD, RESERVE, ADVANCE, COST)
        }

    def opened(self, opening: Mapping[str, Any]) -> Iterator[Leg]:
        """Balances that the first calculated period opens with."""
        yield from self._leg(
            self.own[EARNED], self.opening, -self._minor(opening.get("carried", "0")), "carried"
        )
        yield from self._leg(
            self.opening, self.own[HELD], self._minor(opening.get("held", "0")), "held"
        )
        kept_before = sum(map(self._minor, kept(opening.get("reserves", {}))))
        yield from self._leg(self.opening, self.own[RESERVE], kept_before, "reserves")
        for name, amount in opening.get("unrecouped", {}).items():
            yield from self._leg(
                self._asset(name), self.opening, self._minor(amount), f"unrecouped {name}"
            )
        for guarantee, windows in opening.get("guarantees", {}).items():
            for state in windows.values():
                ahead = self._minor(state["earned"]) - self._minor(state["paid"])
                yield from self._leg(
                    self.opening, self.own[EARNED], ahead, f"guarantee {guarantee}"
                )

    def earned(self, figures: Mapping[str, Any]) -> Iterator[Leg]:
        """Earnings by clause and step, the cap's cut, the floor."""
        parts = [*figures["earned"].items(), ("cap", figures["cap"]), ("floor", figures["floor"])]
        for name, amount in parts:
            yield from self._leg(self.expense, self.own[EARNED], self._minor(amount), name)

    def reserved(self, figures: Mapping[str, Any]) -> Iterator[Leg]:
        """What reserves withheld and released."""
        for name, each in figures.get("reserves", {}).items():
            withheld, released = self._minor(each["withheld"]), self._minor(each["released"])
            own = self.own
            yield from self._leg(own[EARNED], own[RESERVE], withheld, f"withheld {name}")
            yield from self._leg(own[RESERVE], own[EARNED], released, f"released {name}")

    def recouped(
        self,
        figures: Mapping[str, Any],
        opening: Mapping[str, Any],
        closing: Mapping[str, Any],
        guaranteed: set[str],
    ) -> Iterator[Leg]:
        """Advances paid, costs that became recoupable, and what was taken for both."""
        before, after = opening.get("unrecouped", {}), closing.get("unrecouped", {})
        for name, amount in figures["advances"].items():
            asset = self.own[EARNED] if name in guaranteed else self.own[ADVANCE]
            source = asset if name in guaranteed or name in after else self.expense
            yield from self._leg(source, self.payable, self._minor(amount), f"advance {name}")
        for name, left in after.items():
            taken = self._minor(figures["recouped"].get(name, "0"))
            if self._asset(name) == self.own[COST]:
                spent = self._minor(left) - self._minor(before.get(name, "0")) + taken
                yield from self._leg(self.own[COST], self.clearing, spent, f"costs {name}")
            yield from self._leg(self.own[EARNED], self._asset(name), taken, f"recouped {name}")

    def paid(self, figures: Mapping[str, Any]) -> Iterator[Leg]:
        """Instalments of guarantees, what is due, what is paid out."""
        for name, guarantee in figures["guarantees"].items():
            for each in guarantee["instalments"]:
                what = f"guarantee {name} {each['on']}"
                yield from self._leg(
                    self.own[EARNED], self.payable, self._minor(each["amount"]), what
                )
        due, payable = self._minor(figures["due"]), self._minor(figures["payable"])
        yield from self._leg(self.own[EARNED], self.own[HELD], due, "due")
        yield from self._leg(self.own[HELD], self.payable, payable, "payable")

    def balances(self, closing: Mapping[str, Any]) -> dict[Place, int]:
        """What each account of the payee in this deal holds, by what the period closed with."""
        found = dict.fromkeys(self.own.values(), 0)
        found[self.own[EARNED]] = self._minor(closing.get("carried", "0"))
        for windows in closing.get("guarantees", {}).values():
            for state in windows.values():
                ahead = self._minor(state["earned"]) - self._minor(state["paid"])
                found[self.own[EARNED]] += ahead
        found[self.own[HELD]] = self._minor(closing.get("held", "0"))
        found[self.own[RESERVE]] = sum(map(self._minor, kept(closing.get("reserves", {}))))
        for name, amount in closing.get("unrecouped", {}).items():
            found[self._asset(name)] += self._minor(amount)
        return found

    def _asset(self, name: str) -> Place:
        return self.own[COST if name in self.costs else ADVANCE]

    def _leg(self, debit: Place, credit: Place, units: int, what: str) -> Iterator[Leg]:
        if units > 0:
            yield Leg(debit, credit, units, f"{self.result.deal.code}: {what}"[:120])
        elif units < 0:
            yield Leg(credit, debit, -units, f"{self.result.deal.code}: {what}"[:120])

    def _minor(self, amount: str) -> int:
        return to_minor(amount, self.currency)
