"""Around every request: how long a session lasts, and whether the second factor was given."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django_otp.middleware import OTPMiddleware

from accounts import sessions
from accounts.selectors import access, standing

Handler = Callable[[HttpRequest], HttpResponse]
BEGAN, SEEN = "began", "seen"
ABSOLUTE = 12 * 3600  # seconds after signing in
IDLE = 30 * 60  # seconds without a request
NOTED_EVERY = 60  # the last use is written at most once a minute


@dataclass(frozen=True, slots=True)
class EndedSession:
    """Whose session has just ended by time, and the organisation it was for."""

    person: Any
    org_id: str


class SessionLimits:
    """Ends a session twelve hours after signing in, or after thirty minutes without a request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request; permissions are looked up once in it."""
        if request.user.is_authenticated:
            self._limit(request, int(time.time()))
        with access.remembering():
            return self.get_response(request)

    def _limit(self, request: HttpRequest, now: int) -> None:
        session = request.session
        began, seen = session.get(BEGAN), session.get(SEEN)
        if began is None or seen is None:
            session[BEGAN] = session[SEEN] = now
        elif now - began >= ABSOLUTE or now - seen >= IDLE:
            ended = EndedSession(request.user, session.get(sessions.ORGANISATION, ""))
            logout(request)
            request.ended_session = ended  # type: ignore[attr-defined]
        elif now - seen >= NOTED_EVERY:
            session[SEEN] = now


class SecondFactor(OTPMiddleware):
    """django-otp's gate, opened by allauth's record of a second factor given in this session.

    ``user.otp_device`` is the record's type (``totp``, ``webauthn``, ``recovery_codes``) while that
    authenticator is still registered, else None; ``user.is_verified()`` follows it. Events carry
    ``step_up`` where the factor was given again within five minutes.
    """

    def _verify_user_sync(self, request: HttpRequest, user: Any) -> Any:
        self._init_user_fields(user)
        if user.is_authenticated:
            records = sessions.records_of(request, user)
            factors = [record["id"] for record in records if isinstance(record.get("id"), int)]
            org = request.session.get(sessions.ORGANISATION)
            stands = standing.ask(user.pk, UUID(org) if org else None, factors)
            user.otp_device = str(records[-1].get("type")) if stands.factor else None
            user.standing = stands
            user.has_stepped_up = lambda: sessions.has_stepped_up(request)
        return user
