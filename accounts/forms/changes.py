"""Forms about change requests."""

from django import forms


class RejectForm(forms.Form):
    """Why a change is rejected."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea,
        label="Reason",
        help_text="The person who asked for the change reads it.",
    )
