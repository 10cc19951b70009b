"""Who a deal's payees are in the registry of holders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.actors import Actor
from holders.selectors import holders as known_holders
from holders.services import holders
from royalties.engine.errors import DealInvalid
from royalties.models import Deal, DealPayee


def settle(
    *, deal: Deal, document: Mapping[str, Any], signed: bool, by: Actor, at: datetime
) -> None:
    """Keep which holder each payee of a document is; part of entering it.

    A payee's ``holder`` is a code or id. Without one it is the holder of the payee's ``name``; a
    name that nobody has registers a holder. Raises DealInvalid with the path where a holder is
    unknown, a name belongs to several, or a signed deal's payee would become somebody else.
    """
    known = dict(DealPayee.objects.filter(deal=deal).values_list("payee", "holder_id"))
    problems: list[dict[str, str]] = []
    for payee, body in document["payees"].items():
        found = _holder(deal, payee, body, known.get(payee), problems, by, at)
        if found is None or known.get(payee) == found:
            continue
        if payee in known and signed:
            problems.append(_problem(payee, "is another holder than in the signed version"))
            continue
        DealPayee.objects.filter(deal=deal, payee=payee).delete()
        DealPayee(deal=deal, payee=payee, holder_id=found).save(force_insert=True)
    problems += _doubled(deal, document)
    if problems:
        raise DealInvalid(problems)


def _doubled(deal: Deal, document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Refuse two payees that are one holder: their figures would stand on one statement line."""
    seen: dict[UUID, str] = {}
    found = []
    for payee, holder in DealPayee.objects.filter(deal=deal).values_list("payee", "holder_id"):
        if payee not in document["payees"]:
            continue
        if holder in seen:
            found.append(_problem(payee, f"is the same holder as {seen[holder]}"))
        seen.setdefault(holder, payee)
    return found


def _holder(
    deal: Deal,
    payee: str,
    body: Mapping[str, Any],
    before: UUID | None,
    problems: list[dict[str, str]],
    by: Actor,
    at: datetime,
) -> UUID | None:
    if "holder" in body:
        found = known_holders.by_reference(body["holder"])
        if found is None:
            problems.append(_problem(payee, f"{body['holder']!r} is no holder", ".holder"))
        return found
    name = body.get("name", "")
    listed = known_holders.by_names([name]).get(name, []) if name else []
    if len(listed) == 1:
        return listed[0]
    if before is not None and (not name or before in listed):
        return before
    if len(listed) > 1:
        problems.append(_problem(payee, f"{len(listed)} holders are called {name!r}", ".holder"))
        return None
    made = holders.register(kind="other", name=name or f"{payee} ({deal.code})", actor=by, at=at)
    return made.pk


def _problem(payee: str, message: str, tail: str = "") -> dict[str, str]:
    return {
        "path": f"payees.{payee}{tail}",
        "message": message,
        "expected": "the code or id of the holder that is paid",
    }
