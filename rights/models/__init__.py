"""Tables of the registry."""

from rights.models.claims import Claim, Share
from rights.models.grants import Grant, Hold, Holdback, LicenseOption, RunCap

__all__ = ["Claim", "Grant", "Hold", "Holdback", "LicenseOption", "RunCap", "Share"]
