"""People and organisations."""

from accounts.models.organisations import Organisation
from accounts.models.people import User

__all__ = ["Organisation", "User"]
