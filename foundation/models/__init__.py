"""Models that every app builds on."""

from foundation.models.base import TenantModel

__all__ = ["TenantModel"]
