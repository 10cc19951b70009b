"""Search and autocomplete over works: exact numbers, titles that begin so, titles alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from catalog import identifiers
from catalog.models import Work, WorkIdentifier
from catalog.titles import title_key
from foundation.folding import fold

LAST = "\U0010ffff"
_NEEDS = 2  # signs: what is shorter is looked for at the beginning alone
_BY_WORD = "SELECT id FROM works_by_word(%s, %s, %s)"
_ALIKE = "SELECT id FROM works_titled_like(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class WorkFound:
    """One line of an autocomplete list. ``by`` says what was found: number, title or likeness."""

    id: UUID
    title: str
    version: str
    kind: str
    code: str
    status: str
    by: str


def find(text: str, *, kinds: Sequence[str] = (), limit: int = 20) -> list[WorkFound]:
    """Return works for what somebody typed: a code, an identifier, or (part of) a title.

    ``kinds`` keeps to works of these kinds. Best first, at most ``limit``.
    """
    key = title_key(text) or fold(text)
    if not key:
        return []
    works = Work.objects.filter(kind__in=kinds) if kinds else Work.objects.all()
    found: dict[UUID, WorkFound] = {}
    _take(found, works.filter(id__in=_numbered(text)), "number", limit)
    _take(found, _beginning(works, key), "title", limit)
    for query, by in (_BY_WORD, "title"), (_ALIKE, "likeness"):
        if len(found) < limit and len(key) >= _NEEDS:
            ids = _searched(query, [key, list(kinds), limit])
            rows = works.in_bulk(ids)
            _add(found, (rows[one] for one in ids if one in rows), by, limit)
    return list(found.values())


def _numbered(text: str) -> list[UUID]:
    """Return the works whose code or identifier of any kind is ``text``."""
    coded = Work.objects.filter(code=text.strip().upper()).exclude(code="")
    named = Q()
    for kind in identifiers.KINDS:
        plain = identifiers.normalise(kind, text)
        if plain and any(letter.isdigit() for letter in plain):
            named |= Q(kind=kind, value=plain)
    if not named:
        return list(coded.values_list("id", flat=True))
    standing = WorkIdentifier.objects.filter(named, removed_at=None)
    return [*coded.values_list("id", flat=True), *standing.values_list("work_id", flat=True)]


def _beginning(works: "QuerySet[Work]", key: str) -> "QuerySet[Work]":
    between = works.filter(title_key__gte=key, title_key__lt=key + LAST)
    return between.order_by("title_key", "id")


def _searched(query: str, values: list[str | list[str] | int]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def _take(found: dict[UUID, WorkFound], works: "QuerySet[Work]", by: str, limit: int) -> None:
    if len(found) < limit:
        _add(found, works[:limit], by, limit)


def _add(found: dict[UUID, WorkFound], works: Iterable[Work], by: str, limit: int) -> None:
    for work in works:
        if len(found) < limit:
            line = WorkFound(
                work.pk, work.title, work.version, work.kind, work.code, work.status, by
            )
            found.setdefault(work.pk, line)
