"""What the frame of every page needs; computed only where the frame asks."""

from contextlib import suppress
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from foundation.pages import navigation, surroundings


class Shell:
    """The frame around a page: person, organisation, menus, messages."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def person(self) -> str:
        """The name of who is signed in, or nothing."""
        return surroundings.of(self._request).person

    @cached_property
    def organisation(self) -> str:
        """The name of the organisation they work for, or nothing."""
        return surroundings.of(self._request).organisation

    @cached_property
    def menu(self) -> list[navigation.Link]:
        """The main menu, as far as this person's permissions open it."""
        return self._links("main")

    @cached_property
    def own(self) -> list[navigation.Link]:
        """The person's own menu: security, sign out."""
        return self._links("person")

    @cached_property
    def bell(self) -> navigation.Bell | None:
        """What the person was told and hasn't read; None for a visitor."""
        return navigation.bell(self._request) if self.organisation else None

    @cached_property
    def messages(self) -> list[Any]:
        """Messages of the deeds before this page; reading them takes them away."""
        return list(messages.get_messages(self._request))

    @property
    def request_id(self) -> str:
        """The name of this request, to quote when something goes wrong."""
        return str(getattr(self._request, "request_id", ""))

    @property
    def demo(self) -> bool:
        """Whether this is the demo."""
        return bool(settings.DEMO)

    @cached_property
    def search(self) -> str:
        """The address of the search over everything, for people in an organisation."""
        with suppress(NoReverseMatch):
            return reverse("search") if self.organisation else ""
        return ""

    @property
    def single_keys(self) -> bool:
        """Whether "/" alone opens the search for this person, and "?" the help."""
        return surroundings.of(self._request).single_keys

    def allows(self, code: str) -> bool:
        """Return whether the person holds a permission: to leave out what they can't do."""
        return code in surroundings.of(self._request).codes

    def csrf(self) -> SafeString:
        """Return the hidden input that every form posts."""
        token = get_token(self._request)
        return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)

    def _links(self, place: navigation.Place) -> list[navigation.Link]:
        if not self.person:
            return []
        codes = surroundings.of(self._request).codes
        return navigation.links(place, codes, self._request.path)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context that every page of the product has besides its own."""
    return {"shell": Shell(request)}
