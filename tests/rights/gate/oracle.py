"""The gate again, slowly: each right, place and day by itself, row by row; no boxes, no sets.

Written from docs/gate.md, docs/avails.md and docs/rights.md. It reads the tables and shares nothing
with the product but them and what territory words mean.
"""

from copy import copy
from datetime import timedelta

from catalog.models import Work
from rights.models import Claim, Conflict, Grant, Hold, Holdback, Restriction
from territories.geography import resolver
from territories.geography.rights import right_types
from territories.models import ExplicitRule, OrgExplicitRule


class Oracle:
    """What the tables say of one work, read once: as it stands, or as was known ``then``."""

    def __init__(self, work_id):
        self.there_since = Work.objects.get(pk=work_id).created_at
        self.every = {
            model: list(model.objects.filter(work_id=work_id))
            for model in (Claim, Conflict, Grant, Hold, Holdback, Restriction)
        }
        self.holders = {
            claim.pk: {share.holder.reserved for share in claim.shares.select_related("holder")}
            for claim in self.every[Claim]
        }
        self.rules = list(OrgExplicitRule.objects.all()), list(ExplicitRule.objects.all())
        self._as_of(None)

    def then(self, moment):
        """Return what was known at a moment; None is now."""
        found = copy(self)
        found._as_of(moment)
        return found

    def _as_of(self, moment):
        self.there = moment is None or self.there_since <= moment
        self.rows = {
            model: [row for row in rows if _known(row, moment)]
            for model, rows in self.every.items()
        }
        self.own, self.public = (
            [rule for rule in rules if _known(rule, moment)] for rules in self.rules
        )

    def codes(self, right, points, days):
        """Return the codes of all that is in the way at ``points`` on ``days``.

        Before it was registered the organisation had no such work.
        """
        if not self.there:
            return {"unknown_work"}
        return {
            code for leaf in leaves(right) for point in points for day in days
            for code in self._at(leaf, point, day)
        }  # fmt: skip

    def verdict(self, right, points, days, *, exclusive):
        """Return what avails say of all of them: yes, no or depends."""
        found = "yes"
        for leaf in leaves(right):
            for point in points:
                for day in days:
                    codes = set(self._at(leaf, point, day)) - {"explicit_content"}
                    for row in self.rows[Grant] if exclusive else ():
                        there = row.right_id == leaf.code and _in(row.span, point)
                        if there and _during(row.window, day):
                            codes.add("depends_on_event" if row.depends else "sold")
                    if codes - {"depends_on_event"}:
                        return "no"
                    found = "depends" if codes else found
        return found

    def ground(self, right, points, days):
        """Return, by leaf right, point and day, whether each claim there is ours, and whether a
        share of it is unclaimed."""
        return {
            (leaf.code, point, day): sorted(
                (not set(self._ours([row])), "unclaimed" in self.holders[row.pk])
                for row in self.rows[Claim]
                if _in(row.rights, leaf.span[0]) and _in(row.span, point)
                and _during(row.window, day)
            )
            for leaf in leaves(right) for point in points for day in days
        }  # fmt: skip

    def _at(self, leaf, point, day):
        right = leaf.span[0]

        def live(model):
            return [
                row for row in self.rows[model] if _in(row.span, point) and _during(row.window, day)
            ]

        yield from self._ours([row for row in live(Claim) if _in(row.rights, right)])
        for row in live(Conflict):
            if row.state == "open" and _in(row.rights, right):
                yield "unresolved_conflict"
        for row in live(Hold):
            if _in(row.rights, right):
                yield "hold"
        for row in live(Restriction):
            if not _in(row.rights, right):
                continue
            if row.claim and not any(
                one.origin == row.claim and _in(one.rights, right) for one in live(Claim)
            ):
                continue
            if row.kind == "blocked":
                yield "restriction"
            elif self._ruled_out(point, day):
                yield "explicit_content"
        for row in live(Grant):
            if row.exclusive and row.right_id == leaf.code:
                yield "depends_on_event" if row.depends else "sold_exclusively"
        for row in live(Holdback):
            if row.binds == "licensor" and _in(row.rights, right):
                yield "depends_on_event" if row.depends else "holdback"

    def _ours(self, claims):
        if not claims:
            yield "no_rights_in"
        for claim in claims:
            holders = self.holders[claim.pk]
            if "unclaimed" in holders:
                yield "unclaimed"
            elif claim.source != "default" and holders != {"house"}:
                yield "no_rights_in"

    def _ruled_out(self, point, day):
        own = [rule for rule in self.own if _on(rule, day)]
        there = [rule for rule in own if _names(rule, point, day)]
        if there:
            return any(rule.forbids for rule in there)
        public = [rule for rule in self.public if _on(rule, day)]
        return any(_names(rule, point, day) for rule in public)


def leaves(right):
    """Return the leaf rights that a right type stands for."""
    low, high = right_types()[right].span
    return [one for one in right_types().values() if one.leaf and low <= one.span[0] < high]


def _known(row, moment):
    if moment is None:
        return row.superseded_at is None
    later = row.superseded_at is None or moment < row.superseded_at
    return row.recorded_at <= moment and later


def _names(rule, point, day):
    return _in(resolver.resolve(rule.expression, on=day), point)


def _on(rule, day):
    return (rule.starts or day) <= day and (rule.ends is None or day <= rule.ends - timedelta(1))


def _in(spans, number):
    return any(lower <= number <= upper - 1 for lower, upper in spans.ranges)


def _during(window, day):
    if window.lower is not None and day < window.lower:
        return False
    return window.upper is None or day <= window.upper - timedelta(days=1)
