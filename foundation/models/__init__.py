"""Models that every app builds on."""

from foundation.models.base import TenantModel
from foundation.models.files import StoredFile
from foundation.models.idempotency import IdempotencyKey
from foundation.models.jobs import Job
from foundation.models.keys import SubjectKey
from foundation.models.mail import KeptMail

__all__ = ["IdempotencyKey", "Job", "KeptMail", "StoredFile", "SubjectKey", "TenantModel"]
