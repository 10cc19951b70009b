"""What somebody can begin at the home page: apps add it at start, each person sees their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Start:
    """A page that people with ``permission`` begin a task on, and what the task is in a sentence.

    ``name`` and ``query`` are its address; ``says(person, at)`` tells what stands there now, in
    ready lines.
    """

    label: str
    permission: str
    name: str
    about: str
    query: str = ""
    order: int = 50
    says: Callable[[User, datetime], Sequence[str]] | None = None


_starts: dict[str, Start] = {}


def add(start: Start) -> None:
    """Add a start, when the program starts; the same label again replaces it."""
    _starts[start.label] = start


def every() -> list[Start]:
    """Return all of them in order."""
    return sorted(_starts.values(), key=lambda start: (start.order, start.label))
