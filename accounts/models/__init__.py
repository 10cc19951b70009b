"""People, organisations, roles and changes that wait for approval."""

from accounts.models.access import CustomRole, Membership, Team, TeamMember
from accounts.models.changes import Approval, ChangeRequest
from accounts.models.organisations import Organisation
from accounts.models.people import User

__all__ = [
    "Approval",
    "ChangeRequest",
    "CustomRole",
    "Membership",
    "Organisation",
    "Team",
    "TeamMember",
    "User",
]
