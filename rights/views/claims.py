"""Claim a right; what one claim holds; pass a share of it on, correct it, end it, take it back."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from catalog.views.base import WorkPage
from rights.forms import (
    MOST,
    ClaimForm,
    CorrectForm,
    EndForm,
    OwnersForm,
    TransferForm,
    WithdrawForm,
)
from rights.models import Claim
from rights.permissions import CLAIM_EDIT
from rights.selectors import claims as known
from rights.selectors import conflicts, registry, terms
from rights.selectors.claims import ClaimFound
from rights.services import claims, overrides
from rights.views.previewed import FIELDS, Previewed

if TYPE_CHECKING:
    from accounts.models import ChangeRequest
    from catalog.models import Work


class New(Previewed):
    """A new claim to a right in a work."""

    template = "rights/claim_new.html"
    done = "The claim holds."
    deed = staticmethod(claims.claim)

    def form(self, work: "Work", data: Any = None, **more: Any) -> ClaimForm:
        """Return the form of a claim's terms."""
        return ClaimForm(data, rights=registry.rights_of(work.pk), **more)

    def told(self, work: "Work", form: Any, **about: UUID) -> dict[str, Any]:
        """Return the work and the terms."""
        return {"work_id": work.pk, **form.told}

    def propose(self, work_id: UUID, told: dict[str, Any], reason: str) -> "ChangeRequest":
        """Ask for a claim that overrides a wider one."""
        now = timezone.now()
        return overrides.propose(
            work_id=work_id, terms=told["terms"], by=self.person, at=now, reason=reason
        )

    def more(self) -> dict[str, Any]:
        """Return the words of the page."""
        words = {"heading": "Claim a right", "lead": "", "save": "Save the claim"}
        return {**words, "claim": None, "stretches": 1, "unwritten": 0}


def pieces_of(work_id: UUID, claim: UUID) -> tuple[ClaimFound, ...]:
    """Return what a claim says of a work, what waits included; 404 where that is nothing."""
    found = known.of_work(work_id, on=None, among=Claim.every.filter(origin=claim))
    if not found:
        raise Http404
    return found


class One(WorkPage):
    """One claim to a work: what it holds, and what can be done about it."""

    permission = CLAIM_EDIT
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID, claim: UUID) -> HttpResponse:
        """Show it."""
        work, pieces = self.work(pk), pieces_of(pk, claim)
        about = [one for one in conflicts.of_work(pk) if claim in {s.claim for s in one.sides}]
        context = {
            "claim": claim,
            "rights": registry.by_right([one for one in pieces if not one.waiting]),
            "waits": registry.by_right([one for one in pieces if one.waiting]),
            "default": registry.is_default(pieces[0]),
            "conflicts": about,
        }
        return self.show(request, "rights/claim.html", work, context)


class ClaimDeed(Previewed):
    """A deed on one claim. ``default``: only on one that came with the registration, or (False)
    only on any other."""

    template = "rights/claim_deed.html"
    default: ClassVar[bool | None] = False
    words: ClassVar[tuple[str, str, str]]

    def form(self, work: "Work", data: Any = None, **more: Any) -> Any:
        """Return the deed's form; 404 where the claim isn't one that it can be done to."""
        claim: UUID = more.pop("claim")
        self.pieces = pieces_of(work.pk, claim)
        self.is_default = registry.is_default(self.pieces[0])
        if self.default is not None and self.is_default != self.default:
            raise Http404
        return self.filled(work, claim, data, more)

    def filled(self, work: "Work", claim: UUID, data: Any, more: dict[str, Any]) -> Any:
        """Return the form."""
        raise NotImplementedError

    def told(self, work: "Work", form: Any, **about: UUID) -> dict[str, Any]:
        """Return the claim and what was filled in."""
        return {"claim_id": about["claim"], **form.told}

    def more(self) -> dict[str, Any]:
        """Return the claim and the words of the page."""
        heading, lead, save = self.words
        return {
            "claim": self.pieces[0].claim,
            "rights": registry.by_right(self.pieces),
            "heading": heading,
            "lead": lead,
            "save": save,
        }


class Transfer(ClaimDeed):
    """Pass a share on."""

    default = None
    deed = staticmethod(claims.transfer)
    done = "The share has passed on."
    words = (
        "Pass a share on",
        "The taker holds it from the day you name; what was held before stays as it was.",
        "Pass the share on",
    )
    fields: ClassVar = {"bad_shares": "portion", "unknown_holder": "taker"}

    def filled(self, work: "Work", claim: UUID, data: Any, more: dict[str, Any]) -> Any:
        """Return the form with those who have a share."""
        givers = terms.givers(work.pk, claim)
        return TransferForm(data, givers=givers, default=self.is_default, **more)

    def propose(self, work_id: UUID, told: dict[str, Any], reason: str) -> "ChangeRequest":
        """Ask for it where the claim then overrides a wider one."""
        now = timezone.now()
        return overrides.propose_passing(
            work_id=work_id, **told, by=self.person, at=now, reason=reason
        )


class Correct(ClaimDeed):
    """Put other terms in a claim's place."""

    template = "rights/claim_new.html"
    deed = staticmethod(claims.correct)
    done = "The claim is corrected."
    words = (
        "Correct the claim",
        "What you write counts as if it had always been so. What changes from a day on is no "
        "correction: give the claim its last day, and claim anew.",
        "Save the correction",
    )
    fields = FIELDS

    def filled(self, work: "Work", claim: UUID, data: Any, more: dict[str, Any]) -> Any:
        """Return the form with the terms that the claim has."""
        before = terms.of_claim(work.pk, claim)
        if before is None:
            raise Http404
        self.before = before
        return CorrectForm(data, before=before, rights=registry.rights_of(work.pk), **more)

    def propose(self, work_id: UUID, told: dict[str, Any], reason: str) -> "ChangeRequest":
        """Ask for a correction that overrides a wider claim."""
        return overrides.propose(
            work_id=work_id,
            terms=told["terms"],
            claim_id=told["claim_id"],
            by=self.person,
            at=timezone.now(),
            reason=reason,
        )

    def more(self) -> dict[str, Any]:
        """Return also what the form can't hold of the claim."""
        unwritten = len(self.before.shares) - MOST
        return {**super().more(), "stretches": self.before.stretches, "unwritten": unwritten}


class End(ClaimDeed):
    """Give a claim its last day."""

    deed = staticmethod(claims.end)
    done = "The claim has its last day."
    words = (
        "Give the claim its last day",
        "It holds up to that day. From then on the ground goes back to the claim below it.",
        "End the claim",
    )
    fields: ClassVar = {"bad_claim": "last_day", "invalid_value": "last_day"}

    def filled(self, work: "Work", claim: UUID, data: Any, more: dict[str, Any]) -> Any:
        """Return the form."""
        return EndForm(data, **more)


class Withdraw(ClaimDeed):
    """Take a claim back."""

    deed = staticmethod(claims.withdraw)
    done = "The claim is taken back."
    words = (
        "Take the claim back",
        "As if it had never held. What was known before stays on record.",
        "Take the claim back",
    )
    fields: ClassVar = {}

    def filled(self, work: "Work", claim: UUID, data: Any, more: dict[str, Any]) -> Any:
        """Return the form."""
        return WithdrawForm(data, **more)


class Owner(ClaimDeed):
    """Put right who holds what nobody else claims."""

    default = True
    deed = staticmethod(claims.correct_owner)
    done = "The owner is put right."
    words = (
        "Put its owner right",
        "It came with the registration and yields to every other claim. What you write counts as "
        "if it had been registered so, for the whole right.",
        "Put the owner right",
    )
    fields: ClassVar = {}

    def filled(self, work: "Work", claim: UUID, data: Any, more: dict[str, Any]) -> Any:
        """Return the form."""
        return OwnersForm(data, **more)
