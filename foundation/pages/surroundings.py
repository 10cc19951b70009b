"""Whom a page is shown to: name, organisation, permissions, locale, zone.

The accounts app answers (``settings.PAGE_SURROUNDINGS``); pages and filters ask here. The answer
is sought at most once a request, and only when a page needs it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every page knows; the default is a visitor who hasn't signed in.

    ``saved`` holds the person's saved views of lists, as ``foundation.pages.saved`` reads them.
    """

    person: str = ""
    organisation: str = ""
    codes: frozenset[str] = frozenset()
    locale: str = "en"
    zone: str = "UTC"
    saved: str = ""
    single_keys: bool = True


NOBODY = Surroundings()
_asked: ContextVar[Callable[[], Surroundings] | None] = ContextVar("surroundings", default=None)


def current() -> Surroundings:
    """Return whom the page that is being rendered is for."""
    ask = _asked.get()
    return ask() if ask else NOBODY


def of(request: HttpRequest) -> Surroundings:
    """Return whom this request is from; remembered on the request."""
    found: Surroundings | None = getattr(request, "surroundings", None)
    if found is None:
        found = import_string(settings.PAGE_SURROUNDINGS)(request)
        request.surroundings = found  # type: ignore[attr-defined]
    return found


@contextmanager
def asked_of(request: HttpRequest) -> Iterator[None]:
    """Let everything inside be rendered for whoever sent ``request``."""
    with _asking(lambda: of(request)):
        yield


@contextmanager
def shown_to(surroundings: Surroundings) -> Iterator[None]:
    """Let everything inside be rendered for given surroundings: a PDF, an e-mail, a test."""
    with _asking(lambda: surroundings):
        yield


@contextmanager
def _asking(ask: Callable[[], Surroundings]) -> Iterator[None]:
    token = _asked.set(ask)
    try:
        yield
    finally:
        _asked.reset(token)
