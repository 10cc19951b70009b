"""Tables of the registry."""

from rights.models.claims import Claim, Share

__all__ = ["Claim", "Share"]
