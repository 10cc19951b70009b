"""Holders as rows of a table: what imports compare with and exports write."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Q

from foundation.models.keysets import among
from holders.models import Holder, HolderUser
from holders.models.holders import HolderKind

COLUMNS = ("code", "kind", "name", "ipi", "isni", "country")


def standing(ids: Iterable[UUID], codes: Iterable[str]) -> dict[UUID, dict[str, str]]:
    """Return the holders with these ids or own codes; one query."""
    wanted = Q(pk__in=among(ids)) | Q(code__in=[code for code in codes if code])
    return dict(_rows(wanted))


def every() -> Iterator[tuple[UUID, dict[str, str]]]:
    """Yield all active holders that the organisation made itself, by code and name."""
    yield from _rows(Q(active=True, reserved=""))


def with_portal(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the holders whose statements somebody may or might see."""
    return set(HolderUser.objects.filter(holder__in=among(ids)).values_list("holder_id", flat=True))


def _rows(wanted: Q) -> Iterator[tuple[UUID, dict[str, str]]]:
    rows = Holder.objects.filter(wanted).order_by("code", "sort_key", "pk")
    for key, *values in rows.values_list("pk", *COLUMNS).iterator():
        yield key, dict(zip(COLUMNS, values, strict=True))


def kinds() -> tuple[str, ...]:
    """Return what a holder may be."""
    return tuple(HolderKind.values)
