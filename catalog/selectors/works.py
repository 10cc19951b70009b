"""Which work is it? Set-based questions for matching: by identifier, by title, by likeness."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection

from catalog import identifiers
from catalog.models import Work
from catalog.titles import artist_key, title_key, version_key

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Titled:
    """A work of a title, with the keys of the artists it is credited to.

    One title may be several versions (live, a remix): only the same ``version_key`` is certain.
    """

    work_id: UUID
    kind: str
    artist_keys: frozenset[str]
    title: str = ""
    version: str = ""

    @property
    def version_key(self) -> str:
        """What the title's key leaves out: to be compared with that of what was asked."""
        return version_key(self.title, self.version)


def by_identifiers(pairs: Iterable[Pair]) -> dict[Pair, list[UUID]]:
    """Return the works that stand under each ``(kind, value)``; pairs without one are left out.

    Values may be written in any way (dashes, prefixes, lost zeros); the answer has the pairs as
    they were given. One query per kind, for 100,000 pairs as for one.
    """
    asked: dict[str, dict[str, list[Pair]]] = {}
    for pair in set(pairs):
        kind, value = pair
        plain = identifiers.normalise(kind, value)
        if plain:
            asked.setdefault(kind, {}).setdefault(plain, []).append(pair)
    found: dict[Pair, list[UUID]] = {}
    for kind, given in asked.items():
        for value, work_id in _standing(kind, list(given)):
            for pair in given[value]:
                found.setdefault(pair, []).append(work_id)
    return found


def _standing(kind: str, values: list[str]) -> list[tuple[str, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value, work_id FROM unnest(%s::text[]) AS asked (plain) "
            "JOIN catalog_workidentifier ON value = plain "
            "WHERE kind = %s AND removed_at IS NULL ORDER BY value, work_id",
            [values, kind],
        )
        return cursor.fetchall()


def by_title(keys: Iterable[str]) -> dict[str, list[Titled]]:
    """Return the works of each title key (``catalog.titles.title_key``), for any number of keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.title_key, w.id, w.kind, w.title, w.version, "
            "array_remove(array_agg(c.artist_key), NULL) "
            "FROM unnest(%s::text[]) AS asked (key) JOIN catalog_work w ON w.title_key = key "
            "LEFT JOIN catalog_credit c ON c.work_id = w.id AND c.org_id = w.org_id "
            "GROUP BY w.title_key, w.id, w.kind, w.title, w.version ORDER BY w.title_key, w.id",
            [list(set(keys))],
        )
        found: dict[str, list[Titled]] = {}
        for key, work_id, kind, title, version, artists in cursor.fetchall():
            work = Titled(work_id, kind, frozenset(artists), title, version)
            found.setdefault(key, []).append(work)
    return found


def by_codes(codes: Iterable[str]) -> dict[str, UUID]:
    """Return the works that have these own codes, by the code as it was given."""
    asked = {code: code.strip().upper() for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, id FROM unnest(%s::text[]) AS asked (plain) "
            "JOIN catalog_work ON code = plain WHERE code <> ''",
            [list(set(asked.values()))],
        )
        known = dict(cursor.fetchall())
    return {code: known[plain] for code, plain in asked.items() if plain in known}


# The title weighs seven tenths where both sides name an artist.
_SIMILAR = """
SELECT w.n - 1, s.id, s.score
FROM unnest(%(titles)s::text[], %(artists)s::text[]) WITH ORDINALITY w(title, artist, n)
CROSS JOIN LATERAL (
    SELECT f.id, round(CASE WHEN w.artist = '' OR count(c.id) = 0 THEN f.score
        ELSE 0.7 * f.score + 0.3 * coalesce(max(similarity(c.artist_key, w.artist)), 0)::numeric
        END, 3) AS score
    FROM works_titled_like(w.title, '{}', %(most)s) f
    LEFT JOIN catalog_credit c ON c.work_id = f.id
    GROUP BY f.id, f.score ORDER BY 2 DESC, 1 LIMIT %(limit)s
) s
WHERE w.title <> ''
ORDER BY w.n, s.score DESC, s.id
"""


def similar(title: str, artist: str = "", *, limit: int = 10) -> list[tuple[UUID, Decimal]]:
    """Return the works most like a title (and artist), as ``(work, score)``, best first.

    The score runs from 0 to 1.000, which is the same title by the same artist. It is a suggestion
    for a person, never a match.
    """
    return similar_each([(title, artist)], limit=limit)[0]


def similar_each(
    named: Sequence[tuple[str, str]], *, limit: int = 10
) -> list[list[tuple[UUID, Decimal]]]:
    """Return what ``similar`` says of each title and artist, in their order, by one question."""
    found: list[list[tuple[UUID, Decimal]]] = [[] for _ in named]
    values: dict[str, list[str] | int] = {
        "titles": [title_key(title) for title, _ in named],
        "artists": [artist_key(artist) if artist.strip() else "" for _, artist in named],
        "most": max(50, limit),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SIMILAR, values)
        for at, work, score in cursor.fetchall():
            found[at].append((work, score))
    return found


def titles(work_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the titles of works by id, as people read them: title, and version in brackets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, CASE WHEN version = '' THEN title ELSE title || ' (' || version || ')' END "
            "FROM catalog_work WHERE id = ANY(%s)",
            [list(work_ids)],
        )
        return dict(cursor.fetchall())


def codes(work_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how sales lines and deals name each work: its own code, or its id without one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, coalesce(nullif(code, ''), id::text) FROM catalog_work WHERE id = ANY(%s)",
            [list(set(work_ids))],
        )
        return dict(cursor.fetchall())


def named(keys: Iterable[str]) -> dict[str, str]:
    """Return the titles of works by how sales lines name them (``codes``)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(nullif(code, ''), id::text), title FROM catalog_work "
            "WHERE code = ANY(%(keys)s) AND code <> '' OR id::text = ANY(%(keys)s)",
            {"keys": list(set(keys))},
        )
        return dict(cursor.fetchall())


def artists(work_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the main artists of works as one text each; works without any are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.work_id, string_agg(a.name, ', ' ORDER BY c.position, a.name) "
            "FROM catalog_credit c JOIN catalog_artist a ON a.org_id = c.org_id "
            "AND a.id = c.artist_id WHERE c.work_id = ANY(%s) AND c.role = 'main' "
            "GROUP BY c.work_id",
            [list(set(work_ids))],
        )
        return dict(cursor.fetchall())


def live_after(after: UUID | None, limit: int) -> list[UUID]:
    """Return the ids of the next works by id, retired ones left out; None begins."""
    rows = Work.objects.filter(pk__gt=after) if after else Work.objects.all()
    return list(rows.active().order_by("pk").values_list("pk", flat=True)[:limit])
