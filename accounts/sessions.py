"""What a session says about whoever uses it: which factors were given, when, and for how long.

The records are allauth's own (``account_authentication_methods``); each session has its own, so a
confirmation in one browser counts in no other.
"""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

ORGANISATION = "org"


def records_of(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    """Return the records of second factors (code, passkey, recovery code) given in this session."""
    records = get_authentication_records(request, user)
    return [record for record in records if record.get("method") == "mfa"]


def is_verified(request: HttpRequest) -> bool:
    """Return whether the person gave a second factor that is still theirs."""
    verified = getattr(request.user, "is_verified", None)
    return bool(verified is not None and verified())


def has_stepped_up(request: HttpRequest) -> bool:
    """Return whether the second factor was given again within the last five minutes.

    Signing in with it doesn't count: what matters needs a confirmation of its own.
    """
    if not is_verified(request):
        return False
    window: int = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(
        record.get("reauthenticated") and 0 <= time.time() - record["at"] < window
        for record in records_of(request, request.user)
    )
