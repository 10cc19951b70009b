"""Works as rows of a table: what imports compare with and exports write."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from catalog.models.works import WorkKind

NUMBERS = ("isrc", "iswc", "upc", "isbn", "eidr", "isan", "own")
COLUMNS = (
    "code", "kind", "title", "subtitle", "version_name", "parent", "number", "duration_seconds",
    "artists", *NUMBERS,
)  # fmt: skip
_ROWS = """
SELECT w.id, w.code, w.kind, w.title, w.subtitle, w.version, coalesce(p.code, ''),
    coalesce(w.number::text, ''), coalesce(w.duration_seconds::text, ''),
    coalesce((SELECT string_agg(a.name, '; ' ORDER BY c.position, a.name) FROM catalog_credit c
        JOIN catalog_artist a ON a.org_id = c.org_id AND a.id = c.artist_id
        WHERE c.org_id = w.org_id AND c.work_id = w.id AND c.role = 'main'), ''),
    (SELECT jsonb_object_agg(kind, listed) FROM (SELECT i.kind, string_agg(i.value, '; '
        ORDER BY i.value) AS listed FROM catalog_workidentifier i WHERE i.org_id = w.org_id
        AND i.work_id = w.id AND i.removed_at IS NULL GROUP BY i.kind) numbers)::text
FROM catalog_work w LEFT JOIN catalog_work p ON p.org_id = w.org_id AND p.id = w.parent_id
"""


def standing(ids: Iterable[UUID], codes: Iterable[str]) -> dict[UUID, dict[str, str]]:
    """Return the works with these ids or own codes; one query."""
    asked = [list(ids), [code for code in codes if code]]
    where = "WHERE w.id = ANY(%s::uuid[]) OR w.code = ANY(%s::text[]) AND w.code <> ''"
    return dict(_rows(where, asked))


def every() -> Iterator[tuple[UUID, dict[str, str]]]:
    """Yield all active works, by code and title."""
    yield from _rows("WHERE w.status = 'active' ORDER BY w.code, w.title_key, w.id", [])


def with_children(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the works that others stand below."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT parent_id FROM catalog_work WHERE parent_id = ANY(%s)", [list(ids)]
        )
        return {row[0] for row in cursor.fetchall()}


def _rows(where: str, values: list[Any]) -> Iterator[tuple[UUID, dict[str, str]]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS + where, values)
        for key, *texts, numbers in cursor.fetchall():
            row = dict(zip(COLUMNS, [*texts, *([""] * len(NUMBERS))], strict=True))
            known = json.loads(numbers) if numbers else {}
            yield key, row | {kind: known[kind] for kind in NUMBERS if kind in known}


def kinds() -> tuple[str, ...]:
    """Return what a work may be."""
    return tuple(WorkKind.values)
