"""People, organisations, roles and changes that wait for approval."""

from accounts.models.access import ApiClient, CustomRole, Membership, Team, TeamMember
from accounts.models.changes import Approval, ChangeRequest
from accounts.models.organisations import Organisation
from accounts.models.people import ServiceAccount, User
from accounts.models.rows import ChosenRow
from accounts.models.saved import SavedView, StartView

__all__ = [
    "ApiClient",
    "Approval",
    "ChangeRequest",
    "ChosenRow",
    "CustomRole",
    "Membership",
    "Organisation",
    "SavedView",
    "ServiceAccount",
    "StartView",
    "Team",
    "TeamMember",
    "User",
]
