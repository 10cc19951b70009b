"""The public tables: filled by migrations and by ops, over the owner's connection.

The functions take model classes, so that a migration can hand in the historical ones. Each can be
run again: it adds what is missing, supersedes what has changed, and moves nobody.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from django.db import transaction

from kernel.numbers import parse_decimal
from kernel.period import Period
from territories.geography.allocation import WORLD, register
from territories.geography.atlas import TIS_WORLD, countries
from territories.geography.groups import Group, Member, public_groups
from territories.geography.rights import right_types
from territories.geography.tis import TisTree
from territories.models import GroupMember, TerritoryGroup
from territories.models.places import Scope, Source

# Facts that everybody could have known count as known since always, whenever a copy is installed.
ALWAYS_KNOWN = datetime(1970, 1, 1, tzinfo=UTC)
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One membership that was added (``+``) or superseded (``-``)."""

    sign: str
    group: str
    territory: str
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did; nothing at all the second time."""

    rows: int
    groups_added: tuple[str, ...]
    changes: tuple[Change, ...]
    unplaced: tuple[tuple[int, str], ...]


def sync_places(territory: Any) -> int:
    """Add the places of the register that the table lacks; return how many."""
    import pycountry

    names = {one.code: one.name for one in pycountry.subdivisions}
    names |= {one.alpha_2: one.name for one in pycountry.countries}
    names[WORLD] = "World"
    present = set(territory.objects.values_list("code", flat=True))
    rows = []
    for place in register().values():
        if place.code in present:
            continue
        country = countries().get(place.code)
        scope = Scope.COUNTRY if country else Scope.SUBDIVISION
        rows.append(
            territory(
                code=place.code,
                name=names[place.code],
                scope=Scope.WORLD if place.code == WORLD else scope,
                parent_id=place.parent or None,
                lower=place.span[0],
                upper=place.span[1],
                alpha_3=country.alpha_3 if country else "",
                tis_number=country.tis if country else TIS_WORLD if place.code == WORLD else None,
                zone=country.zone if country else "",
            )
        )
    territory.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def sync_right_types(right_type: Any) -> int:
    """Add the right types that the table lacks; return how many."""
    present = set(right_type.objects.values_list("code", flat=True))
    rows = [
        right_type(
            code=right.code,
            name=right.name,
            family=right.family,
            parent_id=right.parent or None,
            leaf=right.leaf,
            lower=right.span[0],
            upper=right.span[1],
        )
        for right in right_types().values()
        if right.code not in present
    ]
    right_type.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def sync_public_groups(group_model: Any, member_model: Any, *, at: datetime) -> list[Change]:
    """Bring the shipped groups to what the product's file says now; return what changed."""
    found: list[Change] = []
    for group in public_groups().values():
        found += _sync_group(group_model, member_model, group, Source.PUBLIC, at)
    return found


def sync_rates(rate: Any) -> int:
    """Add the shipped rates that the table lacks; return how many."""
    source = resources.files("territories.geography") / "data" / "rates.csv"
    rows = list(csv.DictReader(source.read_text("utf-8").splitlines()))
    present = set(rate.objects.values_list("territory_id", "right_type_id", "starts"))
    added = []
    for row in rows:
        last = date.fromisoformat(row["ends"]) if row["ends"] else None
        period = Period.inclusive(date.fromisoformat(row["starts"]), last)
        if (row["territory"], row["right_type"], period.start) in present:
            continue
        added.append(
            rate(
                territory_id=row["territory"],
                right_type_id=row["right_type"],
                starts=period.start,
                ends=period.end,
                kind=row["kind"],
                value=parse_decimal(row["value"]),
                per_minute=parse_decimal(row["per_minute"]) if row["per_minute"] else None,
                currency=row["currency"],
                basis=row["basis"],
                source=row["source"],
                example=row["example"] == "yes",
                recorded_at=ALWAYS_KNOWN,
            )
        )
    rate.objects.bulk_create(added)
    return len(added)


def sync_explicit_rules(rule: Any) -> int:
    """Add the shipped rules on explicit content that the table lacks; return how many."""
    source = resources.files("territories.geography") / "data" / "explicit_rules.csv"
    rows = list(csv.DictReader(source.read_text("utf-8").splitlines()))
    present = set(rule.objects.values_list("expression", "starts"))
    added = []
    for row in rows:
        last = date.fromisoformat(row["ends"]) if row["ends"] else None
        period = Period.inclusive(date.fromisoformat(row["starts"]), last)
        if (row["territory"], period.start) not in present:
            added.append(
                rule(
                    expression=row["territory"],
                    starts=period.start,
                    ends=period.end,
                    basis=row["basis"],
                    recorded_at=ALWAYS_KNOWN,
                )
            )
    rule.objects.bulk_create(added)
    return len(added)


def load_tis(*, tree: TisTree, at: datetime) -> Report:
    """Store CISAC's groups beside the shipped ones; a membership that differs is superseded.

    They carry CISAC's letter codes (2EN) and numbers; from now on a number means CISAC's group.
    """
    changes: list[Change] = []
    with transaction.atomic():
        present = set(TerritoryGroup.objects.values_list("code", flat=True))
        for group in tree.groups:
            changes += _sync_group(TerritoryGroup, GroupMember, group, Source.TIS, at)
    added = tuple(group.code for group in tree.groups if group.code not in present)
    return Report(tree.rows, added, tuple(changes), tree.unplaced)


def _sync_group(
    group_model: Any, member_model: Any, group: Group, source: str, at: datetime
) -> list[Change]:
    values = {
        "name": group.name,
        "kind": group.kind,
        "tis_number": group.tis,
        "source": source,
    }
    group_model.objects.update_or_create(code=group.code, defaults=values)
    wanted = {(one.code, one.start, one.end) for one in group.members}
    current = member_model.objects.filter(group_id=group.code, superseded_at=None)
    present = {(one.territory_id, one.starts, one.ends): one.pk for one in current}
    gone = [key for key in present if key not in wanted]
    member_model.objects.filter(pk__in=[present[key] for key in gone]).update(superseded_at=at)
    missing = [one for one in group.members if (one.code, one.start, one.end) not in present]
    member_model.objects.bulk_create(
        [_member_row(member_model, group, one, at) for one in missing], batch_size=BATCH
    )
    return [
        *(Change("-", group.code, *key) for key in sorted(gone, key=str)),
        *(Change("+", group.code, one.code, one.start, one.end) for one in missing),
    ]


def _member_row(member_model: Any, group: Group, member: Member, at: datetime) -> Any:
    return member_model(
        group_id=group.code,
        territory_id=member.code,
        starts=member.start,
        ends=member.end,
        recorded_at=at,
    )


def summary(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many memberships were added and superseded."""
    signs = [change.sign for change in changes]
    return {"added": signs.count("+"), "superseded": signs.count("-")}
