"""Fields and forms about holders."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from foundation.folding import fold
from foundation.pages.widgets import Suggesting
from holders.selectors import holders, search, shown, societies
from holders.services.revising import Details
from kernel.period import Period


class HolderField(forms.CharField):
    """A holder by code, number or name; gives its key. Several that fit are named, not guessed."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("max_length", 300)
        more.setdefault("widget", Suggesting("holder"))
        super().__init__(**more)

    def clean(self, value: Any) -> UUID | None:
        """Return the holder's key, None for an empty field that may be."""
        text = super().clean(value)
        if not text:
            return None
        if direct := holders.by_reference(text):
            return direct
        found = search.find(text, limit=6)
        exact = [one for one in found if one.by == "number" or fold(one.name) == fold(text)]
        if len(exact) == 1 or len(found) == 1 and found[0].by != "likeness":
            return (exact or found)[0].id
        if not found:
            raise forms.ValidationError(f"No holder is called “{text[:80]}”. Register it first.")
        names = "; ".join(f"{one.name} ({one.code or one.kind})" for one in exact or found)
        raise forms.ValidationError(f"Which one? {names}. Write its code or its whole name.")


class DayInput(forms.DateInput):
    """A day, in the browser's own calendar."""

    input_type = "date"


class DaysForm(forms.Form):
    """From a first day to a last one, both included; open where nothing is said."""

    first_day = forms.DateField(
        required=False, widget=DayInput, label="First day", help_text="Empty: since ever."
    )
    last_day = forms.DateField(
        required=False, widget=DayInput, label="Last day", help_text="Included. Empty: for ever."
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards."""
        told = super().clean() or self.cleaned_data
        first, last = told.get("first_day"), told.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day comes before the first. Exchange them.")
        return told


class _Known(forms.Form):
    """What is known of a holder."""

    kind = forms.ChoiceField(choices=shown.KINDS, label="Kind")
    name = forms.CharField(max_length=300, label="Name")
    sort_name = forms.CharField(
        max_length=300,
        required=False,
        label="Sorted as",
        help_text="Where that differs from the name: Okafor Ada.",
    )
    country = forms.CharField(
        max_length=2, required=False, label="Country", help_text="Two letters, like DE."
    )
    ipi = forms.CharField(max_length=20, required=False, label="IPI name number")
    isni = forms.CharField(max_length=30, required=False, label="ISNI")
    confirmed = forms.BooleanField(
        required=False, label="I checked the numbers: they are meant so, and theirs"
    )


class NewHolderForm(_Known):
    """A holder to register."""

    code = forms.CharField(
        max_length=64,
        required=False,
        label="Own code",
        help_text="Deals and files name it so. It stays.",
    )
    field_order = ("kind", "name", "code", "sort_name", "country", "ipi", "isni", "confirmed")


class HolderForm(_Known):
    """A holder to revise."""

    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")

    @property
    def details(self) -> Details:
        """What was filled in."""
        told = self.cleaned_data
        return Details(**{name: told[name] for name in Details.__dataclass_fields__})


class WhyForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")


class SocietyForm(DaysForm):
    """Which society acts for a right in a place, from when to when."""

    where = forms.CharField(max_length=60, label="Where", help_text="One place: DE, US-CA.")
    right = forms.ChoiceField(choices=list(shown.RIGHTS.items()), label="Right")
    society = forms.ChoiceField(label="Society")
    reason = forms.CharField(
        max_length=500, required=False, label="Reason", help_text="Kept in the changelog."
    )

    field_order = ("where", "right", "society", "first_day", "last_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["society"], forms.ChoiceField)
        self.fields["society"].choices = [
            (one.code, f"{one.short_name}, {one.name}") for one in societies.every()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse an end without a beginning, too."""
        told = super().clean()
        if told.get("last_day") and not told.get("first_day"):
            self.add_error("first_day", "A choice that ends needs its first day, too.")
        return told

    @property
    def period(self) -> Period | None:
        """The days chosen; None is always."""
        first = self.cleaned_data["first_day"]
        return Period.inclusive(first, self.cleaned_data["last_day"]) if first else None


class PortalForm(forms.Form):
    """Who is to see a holder's statements."""

    email = forms.EmailField(label="E-mail")
    name = forms.CharField(max_length=200, required=False, label="Name")
    last_day = forms.DateField(
        required=False,
        widget=DayInput,
        label="Last day",
        help_text="Empty: no end. Days end at midnight UTC.",
    )
    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the changelog.")

    @property
    def ends(self) -> datetime | None:
        """The moment after the last day, or None."""
        day = self.cleaned_data["last_day"]
        return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None
