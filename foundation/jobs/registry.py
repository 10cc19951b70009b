"""The kinds of jobs. An app registers its own in ``tasks.py``, which every worker imports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

from foundation.jobs.context import JobContext
from kernel.errors import DomainError

Work = Callable[[JobContext], dict[str, Any]]
LEASE_SECONDS = 60
ATTEMPTS = 5


class UnknownKind(DomainError):
    """A job of a kind that no app has registered."""

    code = "unknown_job_kind"
    status = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of job is done."""

    name: str
    work: Work
    lease_seconds: int
    attempts: int


_kinds: dict[str, Kind] = {}


def kind(
    name: str, *, lease_seconds: int = LEASE_SECONDS, attempts: int = ATTEMPTS
) -> Callable[[Work], Work]:
    """Register a function as the work of kind ``name``.

    ``lease_seconds`` is the longest it may be silent between two checkpoints; ``attempts`` is how
    often a worker may die over it before the job fails for good. The function must be idempotent
    from its cursor on and returns a JSON-ready result.
    """

    def register(work: Work) -> Work:
        known = _kinds.get(name)
        if known is not None and known.work is not work:
            raise UnknownKind(f"The job kind {name!r} is registered twice. Choose another name.")
        _kinds[name] = Kind(name, work, lease_seconds, attempts)
        return work

    return register


def find(name: str) -> Kind:
    """Return the kind ``name``. Raises UnknownKind.

    A worker has imported every app's ``tasks``; a command or a test does so when it first needs to.
    """
    if name not in _kinds:
        autodiscover_modules("tasks")
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"No app has registered the job kind {name!r}.") from None


def attempts_of(name: str) -> int:
    """Return how many attempts a job of this kind has, also when the kind isn't known here."""
    return _kinds[name].attempts if name in _kinds else ATTEMPTS
