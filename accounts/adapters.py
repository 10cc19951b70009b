"""What allauth asks us: who may sign up (nobody), how secrets are kept, what is noted."""

from base64 import b64decode, b64encode
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.selectors import standing
from accounts.services import people
from audit.middleware import address
from foundation import keys
from foundation.pages import qr
from foundation.tenancy import current_org, tenant_atomic
from kernel.errors import DomainError

# What a notice to the person says happened, as events.
NOTED = {
    "mfa/email/totp_activated": "accounts.second_factor.added",
    "mfa/email/webauthn_added": "accounts.second_factor.added",
    "mfa/email/totp_deactivated": "accounts.second_factor.removed",
    "mfa/email/webauthn_removed": "accounts.second_factor.removed",
    "mfa/email/recovery_codes_generated": "accounts.second_factor.codes_made",
    "account/email/password_changed": "accounts.password.changed",
    "account/email/password_set": "accounts.password.changed",
    "account/email/password_reset": "accounts.password.changed",
    "account/email/email_changed": "accounts.address.changed",
}


class NoHome(DomainError):
    """A second factor for somebody who belongs to no organisation."""

    code = "no_organisation"
    status = 403


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation alone; what happens to them is noted in the audit trail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address as the audit trail sees it: never from a forged header."""
        return address(request) or "0.0.0.0"  # noqa: S104

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return how somebody can confirm; who has a second factor can't by password alone.

        The first is offered first: the authenticator app where there is one, else the passkey.
        """
        methods = list(super().get_reauthentication_methods(user))
        strong = [method for method in methods if "mfa" in method["id"]]
        if len(strong) > 1 and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            strong.reverse()
        return strong or methods

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign the person in and note it."""
        super().login(request, user)
        people.note(user=user, code="accounts.person.signed_in", at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        """Note it and sign the person out; the session is gone on the server."""
        if isinstance(request.user, User):
            people.note(user=request.user, code="accounts.person.signed_out", at=timezone.now())
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password."""
        super().authentication_failed(request, **credentials)
        people.note_failure(email=str(credentials.get("email", "")), at=timezone.now())

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kw: Any
    ) -> None:
        """Tell the person what was changed, and note it."""
        super().send_notification_mail(template_prefix, user, *args, **kw)
        code = NOTED.get(template_prefix)
        if code is not None:
            people.note(user=user, code=code, at=timezone.now())

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Answer a disabled person as allauth does, and note the attempt."""
        people.note_failure(email=user.email, at=timezone.now())
        return super().respond_user_inactive(request, user)


class ClientAdapter(DefaultOIDCAdapter):
    """How clients of the API are named and given their secrets."""

    def generate_client_secret(self) -> str:
        """Return 256 random bits as text."""
        return token_urlsafe(32)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie sealed under their person's key in an organisation of theirs.

    A sealed secret names both, so that it can be opened before anybody is signed in.
    """

    def encrypt(self, text: str) -> str:
        """Seal a secret of the person whose request this is (or ``people.sealing_for``)."""
        person = people.sealed_for() or context.request.user.pk
        home = current_org() or next(iter(standing.organisations_of(person)), None)
        if home is None:
            raise NoHome("You have no role in any organisation now. Ask who invited you.")
        with tenant_atomic(home):
            sealed = keys.encrypt(person, text.encode(), context="mfa_authenticator/secret")
        return f"{home}.{person}.{b64encode(sealed).decode('ascii')}"

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret. Raises SubjectErased or NotReadable."""
        home, person, sealed = encrypted_text.split(".")
        with tenant_atomic(UUID(home)):
            opened = keys.decrypt(
                UUID(person), b64decode(sealed), context="mfa_authenticator/secret"
            )
        return opened.decode()

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code of a TOTP address as SVG."""
        return qr.svg(url)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom passkeys are for: this host, under the product's name."""
        return {"id": context.request.get_host().partition(":")[0], "name": "MediaTrack Pro"}
