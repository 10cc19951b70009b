"""Register holders, rename and retire them. Rows are never deleted: history names them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import events
from foundation.folding import fold
from holders.identifiers import check_ipi, check_isni
from holders.models import Holder
from holders.models.holders import HolderKind, Reserved
from kernel.errors import DomainError
from kernel.ids import uuid7
from territories.geography.atlas import countries

if TYPE_CHECKING:
    from audit.actors import Actor


class BadHolder(DomainError):
    """A holder that can't be registered or changed as asked."""

    code = "bad_holder"
    status = 422


class HolderExists(DomainError):
    """Another holder has this code or this number."""

    code = "holder_exists"


class UnknownHolder(DomainError):
    """No such holder here."""

    code = "unknown_holder"
    status = 404


@dataclass(frozen=True, slots=True)
class NewHolder:
    """What a holder is registered with.

    ``code`` is the organisation's own short code, kept in capitals; ``sort_name`` is how the name
    is sorted where that differs ("Okafor Ada"); ``country`` is ISO 3166-1 alpha-2.
    """

    kind: str
    name: str
    code: str = ""
    sort_name: str = ""
    ipi: str = ""
    isni: str = ""
    country: str = ""
    id: UUID = field(default_factory=uuid7)


@transaction.atomic
def register(
    *,
    kind: str,
    name: str,
    actor: "Actor",
    at: datetime,
    code: str = "",
    sort_name: str = "",
    ipi: str = "",
    isni: str = "",
    country: str = "",
    holder_id: UUID | None = None,
    confirmed: bool = False,
) -> Holder:
    """Register a holder and return it.

    A number that fails its check digit, or that another active holder has, is refused unless a
    person has ``confirmed`` it. Raises BadHolder or HolderExists.
    """
    new = NewHolder(kind, name, code, sort_name, ipi, isni, country, holder_id or uuid7())
    holder = _row(new, at, confirmed=confirmed, lenient=False)
    if not confirmed:
        _refuse_known_numbers(holder)
    try:
        with transaction.atomic():
            holder.save(force_insert=True)
    except IntegrityError as error:
        raise _taken([holder]) from error
    numbers = {"ipi": holder.ipi, "isni": holder.isni}
    plain = {"kind": kind, "name": holder.name, "code": holder.code, "country": holder.country}
    events.record(
        "holders.holder.registered", subject=holder, actor=actor, at=at, after=plain | numbers
    )
    return holder


@transaction.atomic
def register_many(
    *, holders: Sequence[NewHolder], actor: "Actor", at: datetime, source: str
) -> list[Holder]:
    """Register many holders, all or none, and return them in order: for imports.

    A number that fails its check digit is kept and marked unconfirmed. ``source`` says where they
    come from, for the one event. Raises BadHolder or HolderExists.
    """
    rows = [_row(one, at, confirmed=False, lenient=True) for one in holders]
    try:
        with transaction.atomic():
            Holder.objects.bulk_create(rows, batch_size=2000)
    except IntegrityError as error:
        raise _taken(rows) from error
    events.record(
        "holders.holders.imported",
        subject=("holders.import", uuid7()),
        actor=actor,
        at=at,
        after={"source": source, "count": len(rows)},
    )
    return rows


@transaction.atomic
def rename(
    *, holder_id: UUID, name: str, actor: "Actor", at: datetime, sort_name: str = "", reason: str
) -> Holder:
    """Give a holder another name; frozen statements keep theirs. Raises as ``register`` does."""
    holder = locked(holder_id)
    before = {"name": holder.name}
    holder.name = _checked_name(name)
    holder.name_key = _key(holder.name)
    holder.sort_key = _key(sort_name or holder.name)
    holder.save(update_fields=["name", "name_key", "sort_key"])
    after = {"name": holder.name}
    _record("renamed", holder, actor, at, reason, before, after)
    return holder


@transaction.atomic
def deactivate(*, holder_id: UUID, actor: "Actor", at: datetime, reason: str) -> Holder:
    """Take a holder out of every list to choose from; what names it stays. Raises BadHolder."""
    holder = locked(holder_id)
    if holder.reserved:
        raise BadHolder(f"{holder.name} belongs to every organisation and stays.")
    if not holder.active:
        raise BadHolder(f"{holder.name} is inactive already.")
    return _switch(holder, False, "deactivated", actor, at, reason)


@transaction.atomic
def reactivate(*, holder_id: UUID, actor: "Actor", at: datetime, reason: str) -> Holder:
    """Let a holder be chosen again. Raises BadHolder."""
    holder = locked(holder_id)
    if holder.active:
        raise BadHolder(f"{holder.name} is active already.")
    return _switch(holder, True, "reactivated", actor, at, reason)


@transaction.atomic
def set_numbers(
    *,
    holder_id: UUID,
    ipi: str,
    isni: str,
    actor: "Actor",
    at: datetime,
    confirmed: bool = False,
    reason: str = "",
) -> Holder:
    """Set a holder's IPI and ISNI ("" takes one away). Raises as ``register`` does."""
    holder = locked(holder_id)
    before = {"ipi": holder.ipi, "isni": holder.isni}
    holder.ipi, holder.isni, sound = _numbers(ipi, isni, confirmed=confirmed, lenient=False)
    holder.identifiers_confirmed = sound or confirmed
    if not confirmed:
        _refuse_known_numbers(holder)
    holder.save(update_fields=["ipi", "isni", "identifiers_confirmed"])
    after = {"ipi": holder.ipi, "isni": holder.isni}
    _record("numbered", holder, actor, at, reason, before, after)
    return holder


def ensure_reserved(*, at: datetime, actor: "Actor | None" = None) -> tuple[Holder, Holder]:
    """Return the organisation's holders ``house`` and ``unclaimed``, made where they are missing.

    They are made with the organisation, or by the first deed that needs them; that deed's event
    covers them. With an ``actor`` it is a deed of its own.
    """
    found = {row.reserved: row for row in Holder.objects.exclude(reserved="")}
    if missing := [one for one in _RESERVED if one not in found]:
        fresh = [
            Holder(
                kind=HolderKind.OTHER,
                name=_RESERVED[reserved],
                name_key=_key(_RESERVED[reserved]),
                sort_key=_key(_RESERVED[reserved]),
                code=reserved.upper(),
                reserved=reserved,
                created_at=at,
            )
            for reserved in missing
        ]
        with transaction.atomic():
            Holder.objects.bulk_create(fresh, ignore_conflicts=True)
            found = {row.reserved: row for row in Holder.objects.exclude(reserved="")}
            if actor is not None:
                house = found[Reserved.HOUSE]
                events.record("holders.reserved.made", subject=house, actor=actor, at=at)
    return found[Reserved.HOUSE], found[Reserved.UNCLAIMED]


_RESERVED = {Reserved.HOUSE: "Own catalogue", Reserved.UNCLAIMED: "Unclaimed"}


def locked(holder_id: UUID) -> Holder:
    """Return a holder under its row's lock. Raises UnknownHolder."""
    holder = Holder.objects.select_for_update().filter(pk=holder_id).first()
    if holder is None:
        raise UnknownHolder(f"There is no holder {holder_id}. Look it up in the list of holders.")
    return holder


def row_of(new: NewHolder, at: datetime) -> Holder:
    """Return a holder's row, not saved, held to its checks as imports are. Raises BadHolder."""
    return _row(new, at, confirmed=False, lenient=True)


def _row(new: NewHolder, at: datetime, *, confirmed: bool, lenient: bool) -> Holder:
    if new.kind not in HolderKind.values:
        raise BadHolder(f"{new.kind!r} is no kind of holder. Kinds are: {', '.join(HolderKind)}.")
    country = new.country.strip().upper()
    if country and country not in countries():
        raise BadHolder(f"{country!r} is no country. Write it by its two letters, like DE.")
    code = new.code.strip().upper()
    if len(code) > 64 or code.lower() in _RESERVED:
        raise BadHolder("A code has up to 64 characters, and is neither HOUSE nor UNCLAIMED.")
    name = _checked_name(new.name)
    ipi, isni, sound = _numbers(new.ipi, new.isni, confirmed=confirmed, lenient=lenient)
    return Holder(
        id=new.id,
        kind=new.kind,
        name=name,
        name_key=_key(name),
        sort_key=_key(new.sort_name or name),
        code=code,
        ipi=ipi,
        isni=isni,
        identifiers_confirmed=sound or confirmed,
        country=country,
        created_at=at,
    )


def _numbers(ipi: str, isni: str, *, confirmed: bool, lenient: bool) -> tuple[str, str, bool]:
    """Return both numbers in their plain form, and whether they are sound. Raises BadHolder."""
    checked = [check_ipi(ipi) if ipi.strip() else None, check_isni(isni) if isni.strip() else None]
    problems = [one.problem for one in checked if one and one.problem]
    if problems and not (confirmed or lenient):
        raise BadHolder(f"{problems[0]} Correct it, or confirm that it is meant so.")
    plain_ipi, plain_isni = (one.value if one else "" for one in checked)
    return plain_ipi, plain_isni, not problems


def _refuse_known_numbers(holder: Holder) -> None:
    for name in ("ipi", "isni"):
        value = getattr(holder, name)
        same = Holder.objects.active().filter(**{name: value}).exclude(pk=holder.pk)
        if value and (other := same.first()):
            raise HolderExists(
                f"{name.upper()} {value} is {other.name}'s. Use that holder, or confirm that both "
                "have it.",
                holder=str(other.pk),
            )


def _taken(rows: Sequence[Holder]) -> HolderExists:
    codes = [row.code for row in rows if row.code]
    there = Holder.objects.filter(code__in=codes).values_list("code", flat=True)
    taken = sorted(there) or sorted({code for code in codes if codes.count(code) > 1})
    if not taken:
        return HolderExists("A holder with this id is there already. Look it up.")
    return HolderExists(
        f"The code {taken[0]} is taken. Choose another, or use the holder that has it.",
        holder_code=taken[0],
    )


def _switch(
    holder: Holder, active: bool, deed: str, actor: "Actor", at: datetime, reason: str
) -> Holder:
    holder.active = active
    holder.save(update_fields=["active"])
    _record(deed, holder, actor, at, reason, {"active": not active}, {"active": active})
    return holder


def _record(
    deed: str,
    holder: Holder,
    actor: "Actor",
    at: datetime,
    reason: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    events.record(
        f"holders.holder.{deed}",
        subject=holder,
        actor=actor,
        at=at,
        reason=reason,
        before=before,
        after=after,
    )


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 300:
        raise BadHolder("A holder needs a name of up to 300 characters.")
    return name


def _key(name: str) -> str:
    return fold(name)[:300]
