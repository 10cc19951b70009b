"""The queue of what nobody could match for certain, and the decisions that clear it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from audit.actors import Actor
from audit.services import events
from catalog.selectors import works
from foundation.database import bulk
from kernel.errors import DomainError
from royalties.linestore.keys import KEY_COLUMNS
from royalties.models import MatchKey, MatchRule, Rematch, SalesException
from royalties.selectors import matching
from royalties.selectors.exceptions import NoRule
from royalties.services import periods


class NoException(DomainError):
    """No open exception has this key."""

    code = "no_exception"
    status = 404


class NoWork(DomainError):
    """No work has this id."""

    code = "no_work"
    status = 404


class Posted(DomainError):
    """A decision whose lines stand in the ledger can't simply be undone."""

    code = "match_posted"


_REFRESH = """
INSERT INTO royalties_salesexception
    (id, fingerprint, currency, title, artist, identifiers, doubt, keys, lines, amount, since)
SELECT gen_random_uuid(), k.fingerprint, coalesce(a.key, ''), min(k.title), min(k.artist),
    jsonb_strip_nulls(jsonb_build_object('isrc', nullif(min(k.isrc), ''), 'iswc',
        nullif(min(k.iswc), ''), 'upc', nullif(min(k.upc), ''), 'own', nullif(min(k.own), ''))),
    min(k.doubt), count(*), sum(k.lines), coalesce(sum(a.value::numeric), 0), min(f.accepted_at)
FROM royalties_matchkey k
JOIN royalties_salesfile f ON f.org_id = k.org_id AND f.id = k.file_id AND f.reversed_at IS NULL
LEFT JOIN LATERAL jsonb_each_text(k.amounts) a ON true
WHERE k.work_id IS NULL AND k.fingerprint = ANY(%s)
GROUP BY k.fingerprint, coalesce(a.key, '')
"""


def refresh(fingerprints: Collection[str]) -> None:
    """Bring the queue in step with the open keys of these fingerprints.

    One transaction at a time: two files with the same doubt must count each other's lines.
    """
    if not fingerprints:
        return
    listed = sorted(fingerprints)
    periods.queue_alone()
    SalesException.objects.filter(fingerprint__in=listed).delete()
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, [listed])


@transaction.atomic
def decide(*, key: str, work_id: UUID, by: Actor, at: datetime, reason: str = "") -> MatchRule:
    """Decide which work a key is: a rule for its lines here and in files to come.

    ``key`` is an exception's, or that of lines matched before: then they move to this work. Lines
    count in their file's period, or in the first open one where that is closed; posted ones move
    there, out of the old work and into the new. Raises NoException and NoWork.
    """
    return decide_each(works_of={key: work_id}, by=by, at=at, reason=reason)[0]


@transaction.atomic
def decide_each(
    *, works_of: Mapping[str, UUID], by: Actor, at: datetime, reason: str = ""
) -> list[MatchRule]:
    """Decide several keys at once, each on its work, as ``decide`` does: all of them or none."""
    first_open = periods.hold_open()
    named = sorted(works_of)
    rows = MatchKey.objects.select_for_update().live().filter(fingerprint__in=named).order_by("pk")
    keys: dict[str, list[MatchKey]] = {name: [] for name in named}
    for row in rows:
        keys[row.fingerprint].append(row)
    titles = works.titles(list(set(works_of.values())))
    MatchRule.objects.filter(fingerprint__in=named, reversed_at=None).update(reversed_at=at)
    rules = []
    for name in named:
        rule = _rule(name, keys[name], works_of[name], titles, by, at)
        for each in keys[name]:
            _settle(each, rule, first_open, at, by, reason or rule.name)
        rules.append(rule)
    refresh(set(named))
    for rule in rules:
        events.record(
            "royalties.match.decided",
            subject=rule,
            actor=by,
            at=at,
            reason=reason,
            after={"fingerprint": rule.fingerprint, "work": str(rule.work_id)},
        )
    return rules


def _rule(
    key: str,
    keys: list[MatchKey],
    work_id: UUID,
    titles: Mapping[UUID, str],
    by: Actor,
    at: datetime,
) -> MatchRule:
    if not keys:
        raise NoException(
            f"There is no exception {key!r}. See manage.py exceptions for those there are.",
            key=key,
        )
    if work_id not in titles:
        raise NoWork(f"There is no work {work_id}. Search the catalogue for the right one.")
    rule = MatchRule(
        name=f"{keys[0]} → {titles[work_id]}"[:300],
        fingerprint=key,
        work_id=work_id,
        made_at=at,
        made_by=by.actor_id,
    )
    rule.save(force_insert=True)
    return rule


@transaction.atomic
def undo(*, rule_id: UUID, reason: str, by: Actor, at: datetime) -> MatchRule:
    """Reverse a rule: its lines wait for a decision again.

    Raises NoRule; and Posted where some of its lines stand in the ledger: decide on another work
    instead, which moves their money.
    """
    first_open = periods.hold_open()
    rule = MatchRule.objects.select_for_update().filter(pk=rule_id, reversed_at=None).first()
    if rule is None:
        raise NoRule(f"There is no rule {rule_id} in force.")
    mine = MatchKey.objects.live().filter(fingerprint=rule.fingerprint, how="rule")
    moved = Rematch.objects.filter(key__fingerprint=rule.fingerprint).exists()
    if moved or first_open and mine.filter(counts_on__lt=first_open).exists():
        raise Posted(
            f"Lines under {rule.name} are posted. Decide on another work: that moves their money.",
            key=rule.fingerprint,
        )
    rule.reversed_at = at
    rule.save(update_fields=["reversed_at"])
    mine.update(work=None, how="", counts_on=None, decided_at=None, doubt="A decision was undone.")
    refresh({rule.fingerprint})
    events.record("royalties.match.undone", subject=rule, actor=by, at=at, reason=reason)
    return rule


@transaction.atomic
def match_again(*, by: Actor, at: datetime) -> int:
    """Look once more for the works of everything that waits; return how many keys found theirs."""
    first_open = periods.hold_open()
    waiting = list(
        MatchKey.objects.live()
        .open()
        .select_related("file")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not waiting:
        return 0
    texts = {name: [getattr(key, name) for key in waiting] for name in KEY_COLUMNS}
    decisions = matching.decide(texts, [key.fingerprint for key in waiting])
    found = [(k, d) for k, d in zip(waiting, decisions, strict=True) if d.work is not None]
    if not found:
        return 0
    bulk.update(
        MatchKey,
        [key.pk for key, _ in found],
        {
            "work": [decision.work for _, decision in found],
            "how": [decision.how for _, decision in found],
            "doubt": ["" for _ in found],
            "counts_on": [_counting_day(key, first_open) for key, _ in found],
            "decided_at": [at for _ in found],
        },
    )
    refresh({key.fingerprint for key, _ in found})
    events.record(
        "royalties.match.repeated",
        subject=("royalties.matchkey", found[0][0].pk),
        actor=by,
        at=at,
        after={"found": len(found)},
    )
    return len(found)


def _settle(
    key: MatchKey, rule: MatchRule, first_open: date | None, at: datetime, by: Actor, reason: str
) -> None:
    """Give a key's lines to the rule's work, in the right period."""
    posted = key.counts_on is not None and first_open is not None and key.counts_on < first_open
    if not posted:
        key.work_id, key.how, key.decided_at, key.doubt = rule.work_id, "rule", at, ""
        key.counts_on = _counting_day(key, first_open)
        key.save(update_fields=["work", "how", "decided_at", "doubt", "counts_on"])
        return
    assert first_open is not None
    last = key.rematches.filter(sign=1).order_by("-made_at", "-pk").first()
    old = last.work_id if last else key.work_id
    assert old is not None
    if old == rule.work_id:
        return
    for sign, work in ((-1, old), (1, rule.work_id)):
        Rematch(
            key=key,
            work_id=work,
            sign=sign,
            counts_on=first_open,
            reason=reason[:500],
            made_at=at,
            made_by=by.actor_id,
        ).save(force_insert=True)


def _counting_day(key: MatchKey, first_open: date | None) -> date:
    return periods.counting_day(periods.last_day(key.file.end_day), first_open)
