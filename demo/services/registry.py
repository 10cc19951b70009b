"""Holders, works and claims of the demo, by the services that everyone uses."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from audit.actors import Actor
from catalog.services import assets, hierarchy
from catalog.services.works import NewWork
from demo.content import media
from demo.content.dice import key
from demo.content.plan import Plan, Stake
from holders.services import holders
from holders.services.holders import NewHolder
from rights.engine.boxes import Window
from rights.services import claims, registration
from rights.services.registration import Registration
from rights.services.terms import NewClaim

TONES = 6  # recordings with a sound to listen to, besides all clips
A_DAY = timedelta(days=1)


def register_holders(*, plan: Plan, by: Actor, at: datetime) -> dict[str, UUID]:
    """Register the plan's holders; return their ids by code."""
    holders.ensure_reserved(at=at, actor=by)
    rows = [
        NewHolder(
            kind=party.kind,
            name=party.name,
            code=party.code,
            country=party.country,
            ipi=party.ipi,
            isni=party.isni,
            id=key(at, plan.slug, "holder", party.code),
        )
        for party in plan.parties
    ]
    made = holders.register_many(holders=rows, actor=by, at=at, source="Demo")
    return {row.code: row.pk for row in made}


def register_works(
    *, plan: Plan, parties: Mapping[str, UUID], by: Actor, at: datetime
) -> dict[str, UUID]:
    """Register the plan's works with their owners, parents and links; return ids by code."""
    ids = {piece.code: key(at, plan.slug, "work", piece.code) for piece in plan.pieces}
    rows = [
        Registration(
            NewWork(
                kind=piece.kind,
                title=piece.title,
                parent_id=ids[piece.parent] if piece.parent else None,
                number=piece.number,
                duration_seconds=piece.seconds,
                code=piece.code,
                identifiers=piece.identifiers,
                credits=piece.credits,
                id=ids[piece.code],
            ),
            [(parties[code], parts) for code, parts in piece.owners] or None,
            piece.total,
        )
        for piece in plan.pieces
    ]
    registration.register_works(rows=rows, actor=by, at=at)
    for recording, composition in plan.records:
        hierarchy.join(
            work_id=ids[recording],
            other_id=ids[composition],
            relation="records",
            actor=by,
            at=at,
        )
    return ids


def keep_files(*, plan: Plan, works: Mapping[str, UUID], by: Actor, at: datetime) -> None:
    """Keep a sound for every clip and a few recordings."""
    clips = [piece.code for piece in plan.pieces if piece.kind == "clip"]
    sounds = [piece.code for piece in plan.pieces if piece.kind == "recording"][:TONES]
    for number, code in enumerate([*clips, *sounds]):
        assets.attach(
            work_id=works[code],
            kind="audio",
            content=media.tone(number),
            name=f"{code.lower()}.wav",
            media_type="audio/wav",
            actor=by,
            at=at,
        )


def claim(
    *,
    plan: Plan,
    works: Mapping[str, UUID],
    parties: Mapping[str, UUID],
    by: Actor,
    at: datetime,
) -> None:
    """Make the claims beyond the default ones."""
    for stake in plan.stakes:
        claims.claim(work_id=works[stake.work], terms=terms(stake, parties), actor=by, at=at)


def terms(stake: Stake, parties: Mapping[str, UUID]) -> NewClaim:
    """Return a stake as the terms of a claim."""
    return NewClaim(
        right_type=stake.right_type,
        shares=[(parties[code], parts) for code, parts in stake.shares],
        parts_total=stake.total,
        territory=stake.territory,
        window=_window(stake),
        source=stake.source,
        source_ref=stake.ref,
        override_reason=stake.why,
    )


def _window(stake: Stake) -> Window:
    since = date.fromisoformat(stake.since) if stake.since else None
    until = date.fromisoformat(stake.until) + A_DAY if stake.until else None
    return Window(since, until)
