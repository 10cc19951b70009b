"""The public tables of societies: filled by migrations, over the owner's connection.

The functions take model classes, so that a migration can hand in the historical ones; run again,
they add what is missing. The facts are in ``holders/data/societies.csv``: the first society of the
file for a place and a right is the one proposed there.
"""

import csv
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

from kernel.ids import uuid7

# Facts that everybody could have known count as known since always, whenever a copy is installed.
ALWAYS_KNOWN = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the lines of the file of societies."""
    source = resources.files("holders") / "data" / "societies.csv"
    return tuple(csv.DictReader(source.read_text("utf-8").splitlines()))


def sync_societies(society: Any) -> int:
    """Add the societies that the table lacks; return how many."""
    present = set(society.objects.values_list("code", flat=True))
    fresh = [
        society(
            code=row["code"],
            short_name=row["short_name"],
            name=row["name"],
            cisac_number=int(row["cisac_number"]) if row["cisac_number"] else None,
            territories=" + ".join(row["territories"].split()),
            families=row["right_types"].split(),
        )
        for row in rows()
        if row["code"] not in present
    ]
    return len(society.objects.bulk_create(fresh))


def sync_mappings(mapping: Any) -> int:
    """Add the public mappings that the table lacks; return how many."""
    present = set(mapping.objects.values_list("territory_id", "right_type_id", "society_id"))
    placed: dict[tuple[str, str], int] = {}
    fresh = []
    for row in rows():
        for territory in row["territories"].split():
            for right_type in row["right_types"].split():
                place = territory, right_type
                placed[place] = placed.get(place, 0) + 1
                if (*place, row["code"]) not in present:
                    fresh.append(_mapping(mapping, row, place, placed[place]))
    return len(mapping.objects.bulk_create(fresh))


def _mapping(mapping: Any, row: dict[str, str], place: tuple[str, str], preference: int) -> Any:
    territory, right_type = place
    return mapping(
        id=uuid7(),
        territory_id=territory,
        right_type_id=right_type,
        society_id=row["code"],
        preference=preference,
        starts=date.fromisoformat(row["since"]) if row["since"] else None,
        recorded_at=ALWAYS_KNOWN,
    )
