"""Forms about what limits a work's rights, and about the documents that they rest on."""

from typing import Any
from uuid import UUID

from django import forms

from holders.forms import DayInput
from rights.forms import GroundForm
from rights.models import Restriction
from rights.models.grants import HoldKind
from rights.selectors import limits
from rights.services.limits import CLAUSE, DETAIL, LABEL, PARTIES

WHOEVER, WORKS = "Whoever holds it", "The work as a whole"
LARGEST = 100 * 1024 * 1024  # a bundle of scanned contracts fits


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(max_length=DETAIL, label="Reason", help_text="Kept in the changelog.")


class LimitForm(GroundForm):
    """What is limited: one right, or all of them, in some places, for some days."""

    def __init__(self, *args: Any, rights: list[tuple[str, str]], **kwargs: Any) -> None:
        named = [(code, name) for code, name in rights if code != "any"]
        super().__init__(*args, rights=[("any", "All rights"), *named], **kwargs)

    @property
    def ground(self) -> dict[str, Any]:
        """Right, places and days, as the services are told them."""
        told = self.cleaned_data
        return {
            "right_type": told["right_type"],
            "territory": told["territory"],
            "window": self.window,
        }


class RestrictionForm(LimitForm):
    """What isn't allowed, in part of what is held."""

    kind = forms.ChoiceField(
        label="What it is", choices=[(one.value, words) for one, words in limits.KINDS.items()]
    )
    claim = forms.TypedChoiceField(
        label="Whom it binds", required=False, coerce=UUID, empty_value=None, choices=()
    )
    detail = forms.CharField(
        max_length=DETAIL, label="What it says", help_text="In words: who asked for it, and why."
    )
    clause = forms.CharField(
        max_length=CLAUSE,
        required=False,
        label="Where it is written",
        help_text="The clause of the contract, such as 4.2.",
    )
    reason = forms.CharField(
        max_length=DETAIL, label="Reason of the change", help_text="Kept in the changelog."
    )
    field_order = ("kind", "right_type", "territory", "first_day", "last_day", "claim", "detail")

    def __init__(
        self, *args: Any, claims: list[tuple[str, str]], fresh: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["claim"], forms.ChoiceField)
        self.fields["claim"].choices = [("", WHOEVER), *claims]
        if fresh:
            del self.fields["reason"]

    @property
    def told(self) -> dict[str, Any]:
        """What the service is told."""
        told = self.cleaned_data
        return {
            "kind": told["kind"],
            "claim_id": told["claim"],
            "detail": told["detail"],
            "clause": told["clause"],
            **self.ground,
        }


def opened(limit: limits.Limit) -> dict[str, Any]:
    """Return what the form of a restriction opens with."""
    days = {"first_day": limit.starts, "last_day": limit.last_day}
    return {
        "kind": Restriction.Kind(limit.kind).value,
        "right_type": limit.right_type,
        "territory": limit.territory,
        "claim": str(limit.claim or ""),
        "detail": limit.detail,
        "clause": limit.clause,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
    }


class HoldForm(LimitForm):
    """Why nobody may use some rights until somebody releases them."""

    kind = forms.ChoiceField(
        label="Why", choices=[(one.value, HoldKind(one).label) for one in limits.BY_HAND]
    )
    reason = forms.CharField(max_length=DETAIL, label="Reason", help_text="Kept in the changelog.")
    field_order = ("kind", "right_type", "territory", "first_day", "last_day", "reason")


class DocumentForm(forms.Form):
    """A link of the chain of title."""

    label = forms.CharField(
        max_length=LABEL, label="Document", help_text="What it is: a contract, an assignment."
    )
    file = forms.FileField(
        label="File",
        help_text="At most 100 MB. The same content is kept once.",
        error_messages={"empty": "The file is empty."},
    )
    dated = forms.DateField(required=False, widget=DayInput, label="Dated")
    parties = forms.CharField(
        max_length=PARTIES, required=False, label="Parties", help_text="From whom to whom."
    )
    claim = forms.TypedChoiceField(
        label="What it is about", required=False, coerce=UUID, empty_value=None, choices=()
    )
    reason = forms.CharField(
        max_length=DETAIL,
        label="Why it takes the other's place",
        help_text="Kept in the changelog. The other document stays on record.",
    )

    def __init__(
        self, *args: Any, claims: list[tuple[str, str]], fresh: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["claim"], forms.ChoiceField)
        self.fields["claim"].choices = [("", WORKS), *claims]
        if fresh:
            del self.fields["reason"]

    def clean_file(self) -> Any:
        """Refuse what is too large for one request."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is over 100 MB. Split it, or scan it smaller.")
        return file

    @property
    def told(self) -> dict[str, Any]:
        """What the service is told."""
        told, file = self.cleaned_data, self.cleaned_data["file"]
        return {
            "label": told["label"],
            "content": file,
            "name": file.name,
            "media_type": file.content_type or "application/octet-stream",
            "dated": told["dated"],
            "parties": told["parties"],
            "claim_id": told["claim"],
            "reason": told.get("reason", ""),
        }
