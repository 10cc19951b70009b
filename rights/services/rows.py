"""Pieces of claims become rows: one statement for each table, however many they are.

Row-level security leaves no COPY, and making a row costs Django ten times what it costs PostgreSQL.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from kernel.ids import uuid7
from rights.engine.boxes import Window
from rights.engine.layers import Piece
from rights.models import Claim, Share
from rights.selectors import wording
from territories.geography.spans import SpanSet

CLAIM = {
    "id": "uuid",
    "origin": "uuid",
    "work_id": "uuid",
    "right_type_id": "text",
    "claimed_rights": "int8multirange",
    "claimed_span": "int8multirange",
    "claimed_window": "daterange",
    "rights": "int8multirange",
    "span": "int8multirange",
    "window": "daterange",
    "written": "text",
    "territory": "text",
    "date_rule": "text",
    "resolved_on": "date",
    "source": "text",
    "source_ref": "text",
    "override_reason": "text",
    "waiting": "bool",
    "parts_total": "int",
    "recorded_at": "timestamptz",
}
SHARE = {
    "id": "uuid",
    "claim_id": "uuid",
    "holder_id": "uuid",
    "parts": "int",
    "position": "int",
}


def write(
    fresh: Iterable[tuple[UUID, Piece]],
    *,
    at: datetime,
    words: Callable[[Piece], str] = wording.territory,
) -> int:
    """Add rows for pieces of works, with their shares; return how many claims that made."""
    claims: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    for work_id, piece in fresh:
        row_id = uuid7()
        claims.append(_claim(row_id, work_id, piece, words(piece), at))
        shares += [
            (uuid7(), row_id, holder_id, parts, position)
            for position, (holder_id, parts) in enumerate(piece.layer.shares.parts)
        ]
    insert(Claim, CLAIM, claims)
    insert(Share, SHARE, shares)
    return len(claims)


def _claim(
    row_id: UUID, work_id: UUID, piece: Piece, territory: str, at: datetime
) -> tuple[Any, ...]:
    """Return one row, its values in the order of ``CLAIM``."""
    layer, box = piece.layer, piece.box
    return (
        row_id,
        layer.origin,
        work_id,
        layer.right_type,
        set_text(layer.box.rights),
        set_text(layer.box.places),
        days_text(layer.box.window),
        set_text(box.rights),
        set_text(box.places),
        days_text(box.window),
        layer.written,
        territory,
        layer.date_rule,
        layer.resolved_on,
        layer.source,
        layer.source_ref,
        layer.override_reason,
        piece.waiting,
        layer.shares.total,
        at,
    )


def insert(
    model: type[models.Model], columns: dict[str, str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add rows of ``columns`` and their types to a table, in one statement."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT * FROM unnest({arrays})',
            [list(column) for column in zip(*rows, strict=True)],
        )


@lru_cache(maxsize=1024)
def set_text(spans: SpanSet) -> str:
    """Return a set as PostgreSQL writes it."""
    return "{" + ",".join(f"[{lower},{upper})" for lower, upper in spans.ranges) + "}"


def days_text(window: Window) -> str:
    """Return a window as PostgreSQL writes it."""
    return f"[{_day(window.start)},{_day(window.end)})"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
