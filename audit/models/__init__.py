"""Tables of the audit trail."""

from audit.models.checkpoints import Checkpoint
from audit.models.deliveries import Delivery
from audit.models.events import Event, Fact

__all__ = ["Checkpoint", "Delivery", "Event", "Fact"]
