"""What a payee reads first: how much is paid and when, or why nothing is."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from markupsafe import Markup

from foundation.pages.filters import day, money
from royalties import policies
from royalties.models import Statement
from royalties.selectors import portal, publishing

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 3


def answer(statement: Statement, pay_on: date | None, today: date) -> Markup:
    """Return what a statement comes to, in a sentence or two; ``pay_on`` is its pay day if known.

    With ``today`` behind the pay day the sentence doesn't say that the money has come: bank files
    tell that.
    """
    payable = Decimal(statement.content["sums"]["payable"])
    period, currency = statement.period, statement.currency
    left = portal.left_to_recoup(statement)
    held = Decimal(statement.content["sums"].get("held_out", "0"))
    if payable <= 0 and held > 0:
        return _held(statement, held)
    if payable <= 0:
        rest = Markup(": {} left to recoup").format(money((left, currency))) if left else ""
        return Markup("Nothing due for {}{}.").format(period, rest)
    rest = Markup(" {} is left to recoup.").format(money((left, currency))) if left else ""
    return _paid(money((payable, currency)), period, pay_on, today) + rest


def _held(statement: Statement, held: Decimal) -> Markup:
    """Return why nothing is paid although something is due: it is below the smallest payment."""
    currency = statement.currency
    least = portal.smallest_payments(statement)
    reaches = (
        Markup("it reaches {}, the smallest payment of your deal").format(
            money((least[0], currency))
        )
        if len(least) == 1
        else Markup("it reaches the smallest payment of each deal")
    )
    said = Markup("Nothing is paid for {} yet: {} is kept for you until {}.")
    return said.format(statement.period, money((held, currency)), reaches)


def _paid(paid: str, period: str, pay_on: date | None, today: date) -> Markup:
    if pay_on is None:
        said = Markup("You will be paid {} for {}; the pay day isn't known yet.")
        return said.format(paid, period)
    if pay_on < today:
        return Markup("{} for {} was to be paid on {}.").format(paid, period, day(pay_on))
    return Markup("You will be paid {} on {}, for {}.").format(paid, day(pay_on), period)


def first_lines(person: "User", at: datetime) -> Sequence[Markup | str]:
    """Return what the home page says to a creator: the newest answer of each of their holders."""
    seen = policies.visible(person)
    mine = portal.mine(seen, person.pk)
    found: list[Markup | str] = []
    for one in mine[:SHOWN]:
        newest = portal.newest(seen, one) if one.currency else None
        if newest is None:
            found.append(f"{one.name}: no statement yet.")
            continue
        days = publishing.pay_days([newest])
        said = answer(newest, days.get(newest.pk), publishing.today(at))
        found.append(said if len(mine) == 1 else Markup("{}: {}").format(one.name, said))
    if (more := len(mine) - SHOWN) > 0:
        found.append(f"And {more} more.")
    return found or ["Nothing is shown to you yet. Whoever pays you can add you."]
