"""Forms about sales that wait for a decision."""

from django import forms


class ReasonForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        help_text="Kept with the decision; whoever looks later reads it.",
    )
