"""Tables of the registry."""

from rights.models.blocks import Document, Restriction
from rights.models.claims import Claim, Share
from rights.models.conflicts import Adjudication, Conflict
from rights.models.grants import Grant, Hold, Holdback, LicenseOption, RunCap

__all__ = [
    "Adjudication",
    "Claim",
    "Conflict",
    "Document",
    "Grant",
    "Hold",
    "Holdback",
    "LicenseOption",
    "Restriction",
    "RunCap",
    "Share",
]
