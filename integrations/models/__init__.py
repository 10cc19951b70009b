"""Tables of integrations."""

from integrations.models.imports import Import
from integrations.models.profiles import ImportProfile

__all__ = ["Import", "ImportProfile"]
