"""Files by content hash, sealed under a key of their own: ``put``, ``open``, ``destroy``."""

from foundation.storage.services import (
    FileDestroyed,
    destroy,
    destroy_expired,
    open_file,
    put,
)

open = open_file

__all__ = ["FileDestroyed", "destroy", "destroy_expired", "open", "open_file", "put"]
