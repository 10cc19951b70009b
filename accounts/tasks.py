"""What workers do for accounts."""

from typing import Any

from accounts.services import exports
from accounts.views import lists
from foundation.jobs import JobContext, kind


@kind(exports.KIND, lease_seconds=120)
def export_list(context: JobContext) -> dict[str, Any]:
    """Write a list as a file."""
    return lists.make_file(context)
