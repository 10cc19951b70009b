"""Works and what is known of them."""

from catalog.models.credits import Artist, Credit
from catalog.models.events import WorkEvent
from catalog.models.grants import WorkGrant
from catalog.models.works import Asset, Work, WorkIdentifier, WorkLink

__all__ = [
    "Artist",
    "Asset",
    "Credit",
    "Work",
    "WorkEvent",
    "WorkGrant",
    "WorkIdentifier",
    "WorkLink",
]
