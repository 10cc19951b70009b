"""What tables may hold: each target has its columns, its checks, its deeds."""

from integrations.targets import claims, holders, rates, works
from integrations.targets.base import Field, Finding, Target

TARGETS = {
    target.name: target for target in (works.TARGET, holders.TARGET, claims.TARGET, rates.TARGET)
}

__all__ = ["TARGETS", "Field", "Finding", "Target"]
