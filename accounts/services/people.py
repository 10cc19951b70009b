"""Deeds about people: make an account ready to sign in, note what happens to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import permissions
from accounts.models import Organisation, User
from accounts.selectors import standing
from accounts.services import memberships
from audit.actors import ANONYMOUS, Actor
from audit.services import events
from foundation.tenancy import current_org, on_commit, tenant_atomic
from kernel.errors import DomainError

ENROLLED = "accounts.person.enrolled"
_sealed_for: ContextVar[UUID | None] = ContextVar("sealed_for", default=None)


class PersonRefused(DomainError):
    """An account that can't be made or asked about as wanted; says why."""

    code = "person_refused"


def sealed_for() -> UUID | None:
    """Return whose secret is being made outside a request, or None."""
    return _sealed_for.get()


@contextmanager
def _sealing_for(person: UUID) -> Iterator[None]:
    token = _sealed_for.set(person)
    try:
        yield
    finally:
        _sealed_for.reset(token)


@transaction.atomic
def enrol(
    *,
    email: str,
    name: str,
    password: str | None,
    by: Actor,
    at: datetime,
    second_factor: bool = True,
    country: str = "",
) -> User:
    """Make an account in the open organisation, ready to sign in, and return it.

    The address counts as verified; with ``second_factor`` it also has a TOTP secret and recovery
    codes. Roles are given apart (``memberships.give``). Raises PersonRefused.
    """
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise PersonRefused(f"{address} has an account already. Give it a role instead.")
    user = _account(address, name, password, country)
    if second_factor:
        give_second_factor(user=user)
    events.record(ENROLLED, subject=user, actor=by, at=at)
    return user


def _account(address: str, name: str, password: str | None = None, country: str = "") -> User:
    user = User.objects.create_user(address, password, name=name, country=country)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


@transaction.atomic
def invite(
    *, email: str, name: str, role: str, by: Actor, at: datetime, ends: datetime | None = None
) -> User:
    """Give somebody a role in the open organisation and tell them by mail how to sign in.

    A new person gets an account without a password: they sign in by a mailed code, then set up
    their second factor. Raises RoleRefused.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    facts: list[tuple[str, dict[str, UUID]]] = []
    if user is None:
        user = _account(address, name)
        facts = [(ENROLLED, {"user": user.pk})]
    membership = memberships.give(
        user=user, role=role, by=by, at=at, ends=ends, reason="invited", facts=facts
    )
    text = render_to_string(
        "accounts/invitation.txt",
        {
            "name": user.name,
            "organisation": Organisation.objects.get(pk=membership.org_id).name,
            "role": permissions.ROLES.get(role, role),
            "address": settings.BASE_URL + reverse("account_request_login_code"),
            "email": address,
        },
    )
    on_commit(lambda: send_mail("MediaTrack Pro: you are invited", text, None, [address]))
    return user


def give_second_factor(*, user: User) -> None:
    """Give an account a fresh TOTP secret and recovery codes (in the open organisation)."""
    with _sealing_for(user.pk):
        totp.TOTP.activate(user, totp.generate_totp_secret())
        RecoveryCodes.activate(user)


def code_now(*, email: str, at: datetime) -> str:
    """Return the account's TOTP code at ``at``: only in a demo. Raises PersonRefused."""
    if not settings.DEMO:
        raise PersonRefused("Codes are told in a demo only. Look at your authenticator.")
    kept = Authenticator.objects.filter(
        user__email=email.strip().lower(), type=Authenticator.Type.TOTP
    ).first()
    if kept is None:
        raise PersonRefused(f"{email} has no authenticator code here. Check the address.")
    return code_of(kept, at)


def code_of(authenticator: Authenticator, at: datetime) -> str:
    """Return the code that a TOTP authenticator shows at ``at``."""
    from allauth.mfa.utils import decrypt

    secret = decrypt(authenticator.data["secret"])
    counter = int(at.timestamp()) // settings.MFA_TOTP_PERIOD
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def note(*, user: User, code: str, at: datetime) -> None:
    """Record a deed of a person on their own account, in each organisation they belong to."""
    for org_id in _homes(user.pk):
        with tenant_atomic(org_id):
            events.record(code, subject=("accounts.user", user.pk), actor=user, at=at)


def note_failure(*, email: str, at: datetime, what: str = "password") -> None:
    """Record that signing in failed for an address, where it is somebody's."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return
    for org_id in _homes(user.pk):
        events.refuse(
            "accounts.person.sign_in_failed",
            subject=("accounts.user", user.pk),
            actor=ANONYMOUS,
            at=at,
            reason=what,
            org_id=org_id,
        )


def _homes(person: UUID) -> list[UUID]:
    """Return the organisations to tell: the open one, or all that the person belongs to."""
    org_id = current_org()
    return [org_id] if org_id is not None else standing.organisations_of(person)
