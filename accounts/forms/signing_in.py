"""Forms of signing in: allauth's, with refusals noted in the audit trail."""

import json
from base64 import urlsafe_b64decode
from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangeEmailForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from accounts.services import people


class _Mailed:
    """Calls an e-mail address what every page calls it."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.EmailField):
                field.label = "E-mail"
                field.widget.attrs["placeholder"] = "E-mail address"


class SignInForm(_Mailed, LoginForm):
    """An address and a password; the way to a new password stands on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class CodeByMailForm(_Mailed, RequestLoginCodeForm):
    """Where a sign-in code goes."""


class ForgottenPasswordForm(_Mailed, ResetPasswordForm):
    """Whose password is set anew."""


class AnotherAddressForm(_Mailed, AddEmailForm):
    """A person's next address."""


class CorrectedAddressForm(_Mailed, ChangeEmailForm):
    """An address that was mistyped and waits for its code."""


class _Once:
    """A code works once for as long as any clock within reach would take it.

    allauth remembers a used code for one period of thirty seconds; with a period of tolerance on
    either side a code lives for three.
    """

    user: User

    def clean_code(self) -> str:
        """Return the code; raise the usual refusal for a wrong one, and for one that was used."""
        code: str = super().clean_code()  # type: ignore[misc]
        lives = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        if not cache.add(f"code-used:{self.user.pk}:{code.strip()}", 1, timeout=lives):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_Once, AuthenticateForm):
    """A code at sign-in."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        people.note_failure(email=self.user.email, at=timezone.now(), what="code")


class StepUpForm(_Once, ReauthenticateForm):
    """A code given again."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        people.note_failure(email=self.user.email, at=timezone.now(), what="code")


class _FromHere:
    """Takes a passkey's answer only where the browser gave it to a page of this very address.

    allauth leaves that to the passkey's own check, which plain http on localhost switches off.
    """

    def clean_credential(self) -> Any:
        """Return the answer; raise the usual refusal for one that was given elsewhere."""
        given = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        here = context.request.build_absolute_uri("/").rstrip("/")
        if _origin(given) != here:
            raise get_adapter().validation_error("incorrect_code")
        inherited = getattr(super(), "clean_credential", None)
        return inherited() if inherited else given


def _origin(credential: Any) -> str:
    """Return the address that a passkey's answer was given to; empty where it says none."""
    try:
        told = credential["response"]["clientDataJSON"]
        return str(json.loads(urlsafe_b64decode(told + "=" * (-len(told) % 4)))["origin"])
    except (KeyError, TypeError, ValueError):
        return ""


class PasskeySignInForm(_FromHere, LoginWebAuthnForm):
    """Signing in with a passkey alone."""


class PasskeyForm(_FromHere, AuthenticateWebAuthnForm):
    """A passkey as the second factor."""


class PasskeyStepUpForm(_FromHere, ReauthenticateWebAuthnForm):
    """A passkey given again."""


class NewPasskeyForm(_FromHere, AddWebAuthnForm):
    """A passkey being added."""
