"""Many claims at once, for imports of tables: made, corrected, taken back; all or none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import lcm
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction

from audit.services import events
from catalog.selectors import works as known
from catalog.services import works
from foundation.batched import batched
from foundation.models.keysets import among
from kernel.errors import DomainError
from rights.engine.boxes import ALWAYS, Window
from rights.engine.layers import Layer, agrees, held, in_the_way
from rights.engine.shares import Shares
from rights.models import Claim
from rights.models.claims import DateRule
from rights.selectors import clauses, tables, wording
from rights.services import ground, parties, rows
from rights.services.terms import BadClaim, ClaimInTheWay, NeedsApproval, check_approved

if TYPE_CHECKING:
    from audit.actors import Actor

WORKS, IN_ONE_EVENT = 1000, 1000
ALONE = (
    "Leave its rows out, and claim it on the work's own page (Claim a right): there it is asked "
    "for."
)
Row = dict[str, str]


class Wanted(NamedTuple):
    """A claim as a table wants it: its id and its values (selectors.tables.COLUMNS)."""

    key: UUID
    values: Row


@dataclass
class Reader:
    """Values become layers; the same words are resolved once."""

    at: datetime
    works: dict[str, UUID]
    holders: dict[str, UUID]
    read: dict[tuple[str, ...], list[clauses.Clause]] = field(default_factory=dict)

    def layers(self, state: ground.Ground, one: Wanted) -> list[Layer]:
        """Return a claim's layers. Raises BadClaim, and what territory expressions raise."""
        values, shares = one.values, self._shares(one.values)
        found = []
        for clause in self._boxes(values):
            rights = clause.box.rights & state.rights
            if not rights:
                raise BadClaim(f"{state.title} has no such right as {values['right_type']}.")
            found.append(
                Layer(
                    origin=one.key,
                    right_type=values["right_type"],
                    written=clause.text,
                    source=values["source"],
                    box=replace(clause.box, rights=rights),
                    shares=shares,
                    override_reason=values["reason"],
                    date_rule=values["date_rule"],
                    resolved_on=clause.resolved_on,
                    source_ref=values["source_ref"],
                )
            )
        return found

    def _boxes(self, values: Row) -> list[clauses.Clause]:
        window, rule = _window(values), values["date_rule"]
        fixed = rule == DateRule.SIGNATURE
        days = () if fixed else (values["from"], values["to"])
        key = (values["right_type"], values["territory"], rule, values["signed_on"], *days)
        if key not in self.read:
            signed = values["signed_on"]
            self.read[key] = clauses.boxes(
                right_type=values["right_type"],
                territory=values["territory"],
                window=ALWAYS if fixed else window,
                rule=rule,
                signed_on=date.fromisoformat(signed) if signed else self.at.date(),
            )
        told = self.read[key]
        if not fixed:
            return told
        return [replace(one, box=replace(one.box, window=window)) for one in told]

    def _shares(self, values: Row) -> Shares:
        parts = [Fraction(text) for text in values["share"].split("; ")]
        total = lcm(*(part.denominator for part in parts))
        people = [self.holders[text] for text in values["holder"].split("; ")]
        told = [(who, int(part * total)) for who, part in zip(people, parts, strict=True)]
        return Shares.of(told, total=total, rest=None)


def _window(values: Row) -> Window:
    first, last = values["from"], values["to"]
    return Window(
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) + timedelta(days=1) if last else None,
    )


def refused(wanted: Sequence[Wanted], *, at: datetime) -> Iterator[tuple[UUID, DomainError]]:
    """Yield what would be refused of claims, each with why; nothing is written."""
    reader = _reader(wanted, at)
    by_work = _by_work(wanted, reader)
    for some in batched(by_work, WORKS):
        for work, state in _read(some, at).items():
            yield from _in_the_way(state, by_work[work], reader)


@transaction.atomic
def put_many(*, wanted: Sequence[Wanted], actor: "Actor", at: datetime, source: str) -> int:
    """Make claims, or correct those whose ids are known; return how many rows that wrote.

    ``source`` is the table's name, for the events. Raises what the first wrong one raises.
    """
    reader = _reader(wanted, at)
    by_work, count = _by_work(wanted, reader), 0
    facts: list[Fact] = []
    for some in batched(sorted(by_work), WORKS):
        works.lock_many(some)
        pairs = []
        for work, state in _read(some, at).items():
            mine = by_work[work]
            for _, error in _in_the_way(state, mine, reader):
                raise error
            fresh = [layer for one in mine for layer in reader.layers(state, one)]
            keys = {one.key for one in mine}
            pairs.append((state, [x for x in state.claims if x.origin not in keys] + fresh))
        written, flagged = _settle(pairs)
        count, facts = count + written, facts + flagged
    _told("imported", by_work, len(wanted), actor, at, source, facts)
    return count


@transaction.atomic
def withdraw_many(*, ids: Sequence[UUID], actor: "Actor", at: datetime, source: str) -> None:
    """Take claims back as if they had never held; what we knew before stays on record."""
    gone = set(ids)
    live = Claim.every.known_at().filter(origin__in=among(gone))
    facts: list[Fact] = []
    touched = sorted(set(live.values_list("work_id", flat=True)))
    for some in batched(touched, WORKS):
        works.lock_many(some)
        pairs = [
            (state, [layer for layer in state.claims if layer.origin not in gone])
            for state in _read(some, at).values()
        ]
        facts += _settle(pairs)[1]
    _told("withdrawn", touched, len(gone), actor, at, source, facts)


def _reader(wanted: Sequence[Wanted], at: datetime) -> Reader:
    people = {text for one in wanted for text in one.values["holder"].split("; ")}
    return Reader(
        at,
        tables.identified({one.values["work"] for one in wanted}),
        tables.named_holders(people),
    )


def _by_work(wanted: Sequence[Wanted], reader: Reader) -> dict[UUID, list[Wanted]]:
    found: dict[UUID, list[Wanted]] = {}
    for one in wanted:
        found.setdefault(reader.works[one.values["work"]], []).append(one)
    return found


def _read(work_ids: Sequence[UUID], at: datetime) -> dict[UUID, ground.Ground]:
    """Return the claims to works as they stand, in a few queries. Raises NotRegistered."""
    live = Claim.every.known_at().filter(work_id__in=among(work_ids)).order_by("work_id", "id")
    titles = known.titles(list(work_ids))
    return ground.of_rows(live, {key: titles.get(key, str(key)) for key in work_ids}, at=at)


def _in_the_way(
    state: ground.Ground, mine: Sequence[Wanted], reader: Reader
) -> Iterator[tuple[UUID, DomainError]]:
    keys = {one.key for one in mine}
    others = [layer for layer in state.claims if layer.origin not in keys]
    stood = list(state.claims)
    for one in mine:
        try:
            fresh = reader.layers(state, one)
        except DomainError as error:
            yield one.key, error
            continue
        other = next(filter(None, (in_the_way(layer, others) for layer in fresh)), None)
        if other is not None:
            told = f"In the way is {wording.of_layer(other)}, held by "
            told += f"{parties.held_by(other.shares)}. End or correct that claim first; or claim "
            yield one.key, ClaimInTheWay(told + "fewer places than it does, with a reason.")
            continue
        former = [layer for layer in state.of(one.key) if agrees(layer, fresh[0])]
        try:
            check_approved(fresh, [*stood, *others], former, instead=ALONE)
        except NeedsApproval as error:
            yield one.key, error
            continue
        others += fresh


Fact = tuple[str, dict[str, UUID]]


def _settle(pairs: Sequence[tuple[ground.Ground, list[Layer]]]) -> tuple[int, list[Fact]]:
    """Write what holds of works: those whose claims never meet at once, others one by one.

    Return how many rows that wrote, and the conflicts that began and ended.
    """
    gone, fresh, count = [], [], 0
    facts: list[Fact] = []
    moment = None
    for state, claims in pairs:
        if _meet(state.claims) or _meet(claims):
            settled = ground.settle(state, claims)
            count += settled.rows
            facts += [("rights.conflict.flagged", {"conflict": one}) for one in settled.begun]
            facts += [("rights.conflict.ended", {"conflict": one}) for one in settled.ended]
            continue
        wanted = held([*state.roots, *claims])
        target, there = set(wanted), set(state.rows.values())
        gone += [pk for pk, piece in state.rows.items() if piece not in target]
        fresh += [(state.work_id, piece) for piece in wanted if piece not in there]
        moment = max(moment or state.moment, state.moment)
    if moment is not None:
        changed = Claim.every.known_at().filter(pk__in=among(gone)).supersede(moment)
        if changed != len(gone):
            raise ground.ClaimsChanged("Claims changed meanwhile. Bring the table again.")
        works.touch({work for work, _ in fresh})
        count += rows.write(fresh, at=moment, words=_words)
    return count, facts


def _meet(claims: Iterable[Layer]) -> bool:
    """Return whether some claims share ground: then order, reasons or conflicts decide."""
    told = list(claims)
    return any(one.box.common(two.box) for one, two in combinations(told, 2))


_words = lru_cache(maxsize=4096)(wording.territory)


def _told(
    deed: str,
    touched: Iterable[UUID],
    count: int,
    actor: "Actor",
    at: datetime,
    source: str,
    flagged: Sequence[Fact],
) -> None:
    left = list(flagged)
    for some in batched(touched, IN_ONE_EVENT):
        events.record(
            f"rights.claims.{deed}",
            subject=("catalog.work", some[0]),
            actor=actor,
            at=at,
            after={"source": source, "count": count, "works": len(some)},
            facts=[*(("rights.claims.changed", {"work": work}) for work in some), *left],
        )
        left = []
