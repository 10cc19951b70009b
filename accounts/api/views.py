"""Saved views of the pages' lists, asked for by name."""

from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.selectors import saved
from foundation.api.listing import Listing
from kernel.errors import DomainError


class NoView(DomainError):
    """The caller has no saved view of this name; ``extra["views"]`` names those there are."""

    code = "no_view"
    status = 404


class ViewNotTold(DomainError):
    """The view narrows its list by something that the API's list doesn't know."""

    code = "view_not_told"
    status = 422


def asked_by(listing: Listing, name: str, caller: User) -> dict[str, Any]:
    """Return what a saved view asks of a list.

    Raises NoView; and ViewNotTold rather than answer with more rows than the view shows.
    """
    views = saved.visible(caller).filter(list=reverse(listing.page))
    found = views.filter(name=name).first()
    if found is None:
        names = sorted(views.values_list("name", flat=True))
        said = f"There are: {', '.join(names)}." if names else "There is none that you may use."
        raise NoView(f"No saved view of this list is called {name[:60]!r}. {said}", views=names)
    asked, strange = listing.viewed(found.query)
    if strange:
        raise ViewNotTold(
            f"The view narrows its list by {', '.join(strange)}, which the API doesn't know. Ask "
            "with the API's own filters.",
            unknown=strange,
        )
    return asked
