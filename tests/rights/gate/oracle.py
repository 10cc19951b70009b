"""The gate again, slowly: each right, place and day by itself, row by row; no boxes, no sets.

It reads the tables and shares nothing with the product but them and what territory words mean.
"""

from datetime import timedelta

from rights.models import Claim, Conflict, Grant, Hold, Holdback, Restriction
from territories.geography import resolver
from territories.geography.rights import right_types
from territories.models import ExplicitRule, OrgExplicitRule


class Oracle:
    """What the tables say now of one work, read once."""

    def __init__(self, work_id):
        self.rows = {
            model: list(model.objects.filter(work_id=work_id, superseded_at=None))
            for model in (Claim, Conflict, Grant, Hold, Holdback, Restriction)
        }
        self.holders = {
            claim.pk: {share.holder.reserved for share in claim.shares.select_related("holder")}
            for claim in self.rows[Claim]
        }
        self.own = list(OrgExplicitRule.objects.filter(superseded_at=None))
        self.public = list(ExplicitRule.objects.filter(superseded_at=None))

    def codes(self, right, points, days):
        """Return the codes of all that is in the way at ``points`` on ``days``."""
        tree = right_types()
        low, high = tree[right].span
        leaves = [one for one in tree.values() if one.leaf and low <= one.span[0] < high]
        return {
            code for leaf in leaves for point in points for day in days
            for code in self._at(leaf, point, day)
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
