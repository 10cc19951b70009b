"""An organisation's own words for sets of places."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from audit.services import events
from kernel.errors import DomainError
from kernel.period import Period
from territories.geography import expressions
from territories.geography.allocation import register
from territories.models import OrgGroup
from territories.selectors import atlas as atlases

if TYPE_CHECKING:
    from audit.actors import Actor

_CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*\Z")


class BadGroup(DomainError):
    """A group that can't be defined as asked."""

    code = "bad_group"
    status = 422


@transaction.atomic
def define(
    *,
    code: str,
    name: str,
    expression: str,
    period: Period | None,
    actor: "Actor",
    at: datetime,
    reason: str = "",
) -> OrgGroup:
    """Say what ``code`` means for the organisation during ``period`` (None: always); return it.

    A definition from the same day supersedes the one before. The expression may name public places
    and groups and own venues, not other own words; a word that a public group has is shadowed.
    Raises BadGroup, UnknownTerritory or BadExpression.
    """
    code = code.strip().upper()
    known = atlases.in_force(expressions.words(expression))
    if not _CODE.match(code) or code in register() or code in known.synonyms:
        raise BadGroup(
            f"{code!r} can't name a group. Use letters, digits and hyphens, and no place's code."
        )
    read = expressions.parse(expression, atlas=known.public_words())
    starts, ends = (period.start, period.end) if period else (None, None)
    current = OrgGroup.objects.select_for_update().known_at().filter(code=code, starts=starts)
    former = current.first()
    current.update(superseded_at=at)
    group = OrgGroup(
        code=code,
        name=name.strip(),
        expression=str(read),
        starts=starts,
        ends=ends,
        recorded_at=at,
    )
    group.save(force_insert=True)
    events.record(
        "territories.group.defined",
        subject=group,
        actor=actor,
        at=at,
        reason=reason,
        before={"expression": former.expression} if former else None,
        after={"code": code, "expression": group.expression},
    )
    return group
