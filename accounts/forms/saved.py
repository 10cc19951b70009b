"""The form of a saved view."""

from typing import Any
from uuid import UUID

from django import forms

from accounts.models import SavedView
from accounts.services import saved


class SavedViewForm(forms.Form):
    """A view's name, who sees it, and whether the list opens with it."""

    label = forms.CharField(
        label="Name", max_length=60, help_text="As its chip above the list says"
    )
    shared = forms.ChoiceField(label="Who sees it", choices=SavedView.Shared.choices)
    team = forms.ChoiceField(label="Team", required=False, help_text="For a team's view")
    start = forms.BooleanField(
        label="Open the list with it", required=False, help_text="For you alone"
    )

    def __init__(self, *args: Any, teams: list[tuple[str, str]], may_share: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["team"] = forms.ChoiceField(
            label="Team",
            required=False,
            choices=[("", "None"), *teams],
            help_text="For a team's view",
        )
        self.order_fields(["label", "shared", "team", "start"])
        if not may_share or not teams:
            del self.fields["team"]
        if not may_share:
            del self.fields["shared"]

    @property
    def wish(self) -> saved.Wish:
        """What was asked for."""
        said = self.cleaned_data
        shared = said.get("shared") or SavedView.Shared.PRIVATE
        team = said.get("team") if shared == SavedView.Shared.TEAM else None
        return saved.Wish(said["label"], shared, UUID(team) if team else None, said["start"])
