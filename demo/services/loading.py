"""Load the demo: each organisation all or not at all, so that an interrupted load starts over."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.selectors import organisations as known
from accounts.services import organisations as founding
from audit.actors import command
from demo.content import organisations
from demo.content.plan import BEGAN, ENTERED, SIGNED, Plan
from demo.services import contracts, registry, staff
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
    for plan in (organisations.northlight(scale), organisations.meridian(scale)):
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
        for document in plan.deals:
            contracts.sign(document=document, users=users, at=moment(SIGNED))


def moment(at: datetime) -> datetime:
    """Return ``at``, or now where the machine's clock isn't there yet: work waits for its time."""
    return min(at, timezone.now())
