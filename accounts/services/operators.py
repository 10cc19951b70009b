"""Operators: people who may read the operations site (``/admin/``). Made and ended by command."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import ApiClient, User
from accounts.selectors import access
from accounts.services import people
from accounts.services.people import PersonRefused
from audit.actors import Actor
from audit.services import events
from foundation.tenancy import on_commit


@transaction.atomic
def make(
    *, email: str, by: Actor, at: datetime, reason: str = "", name: str = "", role: str = ""
) -> User:
    """Make somebody of the open organisation an operator and tell them by mail; return them.

    Who has no role here is invited with ``role`` first: a second factor is kept in an organisation.
    No password is set, and the site stays closed until they give a second factor. Raises
    PersonRefused and RoleRefused.
    """
    user = _account(email)
    if user is None or not access.roles_of(user.pk):
        if not role:
            raise PersonRefused(
                f"{email.strip().lower()} has no role in this organisation. Give --role (ops, say) "
                "to invite them with it, or name the organisation they belong to."
            )
        user = people.invite(email=email, name=name, role=role, by=by, at=at)
    if user.is_superuser:
        raise PersonRefused(f"{user.email} is an operator already.")
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    events.record("accounts.operator.made", subject=user, actor=by, at=at, reason=reason)
    _tell(user, "accounts/operator.txt")
    return user


@transaction.atomic
def end(*, email: str, by: Actor, at: datetime, reason: str = "") -> User:
    """End somebody's being an operator, from the next request on. Raises PersonRefused."""
    user = _account(email)
    if user is None or not user.is_superuser:
        raise PersonRefused(f"{email.strip().lower()} is no operator. Check the address.")
    user.is_superuser = False
    user.save(update_fields=["is_superuser"])
    events.record("accounts.operator.ended", subject=user, actor=by, at=at, reason=reason)
    return user


def _account(email: str) -> User | None:
    """Return the person with an address, locked; a disabled one or a program is refused."""
    address = email.strip().lower()
    user = User.objects.select_for_update().filter(email=address).first()
    if user is None:
        return None
    if not user.is_active:
        raise PersonRefused(f"{address} is disabled. Enable the account first.")
    if address.endswith("@clients.invalid") or ApiClient.objects.filter(account=user).exists():
        raise PersonRefused(f"{address} is a program's account. Operators are people.")
    return user


def _tell(user: User, template: str) -> None:
    text = render_to_string(
        template,
        {"name": user.name, "site": settings.BASE_URL + reverse("admin:index")},
    )
    on_commit(lambda: send_mail("MediaTrack Pro: you are an operator", text, None, [user.email]))
