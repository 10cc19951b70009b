"""Files that come in pieces, until they are whole."""

from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel


class Upload(TenantModel):
    """One file on its way in: how much of it is here.

    ``head`` is the SHA-256 of its first piece, as browsers tell it; ``sha256`` that of the whole
    file, as programs do. One of the two is known from the start.

    A row lives until its file is whole and looked at, or until it is given up.
    """

    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    head = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    taken = models.BigIntegerField(default=0)
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("size")), name="upload_within_its_size"
            ),
            models.CheckConstraint(
                condition=Q(head__regex="^[0-9a-f]{64}$") | Q(sha256__regex="^[0-9a-f]{64}$"),
                name="upload_told_by_a_hash",
            ),
        ]
        indexes = [models.Index(fields=["org_id", "updated_at"], name="upload_oldest")]

    def __str__(self) -> str:
        return self.name

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.taken == self.size


class UploadPiece(TenantModel):
    """One piece of an upload, kept sealed; pieces follow each other by ``offset``."""

    upload = models.ForeignKey(
        Upload, models.CASCADE, db_constraint=False, db_index=False, related_name="pieces"
    )
    file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    offset = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "upload", "offset"], name="upload_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.offset}"
