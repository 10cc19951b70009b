"""Forms about works."""

import re
from typing import Any
from uuid import UUID

from django import forms

from catalog.selectors import search, shown, works
from catalog.services.editing import Details
from catalog.titles import title_key
from foundation.pages.widgets import Suggesting
from holders.forms import DayInput

_LENGTH = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,4}):([0-5][0-9])\Z")
NUMBERS, CREDITS = 3, 4
REASON = "Kept in the changelog."


class WorkField(forms.CharField):
    """A work by code, identifier or title; gives its key. Several that fit are named."""

    default_error_messages = {"unknown": "No work is called “%(text)s”. Register it first."}

    def __init__(self, **more: Any) -> None:
        more.setdefault("max_length", 500)
        more.setdefault("widget", Suggesting("work"))
        super().__init__(**more)

    def clean(self, value: Any) -> UUID | None:
        """Return the work's key, None for an empty field that may be."""
        text = super().clean(value)
        if not text:
            return None
        if direct := works.by_codes([text]):
            return direct[text]
        found = search.find(text, limit=6)
        exact = [
            one for one in found if one.by == "number" or title_key(one.title) == title_key(text)
        ]
        if len(exact) == 1:
            return exact[0].id
        if not found:
            unknown = self.error_messages["unknown"]
            raise forms.ValidationError(unknown, params={"text": text[:80]}, code="unknown")
        names = "; ".join(f"{one.title} ({one.code or one.kind})" for one in exact or found)
        raise forms.ValidationError(f"Which one? {names}. Write its code.")


class LengthField(forms.CharField):
    """A length as minutes and seconds; gives seconds."""

    def clean(self, value: Any) -> int | None:
        """Return seconds, None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        found = _LENGTH.match(text.strip())
        if not found:
            raise forms.ValidationError(f"“{text[:20]}” is no length. Write 3:45 or 1:37:01.")
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds


def length_text(seconds: int | None) -> str:
    """Return a length as the field reads it."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"


class WorkForm(forms.Form):
    """What a work is called and where it stands."""

    title = forms.CharField(max_length=500, label="Title")
    subtitle = forms.CharField(max_length=500, required=False, label="Subtitle")
    version = forms.CharField(
        max_length=200,
        required=False,
        label="Version",
        help_text="What tells it from others of its title: Live, Director's cut.",
    )
    length = LengthField(
        max_length=12, required=False, label="Length", help_text="Like 3:45, or 1:37:01."
    )
    parent = WorkField(
        required=False,
        label="Part of",
        help_text="The series of a season, the season of an episode, the release of a recording: "
        "its code or title.",
    )
    number = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        label="Number",
        help_text="Its place among the parts: episode 3, track 7.",
    )

    @property
    def details(self) -> Details:
        """What was filled in."""
        told = self.cleaned_data
        return Details(
            title=told["title"],
            subtitle=told["subtitle"],
            version=told["version"],
            duration_seconds=told["length"],
            parent_id=told["parent"],
            number=told["number"],
        )


class EditForm(WorkForm):
    """The same for a work that is there, and why it changes."""

    reason = forms.CharField(max_length=500, required=False, label="Reason", help_text=REASON)


class IdentifierForm(forms.Form):
    """A number in one scheme."""

    kind = forms.ChoiceField(choices=shown.IDENTIFIERS, label="Scheme")
    value = forms.CharField(max_length=120, label="Number")
    confirmed = forms.BooleanField(
        required=False,
        label="I checked it: it is meant so, whatever its check digit says",
    )


class CreditForm(forms.Form):
    """Somebody's part in a work."""

    role = forms.ChoiceField(choices=shown.ROLES, label="Role")
    name = forms.CharField(max_length=300, label="Name")


class JoinForm(forms.Form):
    """How a work stands to another one."""

    relation = forms.ChoiceField(choices=shown.RELATIONS, label="It")
    other = WorkField(label="Which work", help_text="Its code, number or title.")


class DateForm(forms.Form):
    """When something happened to a work, and where."""

    kind = forms.ChoiceField(choices=shown.DATES, label="What")
    territory = forms.CharField(
        max_length=60, label="Where", initial="WORLD", help_text="One place: WORLD, FR, US-CA."
    )
    on = forms.DateField(
        required=False, widget=DayInput, label="Day", help_text="Empty takes back the day known."
    )
    reason = forms.CharField(max_length=500, required=False, label="Reason")
