"""Register holders, rename and retire them. Rows are never deleted: history names them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import events
from foundation.folding import fold
from holders.models import Holder
from holders.models.holders import HolderKind, Reserved
from kernel.errors import DomainError
from kernel.ids import uuid7

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


@transaction.atomic
def register(
    *,
    kind: str,
    name: str,
    actor: "Actor",
    at: datetime,
    code: str = "",
    sort_name: str = "",
    country: str = "",
    holder_id: UUID | None = None,
) -> Holder:
    """Register a holder and return it.

    ``code`` is the organisation's own short code, kept in capitals; ``sort_name`` is how the name
    is sorted where that differs ("Okafor, Ada"). Raises BadHolder or HolderExists.
    """
    name = _checked_name(name)
    if kind not in HolderKind.values:
        raise BadHolder(f"{kind!r} is no kind of holder. Kinds are: {', '.join(HolderKind)}.")
    holder = Holder(
        id=holder_id or uuid7(),
        kind=kind,
        name=name,
        name_key=fold(name)[:300],
        sort_key=fold(sort_name or name)[:300],
        code=code.strip().upper(),
        country=country.strip().upper(),
        created_at=at,
    )
    try:
        with transaction.atomic():
            holder.save(force_insert=True)
    except IntegrityError as error:
        raise HolderExists(
            f"The code {holder.code} is taken. Choose another, or use the holder that has it.",
            holder_code=holder.code,
        ) from error
    events.record(
        "holders.holder.registered",
        subject=holder,
        actor=actor,
        at=at,
        after={"kind": kind, "name": name, "code": holder.code, "country": holder.country},
    )
    return holder


def ensure_reserved(*, at: datetime) -> tuple[Holder, Holder]:
    """Return the organisation's holders ``house`` and ``unclaimed``, made where they are missing.

    They are part of an organisation's being set up (or of the first deed that needs them), which
    records its own event.
    """
    names = {Reserved.HOUSE: "Own catalogue", Reserved.UNCLAIMED: "Unclaimed"}
    fresh = [
        Holder(
            kind=HolderKind.OTHER,
            name=name,
            name_key=fold(name),
            sort_key=fold(name),
            code=reserved.upper(),
            reserved=reserved,
            created_at=at,
        )
        for reserved, name in names.items()
    ]
    found = {row.reserved: row for row in Holder.objects.exclude(reserved="")}
    if len(found) < len(names):
        Holder.objects.bulk_create(
            [row for row in fresh if row.reserved not in found], ignore_conflicts=True
        )
        found = {row.reserved: row for row in Holder.objects.exclude(reserved="")}
    return found[Reserved.HOUSE], found[Reserved.UNCLAIMED]


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 300:
        raise BadHolder("A holder needs a name of up to 300 characters.")
    return name
