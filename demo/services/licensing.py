"""Licences of the demo: entered by legal, signed by an administrator, paid and amended since."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from accounts import permissions
from accounts.services import changes
from audit.actors import command
from catalog.services import dates
from demo.content.plan import LICENSED, Let
from demo.services.moments import moment
from demo.services.trade import Desk
from licenses.selectors import named
from licenses.services import drafts, keeping, paying, signing

if TYPE_CHECKING:
    from accounts.models import ChangeRequest

REASON = "Signed long form on file"


def sign(*, desk: Desk, works: Mapping[str, UUID]) -> None:
    """Enter the licences and sign those that come so far; record the releases they hang on."""
    at = moment(LICENSED)
    for let in desk.plan.licenses:
        if let.state == "signed":
            _sign(desk, let.document, at, breach=let.breach)
    for one in desk.plan.happenings:
        dates.record(
            work_id=works[one.work],
            kind=one.kind,
            territory=one.territory,
            on=one.on,
            actor=desk.rights,
            at=_on(one.on),
        )


def go_on(*, desk: Desk) -> None:
    """Do what came since: amendments, payments, terminations; enter what isn't signed yet."""
    for let in desk.plan.licenses:
        if let.amended and let.amended_on:
            _sign(desk, let.amended, _on(let.amended_on), reason="Amendment 1, signed")
        for label, day, amount in let.paid:
            _pay(desk, let, label, day, amount)
        if let.ended:
            _end(desk, let, let.ended)
        if let.state != "signed":
            _enter(desk, let)
    now = timezone.now()
    if desk.plan.licenses:
        keeping.catch_up(today=now.date(), by=command("licenses"), at=now)


def _on(day: date) -> datetime:
    """Return ten o'clock of a day: no earlier than the licences' signature, no later than now."""
    return moment(max(datetime.combine(day, time(10), tzinfo=UTC), moment(LICENSED)))


def _sign(
    desk: Desk, document: dict[str, Any], at: datetime, *, reason: str = REASON, breach: str = ""
) -> None:
    legal = desk.legal
    license = drafts.enter(document=document, by=legal, at=at).version.license
    _approve(desk, signing.ask(license=license, reason=reason, by=legal, at=at, breach=breach), at)


def _approve(desk: Desk, request: "ChangeRequest", at: datetime) -> None:
    changes.approve(
        request_id=request.pk,
        payload_hash=request.payload_hash,
        by=desk.users[permissions.ADMINISTRATOR],
        at=at,
        fresh=True,
    )


def _enter(desk: Desk, let: Let) -> None:
    """Keep a licence as a draft; ask for its signature where it comes so far."""
    legal, now = desk.legal, timezone.now()
    license = drafts.enter(document=let.document, by=legal, at=now).version.license
    if let.state == "asked":
        reason = "Agreed at the market; the offer lapses in two weeks"
        signing.ask(license=license, reason=reason, by=legal, at=now)


def _pay(desk: Desk, let: Let, label: str, day: date, amount: str) -> None:
    code = let.document["license"]
    instalment = named.instalment(code, label)
    assert instalment is not None, f"{code} has no instalment {label}"
    paying.paid(
        instalment_id=instalment.pk,
        paid_on=min(day, timezone.now().date()),
        amount=Decimal(amount) if amount else None,
        reference=f"Bank advice {day:%y%m%d}-{code[-2:]}",
        by=desk.analyst,
        at=max(_on(day), _on(day + timedelta(days=1))),
    )


def _end(desk: Desk, let: Let, last_day: date) -> None:
    at = _on(last_day - timedelta(days=20))
    license = named.license(let.document["license"])
    assert license is not None
    request = signing.ask_to_terminate(
        license=license,
        last_day=last_day,
        reason="The second payment stayed out after two reminders",
        by=desk.legal,
        at=at,
    )
    _approve(desk, request, at)
