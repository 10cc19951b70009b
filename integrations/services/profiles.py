"""Enter an organisation's own import profile."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.actors import Actor
from audit.services import events
from integrations.files.reading import DSR
from integrations.models import ImportProfile
from integrations.profiles import load_profile
from integrations.selectors import profiles
from kernel.errors import DomainError


class ProfileClash(DomainError):
    """A profile whose name or version is taken."""

    code = "profile_clash"


@transaction.atomic
def enter(*, document: dict[str, Any], by: Actor, at: datetime) -> ImportProfile:
    """Keep a profile document as the version in force under its name; return its row.

    An own profile stands before a shipped one of the same name. Raises InvalidProfile with each
    problem's path, and ProfileClash unless the version is higher than the one in force.
    """
    profile = load_profile(document)
    if profile.name == DSR:
        raise ProfileClash(f"{DSR} files name their own cells; no profile can stand for them.")
    latest = profiles.latest_version(profile.name)
    if profile.version <= latest:
        raise ProfileClash(
            f"Profile {profile.name} is at version {latest} already. Raise version to "
            f"{latest + 1} or more.",
            name=profile.name,
            version=latest,
        )
    row = ImportProfile(
        name=profile.name,
        version=profile.version,
        title=profile.title,
        document=document,
        entered_at=at,
        entered_by=by.actor_id,
    )
    row.save(force_insert=True)
    events.record(
        "integrations.profile.entered",
        subject=row,
        actor=by,
        at=at,
        after={"name": row.name, "version": row.version},
    )
    return row
