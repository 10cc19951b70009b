"""Import profiles: how the columns of one kind of sales file become sales lines."""

from integrations.profiles.loading import load_profile, problems, shipped
from integrations.profiles.profile import Column, Profile, Skip

__all__ = ["Column", "Profile", "Skip", "load_profile", "problems", "shipped"]
