"""Deeds on a licence: ask for its signature or its end, decline a renewal, record a payment."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request

from accounts.api.changes import ASKED, asked
from foundation.api import bodies
from foundation.api.operations import Reply, operation
from kernel.errors import InvalidValue
from kernel.numbers import parse_decimal
from licenses.api import shapes
from licenses.api.licenses import LicenseView
from licenses.models import Instalment, Receipt
from licenses.permissions import LICENSE_ENTER, LICENSE_PAY
from licenses.services import keeping, paying, signing


class Signature(LicenseView):
    """Ask for a draft's signature."""

    needs = {"POST": LICENSE_ENTER}

    @operation(
        "Ask for the signature of a licence's draft",
        takes=shapes.SIGNATURE,
        gives=ASKED,
        status=201,
        changes=True,
        description="Somebody who may sign approves it, after a fresh second factor. Where "
        "something stands in its way, it is refused with each clause (`obstacles`), unless "
        "`breach` says why it is to be signed all the same.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask."""
        license = self.license(pk)
        change = signing.ask(license=license, by=self.actor, at=timezone.now(), **self.sent)
        return Reply(asked(change))


class Termination(LicenseView):
    """Ask that a licence ends early."""

    needs = {"POST": LICENSE_ENTER}

    @operation(
        "Ask that a licence ends early",
        takes=shapes.TERMINATION,
        gives=ASKED,
        status=201,
        changes=True,
        description="Somebody who may sign approves it; all its grants end after `last_day`.",
    )
    def post(self, request: Request, pk: UUID) -> Reply:
        """Ask."""
        change = signing.ask_to_terminate(
            license=self.license(pk),
            last_day=date.fromisoformat(self.sent["last_day"]),
            reason=self.sent["reason"],
            by=self.actor,
            at=timezone.now(),
        )
        return Reply(asked(change))


class Decline(LicenseView):
    """Say that a term isn't renewed."""

    needs = {"POST": LICENSE_ENTER}

    @operation(
        "Say that a licence doesn't renew itself; what the next term would take is free at once",
        takes=shapes.DECLINE,
        gives=shapes.LICENSE,
        changes=True,
    )
    def post(self, request: Request, pk: UUID) -> dict[str, Any]:
        """Record it."""
        license = self.license(pk)
        keeping.decline(license_id=license.pk, by=self.actor, at=timezone.now(), **self.sent)
        return shapes.shown(self.license(pk))


class Payments(LicenseView):
    """What came in for an instalment."""

    needs = {"POST": LICENSE_PAY}

    @operation(
        "Record that an instalment came in, or a part of it",
        takes=shapes.PAYMENT,
        gives=shapes.LICENSE,
        changes=True,
    )
    def post(self, request: Request, pk: UUID, instalment: UUID) -> dict[str, Any]:
        """Record it."""
        license = self.license(pk)
        if not Instalment.objects.filter(license=license, pk=instalment).exists():
            raise Http404
        paying.paid(
            instalment_id=instalment,
            paid_on=date.fromisoformat(self.sent["paid_on"]),
            amount=_amount(self.sent.get("amount")),
            reference=self.sent.get("reference", ""),
            by=self.actor,
            at=timezone.now(),
        )
        return shapes.shown(self.license(pk))


class Reversal(LicenseView):
    """A payment that was recorded by mistake."""

    needs = {"POST": LICENSE_PAY}

    @operation(
        "Take back a payment that was recorded by mistake",
        takes=shapes.TAKE_BACK,
        gives=shapes.LICENSE,
        changes=True,
    )
    def post(self, request: Request, pk: UUID, payment: UUID) -> dict[str, Any]:
        """Take it back; what it paid is open again."""
        license = self.license(pk)
        if not Receipt.objects.filter(instalment__license=license, pk=payment).exists():
            raise Http404
        paying.take_back(receipt_id=payment, by=self.actor, at=timezone.now(), **self.sent)
        return shapes.shown(self.license(pk))


def _amount(text: str | None) -> Decimal | None:
    try:
        return None if text is None else parse_decimal(text)
    except InvalidValue as error:
        raise bodies.faults([("/amount", "wrong_form", error.detail)]) from error
