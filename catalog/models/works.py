"""Works in one hierarchy, their identifiers, links between them, and their files."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from foundation.models import TenantModel


class WorkKind(models.TextChoices):
    """What a work is."""

    SERIES = "series", "Series"
    SEASON = "season", "Season"
    EPISODE = "episode", "Episode"
    FILM = "film", "Film"
    RELEASE = "release", "Release"
    RECORDING = "recording", "Recording"
    COMPOSITION = "composition", "Composition"
    CLIP = "clip", "Clip"
    BOOK = "book", "Book"
    OTHER = "other", "Other"


class WorkStatus(models.TextChoices):
    """Whether a work is still dealt in."""

    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"


class WorkQuerySet(models.QuerySet["Work"]):
    """Filters on works."""

    def active(self) -> Self:
        """Those that are dealt in."""
        return self.filter(status=WorkStatus.ACTIVE)


class Work(TenantModel):
    """Anything with rights. ``title_key`` is the folded title, without bracketed versions.

    ``parent`` is the series of a season, the season of an episode, the release of a recording;
    a composition and its recordings are joined by ``WorkLink``. ``number`` is the place among the
    parent's children (episode 3), ``code`` the organisation's own code.
    """

    kind = models.CharField(max_length=12, choices=WorkKind.choices)
    title = models.CharField(max_length=500)
    subtitle = models.CharField(max_length=500, default="", blank=True)
    version = models.CharField(max_length=200, default="", blank=True)
    title_key = models.CharField(max_length=500, db_collation="C")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="children",
    )
    number = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=8, choices=WorkStatus.choices, default=WorkStatus.ACTIVE)
    duration_seconds = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar = WorkQuerySet.as_manager()

    class Meta:
        permissions = [("catalog.work.view", "See this work")]  # what can be granted on one row
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "code"], name="work_code", condition=~Q(code="")
            ),
            models.CheckConstraint(name="work_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="work_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("id"))
            ),
        ]
        indexes = [
            models.Index(fields=["org_id", "title_key", "id"], name="work_title"),
            GinIndex(
                fields=["org_id", "title_key"],
                name="work_title_trigrams",
                opclasses=["uuid_ops", "gin_trgm_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IdentifierKind(models.TextChoices):
    """The numbering schemes."""

    ISRC = "isrc", "ISRC"
    ISWC = "iswc", "ISWC"
    EIDR = "eidr", "EIDR"
    ISAN = "isan", "ISAN"
    UPC = "upc", "UPC/EAN"
    GRID = "grid", "GRid"
    ISBN = "isbn", "ISBN"
    OWN = "own", "Own number"


class WorkIdentifier(TenantModel):
    """A work's number in one scheme, in its plain form.

    ``confirmed`` is False for one that failed its check and was imported all the same. A removed
    one stays as a row; among those that stand, one number names one work.
    """

    work = models.ForeignKey(
        Work, models.PROTECT, db_constraint=False, db_index=False, related_name="identifiers"
    )
    kind = models.CharField(max_length=6, choices=IdentifierKind.choices)
    value = models.CharField(max_length=100, db_collation="C")
    confirmed = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "kind", "value"],
                name="one_work_per_identifier",
                condition=Q(removed_at=None),
            ),
            models.CheckConstraint(name="identifier_has_a_value", condition=~Q(value="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class WorkLink(TenantModel):
    """A relation across the hierarchy: this recording plays that composition, and the like."""

    class Relation(models.TextChoices):
        """How ``work`` stands to ``other``."""

        RECORDS = "records", "is a recording of"
        INCLUDES = "includes", "includes (a track on another release, music in a film)"
        DERIVES = "derives", "is derived from"

    work = models.ForeignKey(
        Work, models.PROTECT, db_constraint=False, db_index=False, related_name="links"
    )
    other = models.ForeignKey(
        Work, models.PROTECT, db_constraint=False, db_index=False, related_name="linked_from"
    )
    relation = models.CharField(max_length=10, choices=Relation.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "work", "relation", "other"], name="work_link_once"
            ),
            models.CheckConstraint(name="work_link_of_two", condition=~Q(work=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.relation} {self.other_id}"


class Asset(TenantModel):
    """A file of a work, kept by its content's hash."""

    class Kind(models.TextChoices):
        """What the file is for."""

        AUDIO = "audio", "Audio"
        VIDEO = "video", "Video"
        IMAGE = "image", "Image"
        TEXT = "text", "Text"
        SUBTITLE = "subtitle", "Subtitle"
        OTHER = "other", "Other"

    work = models.ForeignKey(
        Work, models.PROTECT, db_constraint=False, db_index=False, related_name="assets"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.ForeignKey(
        "foundation.StoredFile",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "work", "kind", "sha256"], name="asset_once")
        ]
        indexes = [models.Index(fields=["org_id", "sha256"], name="asset_content")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.work_id}"
