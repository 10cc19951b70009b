"""allauth's pages where a second factor is given or set up: what the session learns of it."""

from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, ReauthenticateWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.adapters import SecondFactorAdapter
from accounts.models import User
from accounts.services import people
from accounts.views.base import Page


class _Rotating:
    """Gives the session a new id once somebody has confirmed who they are."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Answer, then change the session's id (the list of sessions follows)."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        session = self.request.session
        former = session.session_key
        session.cycle_key()
        UserSession.objects.filter(session_key=former).update(session_key=session.session_key)
        return response


class ByPassword(_Rotating, ReauthenticateView):
    """Confirm with the password (only who has no second factor yet)."""


class ByCode(_Rotating, CodeView):
    """Confirm with a code of the authenticator, or a recovery code."""


class ByPasskey(_Rotating, ReauthenticateWebAuthnView):
    """Confirm with a passkey."""


class _Proving:
    """Who has just set up a second factor has given it: the session counts as verified."""

    request: HttpRequest
    kind: str

    def form_valid(self, form: Any) -> HttpResponse:
        """Answer, then note the factor that was shown."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        user = self.request.user
        shown = Authenticator.objects.filter(user=user, type=self.kind).latest("pk")
        record_authentication(self.request, user, "mfa", id=shown.pk, type=shown.type)
        return response


class ActivateTotp(_Proving, ActivateTOTPView):
    """Set up an authenticator app."""

    kind = Authenticator.Type.TOTP


class AddPasskey(_Proving, AddWebAuthnView):
    """Add a passkey."""

    kind = Authenticator.Type.WEBAUTHN


class Sessions(ListUserSessionsView):
    """Where one is signed in, and the way to end it everywhere else."""

    def form_valid(self, form: Any) -> HttpResponse:
        """End the others, and note it."""
        response: HttpResponse = super().form_valid(form)
        user = cast(User, self.request.user)
        people.note(user=user, code="accounts.sessions.ended", at=timezone.now())
        return response


class RenamePasskey(EditWebAuthnView):
    """Give a passkey another name."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Rename it, and note it."""
        response: HttpResponse = super().form_valid(form)
        user = cast(User, self.request.user)
        people.note(user=user, code="accounts.second_factor.renamed", at=timezone.now())
        return response


class QrCode(Page):
    """The QR code of the secret being set up, as its own address: the strict CSP allows no data:"""

    own_account = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the picture; 404 when nothing is being set up."""
        secret = request.session.get(SECRET_SESSION_KEY)
        if not secret:
            raise Http404
        adapter = SecondFactorAdapter()
        address = adapter.build_totp_url(request.user, secret)
        return HttpResponse(adapter.build_totp_svg(address), content_type="image/svg+xml")


class ByInvitation(Page):
    """Where people without an account learn how to get one."""

    public = "says that accounts are made by invitation"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Say so."""
        return render(request, "accounts/by_invitation.html")


by_password = ByPassword.as_view()
by_code = ByCode.as_view()
by_passkey = ByPasskey.as_view()
activate_totp = ActivateTotp.as_view()
add_webauthn = AddPasskey.as_view()
edit_webauthn = RenamePasskey.as_view()
list_usersessions = Sessions.as_view()
