"""When things happen in the demo."""

from datetime import datetime

from django.utils import timezone


def moment(at: datetime) -> datetime:
    """Return ``at``, or now where the machine's clock isn't there yet: work waits for its time."""
    return min(at, timezone.now())
