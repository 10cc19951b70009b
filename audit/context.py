"""What the request adds to every event: its id, how surely the person is known, from where."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


def _unknown() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of a deed; ``auth_level`` is asked when an event is written."""

    request_id: str = ""
    ip: str = ""
    auth_level: Callable[[], str] = _unknown


_current: ContextVar[Context | None] = ContextVar("audit_context", default=None)
NOWHERE = Context()


def current() -> Context:
    """Return the circumstances now; outside a request there are none."""
    return _current.get() or NOWHERE


@contextmanager
def under(context: Context) -> Iterator[None]:
    """Let everything inside happen under ``context``."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
