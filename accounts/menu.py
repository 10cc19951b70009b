"""The pages of this app in the menus, and what waits on them."""

from datetime import datetime

from accounts import needs, permissions, starts
from accounts.models import User
from accounts.selectors import changes
from accounts.starts import Start
from audit.selectors import explorer
from foundation.pages import navigation


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("home", "Home", order=0))
    navigation.add(navigation.Item("changes", "Change requests", permissions.CHANGES_SEE, order=80))
    navigation.add(navigation.Item("people", "People and roles", permissions.PEOPLE_SEE, order=85))
    navigation.add(navigation.Item("events", "Audit trail", permissions.AUDIT_SEE, order=90))
    navigation.add(navigation.Item("outbox", "Outbox", permissions.OUTBOX_SEE, order=95))
    navigation.add(navigation.Item("mfa_index", "Sign-in and security", place="person"))
    navigation.add(
        navigation.Item("accounts:organisations", "Organisations", place="person", order=60)
    )
    navigation.add(navigation.Item("account_logout", "Sign out", place="person", order=99))
    _begin()
    needs.add(
        needs.Queue(
            "Change requests to approve",
            permissions.CHANGES_SEE,
            "changes",
            _approvals,
            query="?for=me",
            order=10,
        )
    )
    needs.add(
        needs.Queue(
            "Deliveries that were given up",
            permissions.OUTBOX_SEE,
            "outbox",
            _undelivered,
            query="?state=failed",
            order=70,
        )
    )


def _begin() -> None:
    """Add what people begin at the home page."""
    starts.add(
        Start(
            "Invite somebody",
            permissions.PEOPLE_MANAGE,
            "invite",
            "By mail, with the roles that they are to have.",
            order=60,
        )
    )
    starts.add(
        Start(
            "Ask who did what",
            permissions.AUDIT_SEE,
            "events",
            "The audit trail: every deed with its person, moment and reason.",
            order=65,
        )
    )
    starts.add(
        Start(
            "See what is sent",
            permissions.OUTBOX_SEE,
            "outbox",
            "Deliveries to other parts and systems: waiting, sent, given up.",
            order=70,
        )
    )


def _undelivered(person: User, at: datetime) -> needs.Waiting:
    failed = explorer.outbox().filter(failed_at__isnull=False)
    oldest = failed.order_by("failed_at").values_list("failed_at", flat=True).first()
    return needs.Waiting(failed.count() if oldest else 0, oldest)


def _approvals(person: User, at: datetime) -> needs.Waiting:
    waiting = changes.waiting_for(person, at=at)
    oldest = waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
    return needs.Waiting(waiting.count() if oldest else 0, oldest)
