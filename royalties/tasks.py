"""What workers do for royalties."""

from typing import Any

from foundation.jobs import JobContext, kind
from royalties.services import runs


@kind(runs.KIND, lease_seconds=300)
def calculate_run(context: JobContext) -> dict[str, Any]:
    """Calculate a run, deal by deal."""
    return runs.calculate(context)
