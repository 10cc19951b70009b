"""Questions about holders: names for ids, ids for codes and numbers, and whose portal this is."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from foundation.folding import fold
from holders.identifiers import check_ipi, check_isni
from holders.models import Holder, HolderUser


@dataclass(frozen=True, slots=True)
class HolderLine:
    """A holder as other apps show it."""

    id: UUID
    name: str
    kind: str
    code: str
    country: str
    active: bool
    reserved: str

    @property
    def reference(self) -> str:
        """The code, or the id where there is none: what commands and files call it."""
        return self.code or str(self.id)


# One array instead of a parameter for each: lists ask for fifty or a hundred.
_LINES = (
    "SELECT id, name, kind, code, country, active, reserved FROM holders_holder "
    "WHERE id = ANY(%s::uuid[])"
)


def lines(ids: Iterable[UUID]) -> dict[UUID, HolderLine]:
    """Return the holders of these ids, those that are there."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(set(ids))])
        return {row[0]: HolderLine(*row) for row in cursor.fetchall()}


def by_reference(text: str) -> UUID | None:
    """Return the holder with this id or own code, None where there is none."""
    try:
        rows = Holder.objects.filter(pk=UUID(text))
    except ValueError:
        rows = Holder.objects.coded(text)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    return found


def by_codes(codes: Iterable[str]) -> dict[str, UUID]:
    """Return the holders that have these own codes, by the code as it was given."""
    asked = {code: code.strip().upper() for code in codes if code.strip()}
    known = dict(_found("code", list(set(asked.values()))))
    return {code: known[plain] for code, plain in asked.items() if plain in known}


def by_ipis(numbers: Iterable[str]) -> dict[str, list[UUID]]:
    """Return the active holders of these IPI numbers, in any spelling; set-based."""
    return _by_number("ipi", {number: check_ipi(number).value for number in numbers})


def by_isnis(numbers: Iterable[str]) -> dict[str, list[UUID]]:
    """Return the active holders of these ISNIs, in any spelling; set-based."""
    return _by_number("isni", {number: check_isni(number).value for number in numbers})


def by_names(names: Iterable[str]) -> dict[str, list[UUID]]:
    """Return the active holders of exactly these names (case and accents aside); set-based."""
    return _by_number("name_key", {name: fold(name)[:300] for name in names})


def reserved(which: str) -> UUID | None:
    """Return the reserved holder ``house`` or ``unclaimed``, None before the first deed."""
    found: UUID | None = Holder.objects.filter(reserved=which).values_list("pk", flat=True).first()
    return found


def portal_of(user_id: UUID) -> list[UUID]:
    """Return the holders whose statements a person may see now."""
    access = HolderUser.objects.in_force().filter(user_id=user_id)
    return sorted(set(access.values_list("holder_id", flat=True)))


def people_of_portal(holder_id: UUID) -> set[UUID]:
    """Return the people who may see a holder's statements now."""
    access = HolderUser.objects.in_force().filter(holder_id=holder_id)
    return set(access.values_list("user_id", flat=True))


def _by_number(column: str, asked: dict[str, str]) -> dict[str, list[UUID]]:
    known: dict[str, list[UUID]] = {}
    for value, holder_id in _found(column, sorted({one for one in asked.values() if one})):
        known.setdefault(value, []).append(holder_id)
    return {given: known[plain] for given, plain in asked.items() if plain in known}


# A join over the asked values: planned in no time for 100,000, unlike a list of so many.
_ASKED = "FROM unnest(%s::text[]) AS asked (value) JOIN holders_holder ON "
_QUERIES = {
    "code": f"SELECT code, id {_ASKED} code = value WHERE code <> ''",
    "ipi": f"SELECT ipi, id {_ASKED} ipi = value WHERE ipi <> '' AND active",
    "isni": f"SELECT isni, id {_ASKED} isni = value WHERE isni <> '' AND active",
    "name_key": f"SELECT name_key, id {_ASKED} name_key = value WHERE active",
}


def _found(column: str, values: list[str]) -> list[tuple[str, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_QUERIES[column]} ORDER BY 1, 2", [values])
        return cursor.fetchall()
