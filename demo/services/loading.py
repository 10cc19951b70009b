"""Load the demo: each organisation all or not at all, so that an interrupted load starts over."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.selectors import organisations as known
from accounts.services import organisations as founding
from audit.actors import command
from demo.content import organisations
from demo.content.plan import (
    AMENDED,
    AMENDED_FROM,
    BEGAN,
    ENTERED,
    PROPOSED_FROM,
    SIGNED,
    Plan,
)
from demo.services import contracts, disputes, licensing, registry, staff, trade
from demo.services.moments import moment
from demo.services.trade import Desk
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError

BY = command("load_demo")


class NoDemo(DomainError):
    """The demo was asked for where it has no place; says what to do instead."""

    code = "no_demo"


def load(*, if_empty: bool, scale: int = 100, tell: Callable[[str], object] = str) -> bool:
    """Load both organisations; return False where they are there already, with ``if_empty``.

    ``scale`` is the percentage of the sales that are made; ``tell`` hears how far it is. Raises
    NoDemo outside a demo, and where there is data without ``if_empty``.
    """
    if not settings.DEMO:
        raise NoDemo("This is no demo. Set MEDIATRACK_DEMO=1 on a database of its own first.")
    loaded = _loaded("meridian")
    if loaded and not if_empty:
        raise NoDemo("The demo is loaded already. `make demo` empties it and loads it anew.")
    if loaded or (if_empty and known.every() and not _loaded("northlight")):
        return False
    today = timezone.now().date()
    for plan in (organisations.northlight(scale), organisations.meridian(today, scale)):
        if not _loaded(plan.slug):
            tell(f"{plan.name} …")
            make(plan)
    return True


def _loaded(slug: str) -> bool:
    try:
        known.by_slug(slug)
    except known.UnknownOrganisation:
        return False
    return True


@transaction.atomic
def make(plan: Plan) -> None:
    """Make an organisation as planned, in one transaction."""
    org = founding.found(
        slug=plan.slug, name=plan.name, currency=plan.currency, zone=plan.zone, by=BY, at=BEGAN
    )
    with tenant_atomic(org.pk):
        users = staff.enrol(plan=plan, by=BY, at=BEGAN)
        parties = registry.register_holders(plan=plan, by=BY, at=ENTERED)
        staff.let_in(plan=plan, users=users, holders=parties, by=BY, at=ENTERED)
        works = registry.register_works(plan=plan, parties=parties, by=BY, at=ENTERED)
        registry.keep_files(plan=plan, works=works, by=BY, at=ENTERED)
        registry.claim(plan=plan, works=works, parties=parties, by=BY, at=ENTERED)
        desk = Desk(org.pk, plan, users)
        disputes.file(desk=desk, works=works)
        licensing.sign(desk=desk, works=works)
        _trade(desk)
        disputes.claim(desk=desk, works=works, parties=parties)
        licensing.go_on(desk=desk)


def _trade(desk: Desk) -> None:
    """Sign the deals, close the finished quarters, import the open one, ask for an amendment."""
    plan = desk.plan
    at = moment(SIGNED)
    trade.enter_rates(desk=desk, at=at)
    trade.set_calendar(desk=desk, at=at)
    trade.expect(desk=desk, at=at)
    signed = [contracts.sign(document=one, users=desk.users, at=at) for one in plan.deals]
    trade.enter_costs(desk=desk, deals={deal.code: deal for deal in signed}, at=at)
    for number, period in enumerate(plan.closed):
        trade.take_files(desk=desk, period=period)
        trade.decide(desk=desk, period=period)
        trade.close(desk=desk, period=period)
        trade.publish(desk=desk, period=period)
        trade.talk(desk=desk, period=period)
        for document in plan.amended if number == 0 else ():
            contracts.sign(
                document=document,
                users=desk.users,
                at=moment(AMENDED),
                reason="Amendment 1: two points more from April on",
                starts=AMENDED_FROM,
            )
    trade.take_files(desk=desk, period=plan.opened)
    for document in plan.proposed:
        reason = "Second impression: earlier steps, and 30 % on e-books"
        contracts.ask(
            document=document,
            users=desk.users,
            at=timezone.now(),
            reason=reason,
            starts=PROPOSED_FROM,
        )
