"""Which import profiles an organisation has."""

from typing import Any

from integrations.models import ImportProfile
from integrations.profiles import shipped


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
