"""Which import profiles an organisation has."""

from dataclasses import dataclass
from typing import Any

from integrations.models import ImportProfile
from integrations.profiles import shipped


@dataclass(frozen=True, slots=True)
class Known:
    """A profile that can be chosen."""

    name: str
    version: int
    title: str
    own: bool


def own() -> list[dict[str, Any]]:
    """Return the documents in force of the organisation's own profiles, by name."""
    newest = ImportProfile.objects.order_by("name", "-version").distinct("name")
    return list(newest.values_list("document", flat=True))


def latest_version(name: str) -> int:
    """Return the highest version of the organisation's own profile ``name``; 0 without one."""
    newest = ImportProfile.objects.filter(name=name).order_by("-version").first()
    return newest.version if newest else 0


def shipped_versions() -> dict[str, int]:
    """Return the versions of the profiles that come with the product, by name."""
    return {name: profile.version for name, profile in shipped().items()}


def known() -> list[Known]:
    """Return all profiles that can be chosen, by title; own ones stand for shipped ones."""
    found = {
        name: Known(name, profile.version, profile.title, own=False)
        for name, profile in shipped().items()
    }
    for each in own():
        found[each["name"]] = Known(each["name"], each["version"], each["title"], own=True)
    return sorted(found.values(), key=lambda one: one.title.casefold())


def document(name: str) -> dict[str, Any] | None:
    """Return the document in force under a name, an own one before a shipped one."""
    for each in own():
        if each["name"] == name:
            return each
    profile = shipped().get(name)
    return profile.document if profile else None
