"""Groups of countries with dated membership, as ``data/groups.toml`` states them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    """A country in a group from ``start`` up to but not including ``end`` (None: always)."""

    code: str
    start: date | None = None
    end: date | None = None

    def on(self, day: date) -> bool:
        """Return whether the country is a member on ``day``."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of countries that changes with time. ``kind`` says what sort of fact it is."""

    code: str
    name: str
    kind: str
    members: tuple[Member, ...]
    tis: int | None = None

    def codes(self, day: date) -> list[str]:
        """Return the codes of the members on ``day``, sorted."""
        return sorted({member.code for member in self.members if member.on(day)})

    def change_dates(self) -> set[date]:
        """Return the days on which someone joins or has just left."""
        edges = {edge for member in self.members for edge in (member.start, member.end)}
        return {edge for edge in edges if edge is not None}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _after(text: str) -> date | None:
    last = _day(text)
    return None if last is None else last + timedelta(days=1)


def read_groups(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Group]:
    """Return the groups of a parsed groups file; a group of groups is flattened to countries."""
    done: dict[str, Group] = {}

    def build(code: str) -> Group:
        if code not in done:
            table = tables[code]
            members = [
                Member(member, _day(first), _after(last))
                for first, last, codes in table.get("members", [])
                for member in codes.split()
            ]
            for inner in table.get("groups", "").split():
                members.extend(build(inner).members)
            done[code] = Group(
                code, table["name"], table["kind"], tuple(dict.fromkeys(members)), table.get("tis")
            )
        return done[code]

    for code in tables:
        build(code)
    return done


@cache
def public_groups() -> dict[str, Group]:
    """Return the groups that every organisation knows, by code."""
    source = resources.files("territories.geography") / "data" / "groups.toml"
    return read_groups(tomllib.loads(source.read_text("utf-8")))
