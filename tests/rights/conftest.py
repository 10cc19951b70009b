"""Four holders and a song."""

from datetime import UTC, datetime

import pytest

from audit import actors
from catalog.services.works import NewWork
from holders.services import holders
from rights.services.registration import register_work

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ACTOR = actors.command("tests")


@pytest.fixture
def people(in_org):
    """Four holders by name."""
    names = ("Ana Reef", "Ben Sound", "Cleo Strand", "House")
    made = [holders.register(kind="person", name=name, actor=ACTOR, at=NOW) for name in names[:3]]
    house, unclaimed = holders.ensure_reserved(at=NOW)
    return {
        "ana": made[0].pk,
        "ben": made[1].pk,
        "cleo": made[2].pk,
        "house": house.pk,
        "unclaimed": unclaimed.pk,
    }


@pytest.fixture
def song(people):
    """A composition that belongs to the house."""
    return register_work(work=NewWork(kind="composition", title="Low Tide"), actor=ACTOR, at=NOW)
