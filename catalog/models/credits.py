"""Artists, and who did what on a work."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class Artist(TenantModel):
    """A name that works are credited to; ``holder`` says who that is, where it is known.

    ``distinction`` keeps two artists of one name apart ("the Leeds band"); usually it is empty.
    """

    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300, db_collation="C")
    distinction = models.CharField(max_length=100, default="", blank=True)
    holder = models.ForeignKey(
        "holders.Holder",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    isni = models.CharField(max_length=16, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "name_key", "distinction"], name="artist_once"
            ),
            models.CheckConstraint(name="artist_has_a_name", condition=~Q(name="")),
        ]
        indexes = [
            GinIndex(
                fields=["org_id", "name_key"],
                name="artist_name_trigrams",
                opclasses=["uuid_ops", "gin_trgm_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What somebody did."""

    MAIN = "main", "Main artist"
    FEATURED = "featured", "Featured artist"
    REMIXER = "remixer", "Remixer"
    PRODUCER = "producer", "Producer"
    COMPOSER = "composer", "Composer"
    LYRICIST = "lyricist", "Lyricist"
    ARRANGER = "arranger", "Arranger"
    DIRECTOR = "director", "Director"
    WRITER = "writer", "Writer"
    ACTOR = "actor", "Actor"
    AUTHOR = "author", "Author"
    OTHER = "other", "Other"


class Credit(TenantModel):
    """An artist's part in a work. ``artist_key`` is a copy of the artist's key, for matching."""

    work = models.ForeignKey(
        "catalog.Work",
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="credits",
    )
    artist = models.ForeignKey(
        Artist, models.PROTECT, db_constraint=False, db_index=False, related_name="credits"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MAIN)
    position = models.PositiveSmallIntegerField(default=0)
    artist_key = models.CharField(max_length=300, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "work", "artist", "role"], name="credit_once")
        ]
        indexes = [models.Index(fields=["org_id", "artist_key"], name="credit_artist_key")]

    def __str__(self) -> str:
        return f"{self.artist_id} {self.role}"
