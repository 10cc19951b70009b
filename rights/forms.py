"""Forms about claims: rights, places, days and shares as people write them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from math import lcm
from typing import Any
from uuid import UUID

from django import forms

from catalog.forms import CREDITS, NUMBERS, WorkForm
from catalog.selectors import shown
from holders.forms import DayInput, DaysForm, HolderField
from rights import meter
from rights.engine.boxes import Window
from rights.engine.shares import BadShares, fraction, written
from rights.models.claims import DateRule, Source
from rights.selectors.terms import Terms
from rights.services.terms import NewClaim

ROWS, MORE, MOST = 3, 3, 60
SOURCES = [(one.value, one.label) for one in Source if one != Source.DEFAULT]


class ShareField(forms.CharField):
    """A share as a fraction or in percent; gives it exactly."""

    def clean(self, value: Any) -> Fraction | None:
        """Return the share, None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return fraction(text)
        except BadShares as error:
            raise forms.ValidationError(error.detail) from error


class SharesForm(forms.Form):
    """Rows of holder and share; how many rows is said by ``rows``."""

    def __init__(self, *args: Any, rows: int = ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = str(self.data.get("rows", "")) if self.is_bound else ""
        self.rows = min(int(said) if said.isdigit() and len(said) < 4 else rows, MOST)
        for number in range(1, self.rows + 1):
            self.fields[f"holder_{number}"] = HolderField(required=False, label=f"Holder {number}")
            self.fields[f"share_{number}"] = ShareField(
                required=False,
                max_length=40,
                label=f"Share {number}",
                widget=forms.TextInput(attrs={"class": "share"}),
            )

    @property
    def pairs(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """The rows' fields."""
        for number in range(1, self.rows + 1):
            yield self[f"holder_{number}"], self[f"share_{number}"]

    def clean(self) -> dict[str, Any]:
        """Refuse half rows, nobody at all, and more than the whole."""
        told = self.cleaned_data
        summed, seen = Fraction(0), dict[UUID, int]()
        for number in range(1, self.rows + 1):
            names = f"holder_{number}", f"share_{number}"
            if any(name in self.errors for name in names):
                continue
            holder, share = (told.get(name) for name in names)
            if holder and share is None:
                self.add_error(names[1], "How much? Write 50, 33.5 or 1/3.")
            elif share is not None and not holder:
                self.add_error(names[0], "Whose share is it?")
            elif holder and share is not None:
                if holder in seen:
                    self.add_error(names[0], f"Row {seen[holder]} names it already. Add them up.")
                seen[holder] = number
                summed += share
        if summed > 1:
            over = (summed - 1) * 100
            raise forms.ValidationError(
                f"The shares are over the whole by {_short(over)} %. Lower one of them."
            )
        if not seen and not self.errors:
            self.add_error("holder_1", "Say who holds it.")
        return told

    @property
    def meter(self) -> meter.Meter:
        """What the shares come to as they stand in the form, read or not."""
        return meter.of(str(share.value() or "") for _, share in self.pairs)

    @property
    def parts(self) -> tuple[list[tuple[UUID, int]], int]:
        """Who holds how many parts, and of how many: exact."""
        told = [
            (self.cleaned_data[f"holder_{number}"], self.cleaned_data[f"share_{number}"])
            for number in range(1, self.rows + 1)
            if self.cleaned_data[f"holder_{number}"]
        ]
        total = lcm(*(share.denominator for _, share in told))
        return [(holder, int(share * total)) for holder, share in told], total


def _short(value: Fraction) -> str:
    scaled = round(value * 10_000)
    return f"{scaled // 10_000}.{scaled % 10_000:04}".rstrip("0").rstrip(".")


class GroundForm(DaysForm):
    """Some rights, in some places, for some days."""

    right_type = forms.ChoiceField(label="Right", choices=())
    territory = forms.CharField(
        max_length=4000,
        initial="WORLD",
        label="Where",
        help_text="Codes with + and −: WORLD - US, EU + CH, US-CA, LOC:VENUE1.",
    )
    field_order: Sequence[str] = ("right_type", "territory", "first_day", "last_day")

    def __init__(self, *args: Any, rights: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["right_type"], forms.ChoiceField)
        self.fields["right_type"].choices = rights

    @property
    def window(self) -> Window:
        """The days chosen."""
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        return Window(first, last + timedelta(days=1) if last else None)


class ClaimForm(GroundForm, SharesForm):
    """A claim to a right."""

    source = forms.ChoiceField(
        label="Comes from",
        choices=SOURCES,
    )
    source_ref = forms.CharField(
        max_length=200,
        required=False,
        label="Which one",
        help_text="The contract's number, the society, the file. Two sources that differ are a "
        "conflict.",
    )
    date_rule = forms.ChoiceField(
        label="Groups of countries", choices=DateRule.choices, initial=DateRule.SIGNATURE
    )
    signed_on = forms.DateField(
        required=False, widget=DayInput, label="Signed on", help_text="Empty: today."
    )
    override_reason = forms.CharField(
        max_length=500,
        required=False,
        label="Why it overrides a wider claim",
        help_text="Only where somebody's claim to more places is already there.",
    )
    reason = forms.CharField(
        max_length=500, required=False, label="Reason", help_text="Kept in the changelog."
    )

    @property
    def terms(self) -> NewClaim:
        """What is claimed."""
        told = self.cleaned_data
        parts, total = self.parts
        return NewClaim(
            right_type=told["right_type"],
            shares=parts,
            parts_total=total,
            territory=told["territory"],
            window=self.window,
            source=told["source"],
            date_rule=told["date_rule"],
            signed_on=told["signed_on"],
            override_reason=told["override_reason"],
            source_ref=told["source_ref"],
        )

    @property
    def told(self) -> dict[str, Any]:
        """What the deed is told."""
        return {"terms": self.terms}


class CorrectForm(ClaimForm):
    """Other terms in a claim's place; opened with those that it has."""

    def __init__(self, *args: Any, before: Terms, rights: list[tuple[str, str]], **more: Any):
        if before.right_type not in dict(rights):
            rights = [(before.right_type, before.right_type), *rights]
        more.setdefault("initial", _opened(before))
        more.setdefault("rows", min(max(ROWS, len(before.shares)), MOST))
        super().__init__(*args, rights=rights, **more)
        self.fields["reason"].required = True


def _opened(terms: Terms) -> dict[str, Any]:
    """Return what the form of a claim's terms opens with."""
    days = {
        name: day.isoformat() if day else ""
        for name, day in (
            ("first_day", terms.starts),
            ("last_day", terms.last_day),
            ("signed_on", terms.signed_on),
        )
    }
    shares: dict[str, str] = {}
    for number, (holder, share) in enumerate(terms.shares, 1):
        shares |= {f"holder_{number}": holder, f"share_{number}": written(share.fraction)}
    return {
        "right_type": terms.right_type,
        "territory": terms.territory,
        "source": terms.source,
        "source_ref": terms.source_ref,
        "date_rule": terms.date_rule,
        "override_reason": terms.override_reason,
        **days,
        **shares,
    }


class TransferForm(forms.Form):
    """A share that passes on: from whom to whom, how much, from when."""

    giver = forms.TypedChoiceField(label="From", coerce=UUID, choices=())
    taker = HolderField(label="To", help_text="A code or a name.")
    portion = ShareField(
        required=False,
        max_length=40,
        label="How much of the whole",
        help_text="Percent (50, 12.5) or a fraction (1/3) of the whole claim. Empty: all that the "
        "giver has.",
    )
    on = forms.DateField(
        required=False,
        widget=DayInput,
        label="From the day",
        help_text="Empty: from the beginning of the claim.",
    )
    source = forms.ChoiceField(label="Comes from", choices=SOURCES)
    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")

    def __init__(
        self, *args: Any, givers: list[tuple[UUID, str]], default: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["giver"], forms.ChoiceField)
        self.fields["giver"].choices = [(str(holder), words) for holder, words in givers]
        if not default:  # a claim that is there already keeps its own source
            del self.fields["source"]

    @property
    def told(self) -> dict[str, Any]:
        """What the deed is told."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class OwnersForm(SharesForm):
    """Who holds what nobody else claims, and why that is put right."""

    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")

    @property
    def told(self) -> dict[str, Any]:
        """What the deed is told."""
        parts, total = self.parts
        return {"shares": parts, "parts_total": total}


class DecisionForm(SharesForm):
    """Who holds what is in conflict, why, and the document that says so."""

    label = forms.CharField(
        max_length=200, label="Document", help_text="What it is: a settlement, a judgment."
    )
    document = forms.FileField(
        label="File",
        help_text="Kept in the work's chain of title.",
        error_messages={"empty": "The file is empty."},
    )
    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")


class EndForm(forms.Form):
    """A claim's last day."""

    last_day = forms.DateField(widget=DayInput, label="Last day", help_text="Included.")
    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")

    @property
    def told(self) -> dict[str, Any]:
        """What the deed is told."""
        return {"until": self.cleaned_data["last_day"] + timedelta(days=1)}


class WithdrawForm(forms.Form):
    """Why a claim never held."""

    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")
    told: dict[str, Any] = {}  # noqa: RUF012  # nothing besides the reason


class RegisterForm(WorkForm):
    """A new work with its numbers, credits and owner."""

    kind = forms.ChoiceField(choices=shown.KINDS, label="Kind")
    code = forms.CharField(
        max_length=64,
        required=False,
        label="Own code",
        help_text="How your deals and files name it. It stays once it is registered.",
    )
    owner = HolderField(
        required=False,
        label="Owner",
        help_text="Holds every right of it everywhere until somebody claims one: a code or name. "
        "Empty: your own catalogue.",
    )
    confirmed = forms.BooleanField(
        required=False,
        label="I checked the numbers: they are meant so, whatever their check digits say",
    )
    field_order = ("kind", "title", "subtitle", "version", "code", "owner", "length", "parent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(1, NUMBERS + 1):
            self.fields[f"scheme_{at}"] = forms.ChoiceField(
                choices=shown.IDENTIFIERS, required=False, label=f"Scheme {at}"
            )
            self.fields[f"value_{at}"] = forms.CharField(
                max_length=120, required=False, label=f"Number {at}"
            )
        for at in range(1, CREDITS + 1):
            self.fields[f"role_{at}"] = forms.ChoiceField(
                choices=shown.ROLES, required=False, label=f"Role {at}"
            )
            self.fields[f"name_{at}"] = forms.CharField(
                max_length=300, required=False, label=f"Name {at}"
            )

    def listed(self, first: str, second: str, most: int) -> tuple[tuple[str, str], ...]:
        """Return the pairs of two fields of which the second is filled in."""
        told = self.cleaned_data
        pairs = ((told[f"{first}_{at}"], told[f"{second}_{at}"]) for at in range(1, most + 1))
        return tuple(pair for pair in pairs if pair[1])
