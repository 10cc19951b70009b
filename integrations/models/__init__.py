"""Tables of integrations."""

from integrations.models.imports import Import
from integrations.models.profiles import ImportProfile
from integrations.models.tables import TableImport
from integrations.models.uploads import Upload, UploadPiece
from integrations.models.webhooks import Attempt, WebhookEndpoint

__all__ = [
    "Attempt",
    "Import",
    "ImportProfile",
    "TableImport",
    "Upload",
    "UploadPiece",
    "WebhookEndpoint",
]
