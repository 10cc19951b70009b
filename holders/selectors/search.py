"""Search and autocomplete over holders: exact numbers, names that begin so, names alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from foundation.folding import fold
from holders.identifiers import check_ipi, check_isni
from holders.models import Holder

_LINE = ("pk", "name", "kind", "code", "ipi", "country", "active")
Line = tuple[UUID, str, str, str, str, str, bool]
LAST = "\U0010ffff"
_NEEDS = 2  # signs: what is shorter is looked for at the beginning alone
_BY_WORD = "SELECT id FROM holders_by_word(%s, %s, %s, %s)"
_ALIKE = "SELECT id FROM holders_like(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class HolderFound:
    """One line of an autocomplete list. ``by`` says what was found: number, name or likeness."""

    id: UUID
    name: str
    kind: str
    code: str
    ipi: str
    country: str
    active: bool
    by: str


def find(
    text: str, *, kinds: Sequence[str] = (), limit: int = 20, only_active: bool = True
) -> list[HolderFound]:
    """Return holders for what somebody typed: a code, an IPI, an ISNI, or (part of) a name.

    ``kinds`` keeps to holders of these kinds; inactive ones are found where ``only_active`` is
    False. Best first, at most ``limit``.
    """
    key = fold(text)
    if not key:
        return []
    holders = Holder.objects.active() if only_active else Holder.objects.all()
    holders = holders.filter(kind__in=kinds) if kinds else holders
    found: dict[UUID, HolderFound] = {}
    _take(found, holders.filter(_numbered(text)), "number", limit)
    beginning = holders.filter(name_key__gte=key, name_key__lt=key + LAST)
    _take(found, beginning.order_by("name_key", "id"), "name", limit)
    for query, by in (_BY_WORD, "name"), (_ALIKE, "likeness"):
        if len(found) < limit and len(key) >= _NEEDS:
            ids = _searched(query, [key, list(kinds), only_active, limit])
            rows = {row[0]: row for row in holders.filter(pk__in=ids).values_list(*_LINE)}
            _add(found, (rows[one] for one in ids if one in rows), by, limit)
    return list(found.values())


def _numbered(text: str) -> Q:
    """Return the filter for those whose code, IPI or ISNI is ``text``."""
    wanted = Q(code=text.strip().upper()) & ~Q(code="")
    if not any(letter.isdigit() for letter in text):
        return wanted
    return (
        wanted
        | Q(ipi=check_ipi(text).value) & ~Q(ipi="")
        | Q(isni=check_isni(text).value) & ~Q(isni="")
    )


def _searched(query: str, values: list[str | list[str] | bool | int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def _take(found: dict[UUID, HolderFound], holders: "QuerySet[Holder]", by: str, limit: int) -> None:
    if len(found) < limit:
        _add(found, holders.values_list(*_LINE)[:limit], by, limit)


def _add(found: dict[UUID, HolderFound], lines: Iterable[Line], by: str, limit: int) -> None:
    for line in lines:
        if len(found) < limit:
            found.setdefault(line[0], HolderFound(*line, by))
