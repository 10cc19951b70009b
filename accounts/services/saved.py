"""Deeds on saved views of lists."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify

from accounts import permissions
from accounts.models import SavedView, StartView, User
from accounts.policies import can
from accounts.selectors import access, saved
from audit.services import events
from kernel.errors import DomainError

AT_MOST = 30


class ViewRefused(DomainError):
    """A view that can't be saved as asked; says why."""

    code = "view_refused"
    status = 422


class ViewChanged(DomainError):
    """Somebody changed the view since it was shown."""

    code = "view_changed"
    status = 409


@dataclass(frozen=True, slots=True)
class Wish:
    """What its owner wants of a view: its label and who else sees it."""

    label: str
    shared: str = SavedView.Shared.PRIVATE
    team: UUID | None = None
    start: bool = False


@transaction.atomic
def keep(*, path: str, caption: str, query: str, wish: Wish, by: User, at: datetime) -> SavedView:
    """Keep what a list's address asks for under a name. Raises ViewRefused."""
    _check(wish, by)
    if len(query) > 2000:
        raise ViewRefused("These filters are too long to keep. Shorten the search.")
    if SavedView.objects.filter(owner=by, list=path).count() >= AT_MOST:
        raise ViewRefused(f"You have {AT_MOST} views of this list. Delete one first.")
    view = SavedView(
        list=path,
        caption=caption,
        query=query,
        name=_name(path, wish.label),
        label=wish.label,
        shared=wish.shared,
        team_id=wish.team,
        owner=by,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            view.save(force_insert=True)
    except IntegrityError:
        raise ViewRefused("Somebody saved a view of this name just now. Try again.") from None
    _start(view, wish.start, by)
    events.record("accounts.view.saved", subject=view, actor=by, at=at, after=_told(view, wish))
    return view


@transaction.atomic
def change(*, view: SavedView, version: int, wish: Wish, by: User, at: datetime) -> SavedView:
    """Give a view of one's own another label or other readers. Raises ViewRefused, ViewChanged."""
    _owned(view, by)
    _check(wish, by)
    before = _told(view, Wish(view.label, view.shared, view.team_id))
    mine = SavedView.objects.filter(pk=view.pk, version=version)
    if not mine.update(
        label=wish.label,
        shared=wish.shared,
        team_id=wish.team,
        version=F("version") + 1,
        changed_at=at,
    ):
        raise ViewChanged("This view was changed since you opened it. Nothing was saved yet.")
    view.refresh_from_db()
    if wish.shared == SavedView.Shared.PRIVATE:
        StartView.objects.filter(view=view).exclude(person=by).delete()
    _start(view, wish.start, by)
    after = _told(view, wish)
    events.record(
        "accounts.view.changed", subject=view, actor=by, at=at, before=before, after=after
    )
    access.forget()
    return view


@transaction.atomic
def delete(*, view: SavedView, by: User, at: datetime) -> None:
    """Take a view of one's own away, for everybody who sees it. Raises ViewRefused."""
    _owned(view, by)
    StartView.objects.filter(view=view).delete()
    told = _told(view, Wish(view.label, view.shared, view.team_id))
    events.record("accounts.view.deleted", subject=view, actor=by, at=at, before=told)
    SavedView.objects.filter(pk=view.pk).delete()
    access.forget()


@transaction.atomic
def start(*, view: SavedView, wanted: bool, by: User, at: datetime) -> None:
    """Let a list open with a view, for oneself alone; or no more."""
    _start(view, wanted, by)
    events.record(
        "accounts.view.started", subject=view, actor=by, at=at, after={"start": str(wanted)}
    )


def _start(view: SavedView, wanted: bool, by: User) -> None:
    mine = StartView.objects.filter(person=by, list=view.list)
    if wanted:
        mine.exclude(view=view).delete()
        StartView.objects.get_or_create(person=by, list=view.list, view=view)
    else:
        mine.filter(view=view).delete()
    access.forget()


def _check(wish: Wish, by: User) -> None:
    if not wish.label.strip():
        raise ViewRefused("Give the view a name.")
    if wish.shared == SavedView.Shared.PRIVATE:
        return
    if not can(by, permissions.VIEWS_SHARE):
        raise ViewRefused("Your roles don't include sharing views. Keep it for yourself.")
    if wish.shared == SavedView.Shared.TEAM and wish.team not in set(
        saved.teams_of(by).values_list("pk", flat=True)
    ):
        raise ViewRefused("Choose one of your teams.")


def _owned(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise ViewRefused(f"This view belongs to {view.owner}, who alone can change it.")


def _name(path: str, label: str) -> str:
    """Return a name for addresses that no other view of this list has."""
    wanted = slugify(label)[:50] or "view"
    taken = set(
        SavedView.objects.filter(list=path, name__startswith=wanted).values_list("name", flat=True)
    )
    numbers = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(n for n in numbers if n not in taken)


def _told(view: SavedView, wish: Wish) -> dict[str, str]:
    return {
        "list": view.list,
        "label": wish.label,
        "shared": wish.shared,
        "team": str(wish.team or ""),
        "query": view.query,
    }
