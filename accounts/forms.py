"""Forms: of signing in (allauth's, with refusals noted in the audit trail) and of changes."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.utils import timezone

from accounts.services import people


class SecondFactorForm(AuthenticateForm):
    """A code at sign-in."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        people.note_failure(email=self.user.email, at=timezone.now(), what="code")


class StepUpForm(ReauthenticateForm):
    """A code given again."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        people.note_failure(email=self.user.email, at=timezone.now(), what="code")


class RejectForm(forms.Form):
    """Why a change is rejected."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea,
        label="Reason",
        help_text="The person who asked for the change reads it.",
    )
