"""Fields and forms about holders."""

from typing import Any
from uuid import UUID

from django import forms

from foundation.folding import fold
from holders.selectors import holders, search


class HolderField(forms.CharField):
    """A holder by code, number or name; gives its key. Several that fit are named, not guessed."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("max_length", 300)
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
