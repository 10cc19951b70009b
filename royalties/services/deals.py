"""Enter a deal's document as a draft; ask for its signature; sign it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.changes import Kind
from accounts.services import changes
from audit.actors import Actor
from audit.services import events
from kernel.canonical import digest
from kernel.errors import DomainError
from royalties import permissions
from royalties.engine import bounds, places, schema
from royalties.engine.errors import BalanceInvalid, DealInvalid
from royalties.engine.examples import ExampleResult, run_examples
from royalties.engine.inputs import checked_opening
from royalties.engine.reading import read_deal
from royalties.engine.terms import Deal as Terms
from royalties.models import Deal, DealVersion
from royalties.selectors import deals, example_runs
from royalties.selectors.calculations import own_matcher
from royalties.services import effects, payees

if TYPE_CHECKING:
    from accounts.models import ChangeRequest, User

SIGN = "royalties.deal.sign"
ONCE = ("direction", "currency")


class DealRefused(DomainError):
    """A document that can't become, or a draft that can't be signed as, a version."""

    code = "deal_refused"


@dataclass(frozen=True, slots=True)
class Entered:
    """A draft and how its worked examples came out."""

    version: DealVersion
    examples: list[ExampleResult]


@transaction.atomic
def enter(
    *,
    document: dict[str, Any],
    by: Actor,
    at: datetime,
    starts: date | None = None,
    opening: dict[str, Any] | None = None,
) -> Entered:
    """Keep a document as the deal's draft, in place of an older draft; run its examples.

    The document may have failing examples; signing it is refused while it has. ``opening`` are the
    balances with which the deal's first calculated period opens (docs/deals.md §11). Raises
    DealInvalid with every problem's path, DealTooLarge and ExamplesTooSlow where the document asks
    for too much, and DealRefused where direction or currency differ.
    """
    bounds.check(document)
    problems = schema.problems(document)
    if problems:
        raise DealInvalid(problems)
    terms, known = read_deal(document), own_matcher()
    wrong = places.problems(document, known)
    if wrong:
        raise DealInvalid(wrong)
    examples = example_runs.run(terms, matcher=known)
    deal = _deal(document)
    number = deals.latest_signed(deal.pk) + 1
    _follows(deal, document, terms)
    draft = DealVersion.objects.filter(deal=deal, signed_at=None).select_for_update().first()
    version = draft or DealVersion(deal=deal, number=number)
    version.document, version.sha256, version.starts = document, hash_of(document), starts
    version.opening = checked_opening(terms, opening) if opening else {}
    version.entered_at, version.entered_by = at, by.actor_id
    version.save()
    payees.settle(deal=deal, document=document, signed=number > 1, by=by, at=at)
    events.record(
        "royalties.deal.entered",
        subject=version,
        actor=by,
        at=at,
        after={"deal": deal.code, "number": version.number, "sha256": version.sha256},
    )
    return Entered(version, examples)


@transaction.atomic
def ask_for_signature(
    *, deal: Deal, reason: str, by: "User", at: datetime, needs: int = 1
) -> "ChangeRequest":
    """Ask for the signature of a deal's draft, and for its money effect where periods were posted.

    Raises DealRefused while an example fails.
    """
    draft = DealVersion.objects.filter(deal=deal, signed_at=None).first()
    if draft is None:
        raise DealRefused(f"Deal {deal.code} has no draft. Enter a new version first.")
    _examples_pass(draft)
    effects.ask(draft=draft, by=by, at=at)
    return changes.propose(
        kind=SIGN,
        target_id=deal.pk,
        base_version=draft.number - 1,
        payload={"number": draft.number, "sha256": draft.sha256},
        reason=reason,
        by=by,
        at=at,
        needs=needs,
    )


def sign(
    *,
    target_id: UUID,
    payload: Mapping[str, Any],
    request: "ChangeRequest",
    by: "User",
    at: datetime,
) -> None:
    """Make the approved draft the version in force; called by the approval, in its transaction."""
    draft = (
        DealVersion.objects.select_for_update().filter(deal_id=target_id, signed_at=None).first()
    )
    if draft is None or (draft.number, draft.sha256) != (payload["number"], payload["sha256"]):
        raise DealRefused("The draft isn't the one that was approved. Ask for its signature again.")
    _examples_pass(draft)
    draft.signed_at, draft.signed_by_request = at, request.pk
    draft.save(update_fields=["signed_at", "signed_by_request"])


def describe(payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what a signature changes, for the approver."""
    return [("Version in force", str(payload["number"] - 1 or "none"), str(payload["number"]))]


SIGNING = Kind(
    code=SIGN,
    label="Sign a deal",
    propose=permissions.DEAL_ENTER,
    approve=permissions.DEAL_SIGN,
    apply=sign,
    version=deals.latest_signed,
    describe=describe,
    consequence=(
        "The version holds from the moment of approval, for every period not yet posted. It can't "
        "be changed afterwards, only followed by another version."
    ),
)


def hash_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical JSON."""
    return digest(document)


def _examples_pass(draft: DealVersion) -> None:
    examples = run_examples(read_deal(draft.document), matcher=own_matcher())
    failed = [each for each in examples if not each.passed]
    if failed:
        raise DealRefused(
            f"{len(failed)} of {len(examples)} worked examples fail: {failed[0].name}: "
            f"{failed[0].differences[0]}. Correct the deal or the example.",
            examples=[{"name": e.name, "differences": list(e.differences)} for e in failed],
        )
    if not examples:
        raise DealRefused("A deal is signed with at least one worked example. Add one.")


def _follows(deal: Deal, document: Mapping[str, Any], terms: Terms) -> None:
    """Refuse a version that can't go on where the signed ones and their balances stand."""
    signed = DealVersion.objects.signed().filter(deal=deal).order_by("-number").first()
    if signed is not None:
        for name, usual in (("period", None), ("year_starts", "01-01")):
            old = signed.document["accounting"].get(name, usual)
            if document["accounting"].get(name, usual) != old:
                raise DealRefused(
                    f"Deal {deal.code} accounts with {name} {old}. Another {name} would count days "
                    "twice or not at all: give it another code, with opening balances."
                )
    closing = deals.last_closing(deal.pk)
    if closing is not None:
        try:
            checked_opening(terms, closing)
        except BalanceInvalid as problem:
            raise DealRefused(
                f"The balances of {deal.code} don't fit this version. {problem.detail} Keep what "
                "has a balance; it need not earn any more."
            ) from problem


def _deal(document: Mapping[str, Any]) -> Deal:
    """Return the deal of a document, made if it is new, its title kept up to date."""
    fixed = {name: document[name] for name in ONCE}
    deal, made = Deal.objects.select_for_update().get_or_create(
        code=document["deal"], defaults={"title": document["title"], **fixed}
    )
    for name in ONCE:
        if getattr(deal, name) != document[name]:
            raise DealRefused(
                f"Deal {deal.code} has {name} {getattr(deal, name)}, the document "
                f"{document[name]}. That makes it another deal: give it another code."
            )
    if not made and deal.title != document["title"]:
        deal.title = document["title"]
        deal.save(update_fields=["title"])
    return deal
