"""The pages of this app in the menus, and what waits on them."""

from datetime import datetime

from accounts import needs, permissions
from accounts.models import User
from accounts.selectors import changes
from foundation.pages import navigation


def fill() -> None:
    """Add them, at start."""
    navigation.add(navigation.Item("home", "Home", order=0))
    navigation.add(navigation.Item("changes", "Change requests", permissions.CHANGES_SEE, order=80))
    navigation.add(navigation.Item("mfa_index", "Sign-in and security", place="person"))
    navigation.add(
        navigation.Item("accounts:organisations", "Organisations", place="person", order=60)
    )
    navigation.add(navigation.Item("account_logout", "Sign out", place="person", order=99))
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


def _approvals(person: User, at: datetime) -> needs.Waiting:
    waiting = changes.waiting_for(person, at=at)
    oldest = waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
    return needs.Waiting(waiting.count() if oldest else 0, oldest)
