"""Where explicit content may not be shown on a day: public rules and the organisation's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from territories.geography import resolver
from territories.geography.atlas import Atlas
from territories.geography.expressions import words
from territories.geography.spans import SpanSet
from territories.models import ExplicitRule, OrgExplicitRule
from territories.selectors import atlas as atlases


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it was laid down; ``ends`` is the first day on which it no longer holds."""

    id: UUID
    expression: str
    starts: date | None
    ends: date | None
    basis: str
    own: bool
    forbids: bool

    def holds_on(self, day: date) -> bool:
        """Return whether it holds on ``day``."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day < self.ends
        )


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Places where explicit content may not be shown, with the rule that says so."""

    rule: Rule
    places: SpanSet


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that are known, and the atlas that their words are read with."""

    rules: Sequence[Rule]
    atlas: Atlas

    def on(self, day: date) -> list[Forbidden]:
        """Return what they forbid on ``day``.

        An own rule goes before public ones: where it allows, they don't hold. Of two own rules the
        one that forbids wins.
        """
        told = [
            (rule, resolver.resolve(rule.expression, on=day, atlas=self.atlas))
            for rule in self.rules
            if rule.holds_on(day)
        ]
        allowed = SpanSet()
        for rule, places in told:
            if not rule.forbids:
                allowed = allowed | places
        found = [
            Forbidden(rule, places if rule.own else places - allowed)
            for rule, places in told
            if rule.forbids
        ]
        return [one for one in found if one.places]


def known(as_known_at: datetime | None = None) -> Rules:
    """Return the public rules and those of the organisation that is set, as known then or now."""
    rules = [*_own(as_known_at), *_public(as_known_at)]
    codes = [code for rule in rules for code in words(rule.expression)]
    return Rules(rules, atlases.in_force(codes, as_known_at=as_known_at))


def _own(as_known_at: datetime | None) -> list[Rule]:
    rows = OrgExplicitRule.objects.known_at(as_known_at).order_by("id")
    return [
        Rule(row.pk, row.expression, row.starts, row.ends, row.basis, own=True, forbids=row.forbids)
        for row in rows
    ]


def _public(as_known_at: datetime | None) -> list[Rule]:
    rows = ExplicitRule.objects.known_at(as_known_at).order_by("expression", "starts")
    return [
        Rule(row.pk, row.expression, row.starts, row.ends, row.basis, own=False, forbids=True)
        for row in rows
    ]
