"""What workers do for royalties."""

from typing import Any

from django.utils import timezone

from foundation.jobs import JobContext, kind
from royalties.services import documents, rematching, runs, whatif


@kind(runs.KIND, lease_seconds=300)
def calculate_run(context: JobContext) -> dict[str, Any]:
    """Calculate a run, deal by deal."""
    return runs.calculate(context)


@kind(documents.KIND, lease_seconds=300, attempts=3)
def make_document(context: JobContext) -> dict[str, Any]:
    """Write a statement's file."""
    return documents.make(context, at=timezone.now())


@kind(rematching.KIND, lease_seconds=300)
def match_again(context: JobContext) -> dict[str, Any]:
    """Look once more for the works of everything that waits."""
    return rematching.do(context, at=timezone.now())


@kind(whatif.KIND, lease_seconds=600, attempts=2)
def what_if(context: JobContext) -> dict[str, Any]:
    """Hold a deal's draft against the version in force, on the last period's sales."""
    return whatif.work(context, at=timezone.now())
