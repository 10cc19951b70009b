"""Tables of integrations."""

from integrations.models.imports import Import
from integrations.models.profiles import ImportProfile
from integrations.models.tables import TableImport
from integrations.models.uploads import Upload, UploadPiece

__all__ = ["Import", "ImportProfile", "TableImport", "Upload", "UploadPiece"]
