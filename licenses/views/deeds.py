"""Deeds on a licence, from its page: ask for a signature or an end, decline, record a payment."""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from kernel.errors import DomainError
from licenses import permissions
from licenses.forms import DeclineForm, EndForm, PaidForm, ReasonForm, TakeBackForm
from licenses.models import Instalment, License, Receipt
from licenses.services import keeping, paying, signing
from licenses.views.licenses import Whole

if TYPE_CHECKING:
    from accounts.models import ChangeRequest


class Deed(Whole):
    """A form of the licence's page: done, or the page again with what is wrong."""

    permission = seen_with = permissions.LICENSE_ENTER
    http_method_names = ("post",)
    form: ClassVar[type[forms.Form]]
    shown_as: ClassVar[str]

    def post(self, request: HttpRequest, pk: UUID, **more: UUID) -> HttpResponse:
        """Do it; a refusal is said in its form."""
        license, form = self.meant(pk, **more), self.form(request.POST)
        if form.is_valid():
            try:
                return self.do(request, license, form.cleaned_data, **more)
            except DomainError as error:
                form.add_error(None, error.detail)
        return self.show(request, pk, status=422, **{self.shown_as: form})

    def meant(self, pk: UUID, **more: UUID) -> License:
        """Return the licence of the address; 404."""
        return self.license(pk)

    @abstractmethod
    def do(
        self, request: HttpRequest, license: License, told: dict[str, Any], **more: UUID
    ) -> HttpResponse:
        """Do it, say so, and return where it goes on."""

    def asked(self, request: HttpRequest, change: "ChangeRequest") -> HttpResponse:
        """Go on to the change request that was made."""
        messages.success(request, "Asked for. Somebody else has to approve it.")
        return redirect("change", pk=change.pk)

    def done(self, request: HttpRequest, license: License, words: str) -> HttpResponse:
        """Go back to the licence."""
        messages.success(request, words)
        return redirect("license", pk=license.pk)


class Sign(Deed):
    """Ask for the signature of a draft."""

    form, shown_as = ReasonForm, "sign_form"

    def do(
        self, request: HttpRequest, license: License, told: dict[str, Any], **more: UUID
    ) -> HttpResponse:
        """Ask; the change request's page is where it goes on."""
        change = signing.ask(license=license, by=self.person, at=timezone.now(), **told)
        return self.asked(request, change)


class End(Deed):
    """Ask that a licence ends early."""

    form, shown_as = EndForm, "end_form"

    def do(
        self, request: HttpRequest, license: License, told: dict[str, Any], **more: UUID
    ) -> HttpResponse:
        """Ask; the change request's page is where it goes on."""
        change = signing.ask_to_terminate(
            license=license, by=self.person, at=timezone.now(), **told
        )
        return self.asked(request, change)


class Decline(Deed):
    """Say that a term isn't renewed."""

    form, shown_as = DeclineForm, "decline_form"

    def do(
        self, request: HttpRequest, license: License, told: dict[str, Any], **more: UUID
    ) -> HttpResponse:
        """Record it; what the next term would have taken is free again."""
        keeping.decline(
            license_id=license.pk, reason=told["reason"], by=self.person, at=timezone.now()
        )
        return self.done(request, license, "It isn't renewed: the term ends on its last day.")


class Paid(Deed):
    """Record that an instalment came in."""

    permission = seen_with = permissions.LICENSE_PAY
    form, shown_as = PaidForm, "paid_form"

    def meant(self, pk: UUID, **more: UUID) -> License:
        """Return the licence, where the instalment is one of its own; 404."""
        license = self.license(pk)
        if not Instalment.objects.filter(license=license, pk=more["instalment"]).exists():
            raise Http404
        return license

    def do(
        self, request: HttpRequest, license: License, told: dict[str, Any], **more: UUID
    ) -> HttpResponse:
        """Record it."""
        row = paying.paid(
            instalment_id=more["instalment"], by=self.person, at=timezone.now(), **told
        )
        said = "Recorded as paid." if row.paid_on else "Recorded: a part of it is paid."
        return self.done(request, license, said)


class TakeBack(Deed):
    """Take back a payment that was recorded by mistake."""

    permission = seen_with = permissions.LICENSE_PAY
    form, shown_as = TakeBackForm, "back_form"

    def meant(self, pk: UUID, **more: UUID) -> License:
        """Return the licence, where the payment is one of its own; 404."""
        license = self.license(pk)
        if not Receipt.objects.filter(instalment__license=license, pk=more["payment"]).exists():
            raise Http404
        return license

    def do(
        self, request: HttpRequest, license: License, told: dict[str, Any], **more: UUID
    ) -> HttpResponse:
        """Take it back."""
        row = paying.take_back(
            receipt_id=more["payment"], by=self.person, at=timezone.now(), **told
        )
        return self.done(request, license, f"Taken back. {row.label} is open again.")
