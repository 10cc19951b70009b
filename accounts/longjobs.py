"""How each kind of long job looks to people: apps say it at start, the jobs' pages show it.

longjobs.add(longjobs.Look("royalties.run", "Royalty run", permission=RUN_SEE, link=run_page))
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from foundation.models import Job


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file that a job made: its key in the store, and what people call it."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """One kind: its label; who besides its owner sees it; where its result stands.

    ``link`` returns the address of what the job is about, or nothing. ``files`` returns what it
    made; ``opens`` says, when a file is asked for, whether the person may still have it.
    """

    kind: str
    label: str
    permission: str = ""
    link: Callable[[Job], str] = lambda job: ""
    files: Callable[[Job], list[ResultFile]] = lambda job: []
    opens: Callable[[HttpRequest, Job], bool] = lambda request, job: True


_looks: dict[str, Look] = {}


def add(look: Look) -> None:
    """Say how a kind looks, at start; the same kind again replaces it."""
    _looks[look.kind] = look


def of(kind: str) -> Look:
    """Return how a kind looks; one that nobody told of goes by its own name."""
    return _looks.get(kind) or Look(kind, kind.replace(".", " ").replace("_", " ").capitalize())


def every() -> list[Look]:
    """Return all kinds by label."""
    return sorted(_looks.values(), key=lambda look: look.label)
