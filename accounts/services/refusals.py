"""Write down who was refused what."""

from datetime import datetime

from django.http import HttpRequest

from accounts.models import User
from audit.services import events


def record(*, request: HttpRequest, by: User, at: datetime) -> None:
    """Record that somebody signed in asked for what their roles don't include."""
    match = request.resolver_match
    name = match.view_name if match else request.path
    events.refuse(
        "accounts.page.refused",
        subject=("accounts.user", by.pk),
        actor=by,
        at=at,
        reason=f"{request.method} {name}",
    )
