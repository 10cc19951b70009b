"""Profiles from documents: the shipped ones, and others' once they are checked."""

import functools
import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from integrations.files.contract import InvalidProfile, ProfileUnknown
from integrations.profiles.profile import Profile, heading
from kernel.currencies import MINOR_UNITS

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "schema" / "mediatrack.import-1.json"

Problem = dict[str, str]


def problems(document: object) -> list[Problem]:
    """Return every place where ``document`` is no import profile: ``path`` and ``message``."""
    found = [
        {"path": _path(error.absolute_path), "message": error.message[:300]}
        for error in sorted(
            _validator().iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path]
        )
    ]
    return found or list(_contradictions(document))


def load_profile(document: object) -> Profile:
    """Return the profile of ``document`` or raise ``InvalidProfile`` with all ``problems``."""
    if found := problems(document):
        first = found[0]
        raise InvalidProfile(
            f"The import profile is not valid: {first['path']}: {first['message']}",
            path=first["path"],
            problems=found,
        )
    assert isinstance(document, dict)
    return Profile.of(document)


@functools.cache
def shipped() -> dict[str, Profile]:
    """Return the profiles that come with the product, by name."""
    folder = resources.files("integrations.profiles") / "shipped"
    found = [
        Profile.of(json.loads(file.read_text("utf-8")))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    ]
    return {profile.name: profile for profile in found}


def named(name: str, others: Iterable[Profile] = ()) -> Profile:
    """Return the profile of that name, an own one before a shipped one."""
    known = {**shipped(), **{profile.name: profile for profile in others}}
    if name not in known:
        raise ProfileUnknown(
            f"There is no import profile {name!r}. Known are: {', '.join(sorted(known))}.",
            suggestions=sorted(known),
        )
    return known[name]


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(PUBLISHED.read_text("utf-8")))


def _path(parts: Iterable[Any]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "(document)"


def _contradictions(document: Any) -> Iterable[Problem]:
    """Find what the shape alone can't say."""
    columns = document["columns"]
    for name, column in columns.items():
        for alternative in column.get("header", []):
            if not heading(alternative):
                yield {
                    "path": f"columns.{name}.header",
                    "message": f"{alternative!r} has no letters or digits to find a heading by.",
                }
    currency = columns.get("currency", {}).get("constant")
    if currency and currency not in MINOR_UNITS:
        yield {
            "path": "columns.currency.constant",
            "message": f"{currency!r} is not a currency of ISO 4217.",
        }
    if columns["amount"].keys().isdisjoint({"header"}):
        yield {"path": "columns.amount", "message": "The amount comes from a column: give header."}
