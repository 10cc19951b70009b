"""Deeds of the pages on a deal's draft: keep it as it was written, name its payees' holders."""

import copy
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.services import changes
from audit.actors import Actor
from holders.selectors import holders
from kernel.canonical import digest
from kernel.errors import DomainError
from kernel.period import Period
from royalties.engine import schema
from royalties.engine.errors import DealInvalid
from royalties.engine.periods import period_label
from royalties.engine.reading import read_deal
from royalties.models import Deal, DealVersion
from royalties.services import deals
from royalties.services.deals import DealRefused, Entered

SIGN_REFUSED = (DealRefused, changes.ChangeRefused)


class DraftChanged(DomainError):
    """Somebody else saved the draft since this one was opened."""

    code = "draft_changed"
    status = 409


def stamp(draft: DealVersion | None) -> str:
    """Return what a draft is known by while somebody edits it; nothing where there is none."""
    if draft is None:
        return ""
    starts = draft.starts.isoformat() if draft.starts else ""
    return digest({"of": draft.number, "is": draft.sha256, "from": starts, "with": draft.opening})


@transaction.atomic
def keep(
    *,
    document: dict[str, Any],
    deal: Deal | None,
    seen: str,
    by: Actor,
    at: datetime,
    starts: date | None = None,
    opening: dict[str, Any] | None = None,
) -> Entered:
    """Keep a document as the draft of ``deal``, or of a new deal where that is None.

    ``seen`` is the ``stamp`` of the draft that was edited. Raises DraftChanged where it is another
    by now, DealInvalid, and DealRefused where the code is another deal's.
    """
    problems = schema.problems(document)
    if problems:
        raise DealInvalid(problems)
    code = document["deal"]
    known = Deal.objects.select_for_update().filter(code=code).first()
    if deal is None and known is not None:
        raise DealRefused(
            f"There is a deal {code} already: {known.title}. Open it to write its next version, or "
            "give this one another code."
        )
    if deal is not None and code != deal.code:
        raise DealRefused(
            f"The document's code is {code}, but this is deal {deal.code}. A deal keeps its code; "
            "for another deal begin a new one."
        )
    draft = DealVersion.objects.filter(deal=known, signed_at=None).first() if known else None
    if stamp(draft) != seen:
        raise DraftChanged("Somebody saved this draft after you opened it.")
    _begins_a_period(document, starts)
    return deals.enter(document=document, by=by, at=at, starts=starts, opening=opening)


@transaction.atomic
def name_payee(
    *, deal: Deal, payee: str, holder: str, seen: str, by: Actor, at: datetime
) -> Entered:
    """Say which holder a payee of the draft is, in its document. Raises what ``keep`` does."""
    draft = DealVersion.objects.filter(deal=deal, signed_at=None).first()
    if draft is None or payee not in draft.document["payees"]:
        raise DraftChanged("The draft, or this payee of it, is gone. Load the page again.")
    document = copy.deepcopy(draft.document)
    document["payees"][payee]["holder"] = holder
    return keep(
        document=document,
        deal=deal,
        seen=seen,
        by=by,
        at=at,
        starts=draft.starts,
        opening=draft.opening,
    )


def first_day(document: Mapping[str, Any], label: str) -> date:
    """Return the first day of the deal's accounting period that somebody wrote as its label."""
    year_starts = document.get("accounting", {}).get("year_starts", "01-01")
    return Period.of(label, year_starts=year_starts).start


def reference(holder_id: UUID) -> str | None:
    """Return what a document calls a holder: its code, else its id; None where there is none."""
    found = holders.lines([holder_id]).get(holder_id)
    return found.reference if found else None


def _begins_a_period(document: dict[str, Any], starts: date | None) -> None:
    """A version holds for whole periods; one that began inside one would surprise its author."""
    if starts is None:
        return
    terms = read_deal(document)
    label = period_label(terms, starts)
    if Period.of(label, year_starts=terms.year_starts).start != starts:
        raise DealRefused(
            f"{starts} lies inside {label}, and a version holds for whole periods. Name the period "
            "with which it begins."
        )
