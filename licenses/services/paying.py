"""Record what came in for an instalment: the whole of it, or a part; and take a mistake back."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from kernel.currencies import MINOR_UNITS
from licenses.models import Instalment, Receipt, Reversal
from licenses.selectors import receipts
from licenses.services.drafts import LicenseRefused

if TYPE_CHECKING:
    from audit.actors import Actor


@transaction.atomic
def paid(
    *,
    instalment_id: UUID,
    paid_on: date,
    reference: str,
    by: "Actor",
    at: datetime,
    amount: Decimal | None = None,
) -> Instalment:
    """Record that ``amount`` of an instalment (None: all that is left) came in on a day.

    With the last of it the instalment is paid. Raises LicenseRefused.
    """
    row = Instalment.objects.select_for_update(of=["self"]).select_related("license")
    found = row.filter(pk=instalment_id, superseded_at=None).first()
    if found is None:
        raise LicenseRefused("There is no such instalment any more. Load the page again.")
    if found.paid_on is not None:
        raise LicenseRefused(f"{found.label} is recorded as paid on {found.paid_on} already.")
    if paid_on > at.date():
        raise LicenseRefused(f"{paid_on} is still to come. Record it when the money is there.")
    left = found.amount - receipts.came([found.pk])[found.pk]
    part = left if amount is None else amount
    _check(found, part, left)
    receipt = Receipt(
        instalment=found, amount=part, on=paid_on, reference=reference, recorded_at=at
    )
    if part:
        receipt.save(force_insert=True)
    if part == left:
        found.paid_on = paid_on
        found.save(update_fields=["paid_on"])
    code = "licenses.instalment.paid" if part == left else "licenses.instalment.part_paid"
    after = {
        "label": found.label,
        "amount": part,
        "left": left - part,
        "currency": found.currency,
        "paid_on": paid_on,
        "reference": reference,
    }
    events.record(code, subject=found.license, actor=by, at=at, after=after)
    return found


@transaction.atomic
def take_back(*, receipt_id: UUID, reason: str, by: "Actor", at: datetime) -> Instalment:
    """Take back a receipt that was recorded by mistake; what is left of its instalment is open
    again. The receipt stays to be seen, with the reason. Raises LicenseRefused.
    """
    receipt = Receipt.objects.filter(pk=receipt_id).first()
    if receipt is None:
        raise LicenseRefused("There is no such payment. Load the page again.")
    rows = Instalment.objects.select_for_update(of=["self"]).select_related("license")
    found = rows.get(pk=receipt.instalment_id)
    if Reversal.objects.filter(receipt=receipt).exists():
        raise LicenseRefused("This payment was taken back already. Load the page again.")
    if not reason.strip():
        raise LicenseRefused("Say why it is taken back; the next one who looks reads it.")
    Reversal(receipt=receipt, reason=reason, reversed_at=at, reversed_by=by.actor_id).save(
        force_insert=True
    )
    found.paid_on = None
    found.save(update_fields=["paid_on"])
    events.record(
        "licenses.instalment.payment_taken_back",
        subject=found.license,
        actor=by,
        at=at,
        reason=reason,
        before={
            "label": found.label,
            "amount": receipt.amount,
            "currency": found.currency,
            "paid_on": receipt.on,
            "reference": receipt.reference,
        },
    )
    return found


def _check(row: Instalment, part: Decimal, left: Decimal) -> None:
    """Refuse what isn't some of what is left. An instalment of nothing is paid by nothing."""
    if part > left:
        raise LicenseRefused(
            f"{part:f} {row.currency} is more than the {left.normalize():f} {row.currency} that is "
            f"left of {row.label}. Record what belongs to it, and the rest where that belongs."
        )
    if part <= 0 and left > 0:
        raise LicenseRefused("Record an amount above zero.")
    places = MINOR_UNITS.get(row.currency, 2)
    exponent = part.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise LicenseRefused(f"Amounts in {row.currency} have {places} decimals at most.")
