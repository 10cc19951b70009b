"""Forms about own groups and venues."""

from typing import Any

from django import forms

from kernel.period import Period


class DayInput(forms.DateInput):
    """A day, in the browser's own calendar."""

    input_type = "date"


class GroupForm(forms.Form):
    """What an own word means."""

    code = forms.CharField(max_length=40, label="Word", help_text="Like OUR-EUROPE.")
    name = forms.CharField(max_length=200, label="Name")
    expression = forms.CharField(
        max_length=4000, label="Means", help_text="Like EU + CH + GB - IT: public words and venues."
    )
    first_day = forms.DateField(
        required=False, widget=DayInput, label="First day", help_text="Empty: since ever."
    )
    last_day = forms.DateField(
        required=False, widget=DayInput, label="Last day", help_text="Included. Empty: no end."
    )
    reason = forms.CharField(max_length=500, required=False, label="Reason")

    def clean(self) -> dict[str, Any]:
        """Refuse days that run backwards, and a last day without a first."""
        told: dict[str, Any] = self.cleaned_data
        first, last = told.get("first_day"), told.get("last_day")
        if last and not first:
            self.add_error("first_day", "Say from when it means that.")
        elif first and last and last < first:
            self.add_error("last_day", "The last day comes before the first. Exchange them.")
        return told

    @property
    def period(self) -> Period | None:
        """When it means that; None is always."""
        first = self.cleaned_data["first_day"]
        return Period.inclusive(first, self.cleaned_data["last_day"]) if first else None


class VenueForm(forms.Form):
    """A venue."""

    code = forms.CharField(max_length=60, label="Code", help_text="Like LOC:PIER-HALL.")
    name = forms.CharField(max_length=200, label="Name")
    territory = forms.CharField(max_length=60, label="Lies in", help_text="Like GB-LND or DE.")
    zone = forms.CharField(
        max_length=64, required=False, label="Time zone", help_text="Like Europe/Berlin."
    )


class CloseForm(forms.Form):
    """A venue that closes."""

    code = forms.CharField(max_length=60, label="Venue's code")
    on = forms.DateField(widget=DayInput, label="First day on which it is closed")
    reason = forms.CharField(max_length=500, label="Reason")
