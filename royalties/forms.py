"""Forms about sales that wait for a decision."""

from django import forms

from kernel.errors import InvalidValue
from kernel.period import Period


class ReasonForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        help_text="Kept with the decision; whoever looks later reads it.",
    )


class PeriodForm(forms.Form):
    """Which period to calculate."""

    period = forms.CharField(
        label="Period", max_length=10, help_text="As 2026-Q1, 2026-03, 2026-H1 or 2026."
    )

    def clean_period(self) -> str:
        """Return the period as it is written."""
        period: str = self.cleaned_data["period"].strip().upper()
        try:
            Period.of(period)
        except InvalidValue as error:
            raise forms.ValidationError(error.detail) from None
        return period
