"""Artists, and their credits on works."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from audit.services import events
from catalog.models import Artist, Credit, Work
from catalog.models.credits import Role
from catalog.titles import artist_key
from kernel.errors import DomainError

if TYPE_CHECKING:
    from audit.actors import Actor


class BadCredit(DomainError):
    """A credit or artist that can't be kept as asked."""

    code = "bad_credit"
    status = 422


@dataclass(frozen=True, slots=True)
class NewCredit:
    """An artist's part in a work, by the artist's name."""

    work_id: UUID
    name: str
    role: str = Role.MAIN
    position: int = 0


def credit_many(*, credits: Sequence[NewCredit], at: datetime) -> list[Credit]:
    """Credit works to artists by name, made where they are new; the caller records the event.

    A name goes to the artist of that name without a distinction. A credit that is there already is
    left as it is. Raises BadCredit.
    """
    wrong = next((one.role for one in credits if one.role not in Role.values), None)
    if wrong is not None:
        raise BadCredit(f"{wrong!r} is no role. Roles are: {', '.join(Role)}.")
    artists = named(names=[one.name for one in credits], at=at)
    rows = []
    for one in credits:
        artist = artists[artist_key(one.name)]
        rows.append(
            Credit(
                work_id=one.work_id,
                artist=artist,
                role=one.role,
                position=one.position,
                artist_key=artist.name_key,
            )
        )
    return Credit.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


def named(*, names: Iterable[str], at: datetime) -> dict[str, Artist]:
    """Return the artists of these names by their key, made where they are new. Raises BadCredit."""
    by_key: dict[str, str] = {}
    for name in names:
        shown = " ".join(name.split())
        if not shown or len(shown) > 300:
            raise BadCredit("An artist needs a name of up to 300 characters.")
        by_key.setdefault(artist_key(shown), shown)
    there = _by_key(by_key)
    fresh = [
        Artist(name=name, name_key=key, created_at=at)
        for key, name in sorted(by_key.items())  # one order for all: nobody waits in a circle
        if key not in there
    ]
    if fresh:
        Artist.objects.bulk_create(fresh, batch_size=2000, ignore_conflicts=True)
        there = _by_key(by_key)
    return there


def _by_key(keys: Iterable[str]) -> dict[str, Artist]:
    rows = Artist.objects.filter(name_key__in=list(keys), distinction="")
    return {row.name_key: row for row in rows}


@transaction.atomic
def credit(*, work_id: UUID, name: str, role: str, actor: "Actor", at: datetime) -> Credit:
    """Credit a work to an artist, made where the name is new. Raises BadCredit."""
    work = Work.objects.select_for_update().filter(pk=work_id).first()
    if work is None:
        raise BadCredit(f"There is no work {work_id}. Look it up in the catalogue.")
    position = Credit.objects.filter(work=work).count()
    credit_many(credits=[NewCredit(work_id, name, role, position)], at=at)
    kept = Credit.objects.get(work=work, artist__name_key=artist_key(name), role=role)
    events.record(
        "catalog.work.credited",
        subject=work,
        actor=actor,
        at=at,
        after={"artist": kept.artist_id, "role": role},
    )
    return kept


@transaction.atomic
def belongs_to(*, artist_id: UUID, holder_id: UUID | None, actor: "Actor", at: datetime) -> Artist:
    """Say which holder an artist is (None: not known). Raises BadCredit."""
    artist = Artist.objects.select_for_update().filter(pk=artist_id).first()
    if artist is None:
        raise BadCredit(f"There is no artist {artist_id}.")
    before, artist.holder_id = artist.holder_id, holder_id
    artist.save(update_fields=["holder"])
    events.record(
        "catalog.artist.linked",
        subject=artist,
        actor=actor,
        at=at,
        before={"holder": before},
        after={"holder": holder_id},
    )
    return artist


@transaction.atomic
def rename(*, artist_id: UUID, name: str, actor: "Actor", at: datetime) -> Artist:
    """Give an artist another name; credits follow. Raises BadCredit where the name is taken."""
    artist = Artist.objects.select_for_update().filter(pk=artist_id).first()
    shown = " ".join(name.split())
    if artist is None or not shown:
        raise BadCredit(f"There is no artist {artist_id}, or no name was given.")
    key, before = artist_key(shown), artist.name
    same = Artist.objects.filter(name_key=key, distinction=artist.distinction)
    if same.exclude(pk=artist_id).exists():
        raise BadCredit(f"Another artist is called {shown}. Tell them apart by a distinction.")
    artist.name, artist.name_key = shown, key
    artist.save(update_fields=["name", "name_key"])
    Credit.objects.filter(artist=artist).update(artist_key=key)
    events.record(
        "catalog.artist.renamed",
        subject=artist,
        actor=actor,
        at=at,
        before={"name": before},
        after={"name": shown},
    )
    return artist


@transaction.atomic
def uncredit(*, credit_id: UUID, actor: "Actor", at: datetime, reason: str = "") -> None:
    """Take a credit off its work; the event keeps what it was. Raises BadCredit."""
    row = Credit.objects.select_for_update().filter(pk=credit_id).first()
    if row is None:
        raise BadCredit("This credit was taken off already. Load the page again.")
    events.record(
        "catalog.work.uncredited",
        subject=("catalog.work", row.work_id),
        actor=actor,
        at=at,
        reason=reason,
        before={"artist": row.artist_id, "role": row.role},
    )
    row.delete()
