"""Work that takes time: ask for it here; a worker does it.

``enqueue`` a registered ``kind``; its function gets a ``JobContext``. The Job row is the truth: a
message to a worker may be lost or come twice.
"""

from foundation.jobs.context import Cancelled, JobContext, LeaseLost, TryLater
from foundation.jobs.registry import UnknownKind, kind
from foundation.jobs.services import AlreadyEnded, UnknownJob, cancel, enqueue, latest, sweep
from foundation.jobs.waiting import JobFailed, finish
from foundation.jobs.worker import work

__all__ = [
    "AlreadyEnded",
    "Cancelled",
    "JobContext",
    "JobFailed",
    "LeaseLost",
    "TryLater",
    "UnknownJob",
    "UnknownKind",
    "cancel",
    "enqueue",
    "finish",
    "kind",
    "latest",
    "sweep",
    "work",
]
