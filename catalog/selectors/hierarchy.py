"""What stands above a work and below it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

DEEPEST = 32

_ABOVE = """
WITH RECURSIVE line (id, depth) AS (
    SELECT parent_id, 1 FROM catalog_work WHERE id = %s
    UNION ALL
    SELECT w.parent_id, line.depth + 1 FROM line JOIN catalog_work w ON w.id = line.id
    WHERE line.depth < %s
)
SELECT id FROM line WHERE id IS NOT NULL ORDER BY depth
"""
_BELOW = """
WITH RECURSIVE line (top, id, depth) AS (
    SELECT parent_id, id, 1 FROM catalog_work WHERE parent_id = ANY(%s)
    UNION ALL
    SELECT line.top, w.id, line.depth + 1 FROM line JOIN catalog_work w ON w.parent_id = line.id
    WHERE line.depth < %s
)
SELECT top, id FROM line ORDER BY top, depth, id
"""


def above(work_id: UUID) -> list[UUID]:
    """Return the works above one, nearest first: of an episode its season, then its series."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [work_id, DEEPEST])
        return [row[0] for row in cursor.fetchall()]


_PARENTS = """
WITH RECURSIVE line (id, parent_id, depth) AS (
    SELECT id, parent_id, 1 FROM catalog_work WHERE id = ANY(%s)
    UNION
    SELECT w.id, w.parent_id, line.depth + 1 FROM line JOIN catalog_work w ON w.id = line.parent_id
    WHERE line.depth < %s
)
SELECT DISTINCT id, parent_id FROM line WHERE parent_id IS NOT NULL
"""


def parents_of(work_ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Return the parent of each of some works and of every work above them; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PARENTS, [list(set(work_ids)), DEEPEST])
        return dict(cursor.fetchall())


def below(work_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Return all works below each of some, nearest first; those without any are left out."""
    found: dict[UUID, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [list(set(work_ids)), DEEPEST])
        for top, work_id in cursor.fetchall():
            found.setdefault(top, []).append(work_id)
    return found
