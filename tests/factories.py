"""What tests of pages need: people with roles, signed in as far as the test wants.

ana = factories.person(org, permissions.ANALYST)
factories.sign_in(client, ana)                # verified, and confirmed within five minutes
factories.sign_in(client, ana, fresh=False)   # verified at sign-in only
factories.sign_in(client, ana, verified=False)
"""

import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import Organisation, User
from accounts.services import memberships, people
from audit.actors import command
from foundation.tenancy import tenant_atomic

TESTS = command("tests")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "a quiet harbour at six"
_numbers = count(1)


def person(
    org: Organisation | None,
    *roles: str,
    email: str = "",
    name: str = "Ana Example",
    second_factor: bool = True,
    password: str | None = None,
    ends: datetime | None = None,
) -> User:
    """Return a new person with ``roles`` in ``org``; without a password only tests sign them in."""
    email = email or f"person{next(_numbers)}@{org.slug if org else 'nowhere'}.example"
    if org is None:
        return User.objects.create_user(email, password, name=name)
    with tenant_atomic(org.id):
        user = people.enrol(
            email=email,
            name=name,
            password=password,
            by=TESTS,
            at=LONG_AGO,
            second_factor=second_factor,
        )
        for role in roles:
            memberships.give(user=user, role=role, by=TESTS, at=LONG_AGO, ends=ends)
    return user


def sign_in(
    client: Client,
    user: User,
    *,
    verified: bool = True,
    fresh: bool = True,
    org: Organisation | None = None,
) -> Client:
    """Sign ``user`` in, with the session records that allauth would have made, and return client.

    ``verified``: a second factor was given; ``fresh``: and given again just now (stepped up).
    ``org`` chooses an organisation, for people who belong to several.
    """
    client.force_login(user)
    session = client.session
    if verified:
        kept = Authenticator.objects.filter(user=user).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        )
        given: dict[str, Any] = {"method": "mfa", "type": "totp", "at": time.time()}
        given["id"] = kept.values_list("pk", flat=True)[0]
        records = [given, {**given, "reauthenticated": True}] if fresh else [given]
        session[AUTHENTICATION_METHODS_SESSION_KEY] = records
        session["account_authentication_methods_user"] = str(user.pk)
    if org is not None:
        session["org"] = str(org.id)
    session.save()
    return client
