"""Restrict what a claim allows; keep the documents that claims rest on."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.db import models, transaction

from audit.services import events
from catalog.services import works
from foundation.storage import services as storage
from kernel.errors import DomainError
from kernel.ids import uuid7
from rights.engine.boxes import ALWAYS, Window
from rights.models import Claim, Document, Restriction
from rights.models.claims import DateRule
from rights.selectors import clauses
from rights.services import rows

if TYPE_CHECKING:
    from audit.actors import Actor


class UnknownLimit(DomainError):
    """No such restriction or document, or it is over."""

    code = "unknown_limit"
    status = 404


class BadLimit(DomainError):
    """A restriction or document that can't be kept as told."""

    code = "bad_limit"
    status = 422


DETAIL, CLAUSE, LABEL, PARTIES, MEDIA_TYPE = 500, 100, 200, 500, 100
TICK = timedelta(microseconds=1)


@transaction.atomic
def restrict(
    *,
    work_id: UUID,
    kind: str,
    actor: "Actor",
    at: datetime,
    claim_id: UUID | None = None,
    right_type: str = "any",
    territory: str = "WORLD",
    window: Window = ALWAYS,
    detail: str = "",
    clause: str = "",
    replaces: UUID | None = None,
    reason: str = "",
) -> UUID:
    """Restrict a work, or what one claim to it holds (``claim_id``); return the restriction.

    ``replaces`` is the restriction that is told anew: it keeps its identity, for ``reason``. Groups
    of countries have their members of the day. Raises BadLimit, UnknownLimit, UnknownWork, and what
    right types and territory expressions raise.
    """
    works.locked(work_id)
    if kind not in Restriction.Kind.values:
        raise BadLimit(f"{kind!r} is no restriction: {', '.join(Restriction.Kind.values)}.")
    _check_length("What it says", detail, DETAIL)
    _check_length("The name of a clause", clause, CLAUSE)
    _check_claim(claim_id, work_id)
    origin = replaces or uuid7()
    if replaces:
        at = _superseded(work_id, replaces, at)
    told = _boxes(right_type, territory, window, at)
    common = {"origin": origin, "work_id": work_id, "claim": claim_id, "kind": kind}
    said = {"right_words": right_type, "detail": detail, "clause": clause, "recorded_at": at}
    Restriction.objects.bulk_create(
        Restriction(
            **common,
            **said,
            rights=one.box.rights,
            span=one.box.places,
            territory=one.text,
            window=rows.days_text(one.box.window),
        )
        for one in told
    )
    after = {"restriction": origin, "kind": kind, "territory": told[0].text, "right": right_type}
    code = "rights.restriction.changed" if replaces else "rights.restriction.made"
    _record(code, work_id, actor, at, after=after, reason=reason or detail)
    return origin


def _boxes(right_type: str, territory: str, window: Window, at: datetime) -> list[clauses.Clause]:
    """Return what the words cover, groups of countries as they are on the day."""
    rule, day = DateRule.SIGNATURE, at.date()
    return clauses.boxes(
        right_type=right_type, territory=territory, window=window, rule=rule, signed_on=day
    )


def _superseded(work_id: UUID, restriction_id: UUID, at: datetime) -> datetime:
    """Supersede a restriction that is told anew; return when: always after it was recorded."""
    live = Restriction.objects.known_at().filter(work_id=work_id, origin=restriction_id)
    recorded = list(live.values_list("recorded_at", flat=True))
    if not recorded:
        raise UnknownLimit("There is no such restriction, or it is over. Load the page again.")
    moment = max(at, max(recorded) + TICK)
    live.supersede(moment)
    return moment


@transaction.atomic
def unrestrict(*, restriction_id: UUID, reason: str, actor: "Actor", at: datetime) -> None:
    """Take a restriction away. Raises UnknownLimit."""
    live = Restriction.objects.known_at().filter(origin=restriction_id)
    _over(live, "rights.restriction.ended", "restriction", reason, actor, at)


@transaction.atomic
def file(
    *,
    work_id: UUID,
    label: str,
    content: bytes | BinaryIO,
    name: str,
    media_type: str,
    actor: "Actor",
    at: datetime,
    claim_id: UUID | None = None,
    dated: date | None = None,
    parties: str = "",
    replaces: UUID | None = None,
    reason: str = "",
) -> Document:
    """Keep a document of a work's chain of title, its content once.

    ``replaces`` is the one that it takes the place of, for ``reason``: that one stays on record.
    Raises BadLimit, UnknownLimit.
    """
    if replaces:
        known = Document.objects.known_at().filter(pk=replaces, work_id=work_id)
        _over(known, "rights.document.taken_out", "document", reason, actor, at)
    document = kept(
        work_id=work_id,
        label=label,
        content=content,
        name=name,
        media_type=media_type,
        at=at,
        claim_id=claim_id,
        dated=dated,
        parties=parties,
    )
    after = {"document": document.pk, "sha256": document.sha256}
    _record("rights.document.filed", work_id, actor, at, after=after, reason=reason)
    return document


def kept(
    *,
    work_id: UUID,
    label: str,
    content: bytes | BinaryIO,
    name: str,
    media_type: str,
    at: datetime,
    claim_id: UUID | None = None,
    dated: date | None = None,
    parties: str = "",
) -> Document:
    """Keep a document as part of another deed, which records it. Raises BadLimit."""
    works.locked(work_id)
    if not label.strip():
        raise BadLimit("Say what the document is: a contract, an assignment, a judgment.")
    _check_length("What a document is called", label, LABEL)
    _check_length("The parties", parties, PARTIES)
    _check_claim(claim_id, work_id)
    stored = storage.put(content, name=name, media_type=media_type[:MEDIA_TYPE], at=at)
    document = Document(
        work_id=work_id,
        claim=claim_id,
        label=label.strip(),
        dated=dated,
        parties=parties,
        file_id=stored.pk,
        sha256=stored.sha256,
        recorded_at=at,
    )
    document.save(force_insert=True)
    return document


@transaction.atomic
def unfile(*, document_id: UUID, reason: str, actor: "Actor", at: datetime) -> None:
    """Take a document out of the chain of title; it stays on record. Raises UnknownLimit."""
    live = Document.objects.known_at().filter(pk=document_id)
    _over(live, "rights.document.taken_out", "document", reason, actor, at)


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadLimit(f"{what} has at most {most} characters; this has {len(text)}. Shorten it.")


def _check_claim(claim_id: UUID | None, work_id: UUID) -> None:
    if claim_id and not Claim.every.filter(origin=claim_id, work_id=work_id).exists():
        raise BadLimit("That claim isn't one to this work.", claim=str(claim_id))


def _over(
    live: "models.QuerySet[models.Model]",
    code: str,
    noun: str,
    reason: str,
    actor: "Actor",
    at: datetime,
) -> None:
    found = list(live.values_list("pk", "work_id", "recorded_at"))
    if not found:
        raise UnknownLimit(f"There is no such {noun}, or it is over. Load the page again.")
    live.update(superseded_at=max(at, *(recorded for _, _, recorded in found)))
    _record(code, found[0][1], actor, at, before={noun: found[0][0]}, reason=reason)


def _record(
    code: str,
    work_id: UUID,
    actor: "Actor",
    at: datetime,
    *,
    before: "dict[str, object] | None" = None,
    after: "dict[str, object] | None" = None,
    reason: str = "",
) -> None:
    events.record(
        code,
        subject=("catalog.work", work_id),
        actor=actor,
        at=at,
        before=before,
        after=after,
        reason=reason,
        facts=[("rights.claims.changed", {"work": work_id})],
    )
