"""Edit forms that carry the version they were filled in from: nobody overwrites unseen changes.

Each form posts ``version`` and ``base``, which the macro ``forms.versioned`` writes. Where the
service finds another version, the answer is ``page``: base, theirs and mine side by side, and the
same form once more with everything that was typed, now from the version that is in force.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True, slots=True)
class Line:
    """One field's three values in words; ``both`` where theirs and mine changed it differently."""

    label: str
    base: str
    theirs: str
    mine: str
    both: bool


def version_of(request: HttpRequest) -> int:
    """Return the version that a form was filled in from, 0 for one that doesn't say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def opened(request: HttpRequest, values: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Return ``version`` and ``base`` for a page that shows a form, as ``forms.versioned`` takes
    them: ``values`` in force at ``version``.

    A form that comes back with errors stays the one that was opened: what somebody changed while it
    was corrected is still met.
    """
    if request.method == "POST" and "version" in request.POST:
        return {"version": version_of(request), "base": request.POST.get("base", "")}
    return {"version": version, "base": base(values)}


def base(values: Mapping[str, Any]) -> str:
    """Return a form's values as it was opened, for its hidden field."""
    return json.dumps({name: _plain(value) for name, value in values.items()})


def page(
    request: HttpRequest,
    form: forms.Form,
    *,
    theirs: Mapping[str, Any],
    version: int,
    title: str,
    back: str,
) -> HttpResponse:
    """Return the page (409) that shows what both sides did; sending it again keeps mine.

    ``theirs`` are the values in force at ``version``; ``back`` is where they are shown.
    """
    context = {
        "title": title,
        "form": form,
        "lines": _lines(form, theirs, _was(request)),
        "version": version,
        "base": base(theirs),
        "back": back,
        "action": request.get_full_path(),
    }
    return render(request, "kit/conflict.html", context, status=409)


def _lines(form: forms.Form, theirs: Mapping[str, Any], opened: Mapping[str, str]) -> list[Line]:
    found = []
    for bound in form:
        if bound.name not in theirs:
            continue
        now = _plain(theirs[bound.name])
        mine = _plain(bound.data)
        before = opened.get(bound.name, now)
        was, is_now, typed = (_words(bound, value) for value in (before, now, mine))
        both = len({before, now, mine}) == 3
        found.append(Line(str(bound.label), was, is_now, typed, both))
    return found


def _was(request: HttpRequest) -> dict[str, str]:
    """Return the values that the form was opened with, as it says; shown to its sender alone."""
    try:
        said = json.loads(request.POST.get("base", ""))
    except ValueError:
        return {}
    return {name: str(value) for name, value in said.items()} if isinstance(said, dict) else {}


def _plain(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(sorted(str(each) for each in value))
    return "on" if value is True else str(value)


def _words(bound: forms.BoundField, value: str) -> str:
    """Return a value as people read it: a choice's label, yes or no."""
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    options = getattr(field, "choices", ())
    labels = {str(key): str(label) for key, label in options}
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(labels.get(one, one) for one in value.split(", "))
    return labels.get(value, value)
