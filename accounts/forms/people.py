"""Forms about people: invitations, roles, teams, programs."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accounts import permissions


class DayInput(forms.DateInput):
    """A day, in the browser's own calendar."""

    input_type = "date"


class _Until(forms.Form):
    """A last day, kept as the moment after it."""

    last_day = forms.DateField(
        required=False,
        widget=DayInput,
        label="Last day",
        help_text="Leave empty for a role without an end. Days end at midnight UTC.",
    )

    def clean_last_day(self) -> date | None:
        """Return the day; refuse one that is past."""
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and day < timezone.now().date():
            raise forms.ValidationError("This day is past. Choose today or a later one.")
        return day

    @property
    def ends(self) -> datetime | None:
        """The moment at which the role ends, or None."""
        day = self.cleaned_data["last_day"]
        return datetime.combine(day + timedelta(days=1), time(), UTC) if day else None


class RoleForm(_Until):
    """A role to give, and why."""

    role = forms.ChoiceField(label="Role")
    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the audit trail.")
    field_order: tuple[str, ...] = ("role", "last_day", "reason")

    def __init__(self, *args: Any, roles: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["role"], forms.ChoiceField)
        self.fields["role"].choices = list(roles.items())


class InviteForm(RoleForm):
    """Somebody to invite."""

    email = forms.EmailField(label="E-mail")
    name = forms.CharField(max_length=200, required=False, label="Name")
    reason = None  # type: ignore[assignment]
    field_order = ("email", "name", "role", "last_day")


class WhyForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(max_length=500, label="Reason", help_text="Kept in the audit trail.")


class TeamForm(forms.Form):
    """A team's name."""

    name = forms.CharField(max_length=200, label="Name")


class MemberForm(forms.Form):
    """Who joins a team: somebody who has a role here, or had one."""

    email = forms.EmailField(label="E-mail", help_text="Of somebody who was invited here.")


class _Codes(forms.Form):
    """Permissions to choose from."""

    name = forms.CharField(max_length=100, label="Name")
    codes = forms.MultipleChoiceField(label="May", widget=forms.CheckboxSelectMultiple, choices=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.fields["codes"], forms.MultipleChoiceField)
        self.fields["codes"].choices = [(each.code, self.words(each)) for each in self.offered()]

    def offered(self) -> list[permissions.Permission]:
        """Return the permissions to choose from."""
        return permissions.every()

    def words(self, permission: permissions.Permission) -> str:
        """Return how a permission is written."""
        asks = " (asks for the second factor)" if permission.high else ""
        return f"{permission.label}{asks}"


class OwnRoleForm(_Codes):
    """One of the organisation's own roles."""


class ClientForm(_Codes):
    """A program that uses the API: what needs a person's second factor isn't offered."""

    def offered(self) -> list[permissions.Permission]:
        """Return the permissions that a program can have."""
        return [each for each in permissions.every() if not each.high]


class RotateForm(forms.Form):
    """How long a program's former secret works on."""

    overlap = forms.IntegerField(
        min_value=0,
        max_value=90,
        initial=7,
        label="Days that both secrets work",
        help_text="Up to 90. With 0 the former secret is refused at once.",
    )

    @property
    def lasts(self) -> timedelta:
        """How long that is."""
        return timedelta(days=self.cleaned_data["overlap"])


class NetworksForm(forms.Form):
    """Where a program's tokens may come from."""

    networks = forms.CharField(
        required=False,
        max_length=5000,
        label="Networks",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One a line: an address, or a range such as 192.0.2.0/24 or 2001:db8::/32. "
        "Empty: from any network.",
    )

    @property
    def each(self) -> list[str]:
        """The networks one by one."""
        return [one for one in re.split(r"[\s,]+", self.cleaned_data["networks"]) if one]
