"""What somebody, or a team, may do with one row: the base of the tables that keep it.

Each app that has such a table registers it at start.
"""

from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from accounts.models import TeamMember
from foundation.models import TenantModel
from foundation.models.spans import TimeSpan

ROW: str = "content_object"  # guardian's name for the key to the row


class GrantQuerySet(models.QuerySet["ObjectGrant"]):
    """Grants by time, person and permission."""

    def in_force(self) -> "GrantQuerySet":
        """Those that hold now, by the database's clock."""
        later = models.Q(ends=None) | models.Q(ends__gt=Now())
        return self.filter(later, starts__lte=Now())

    def of(self, person: UUID, code: str) -> "GrantQuerySet":
        """Those that give ``code`` to a person now, or to a team of theirs."""
        teams = TeamMember.objects.filter(user_id=person).values("team")
        theirs = models.Q(user_id=person) | models.Q(team__in=teams)
        return self.in_force().filter(theirs, permission__codename=code)

    def on(self, row: object) -> "GrantQuerySet":
        """Those on one row (or, in a subquery, on each)."""
        return self.filter(**{ROW: row})


def _once(whose: str, name: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("org_id", RangeOperators.EQUAL),
            (whose, RangeOperators.EQUAL),
            ("content_object", RangeOperators.EQUAL),
            ("permission", RangeOperators.EQUAL),
            (TimeSpan("starts", "ends"), RangeOperators.OVERLAPS),
        ],
    )


class ObjectGrant(UserObjectPermissionBase, TenantModel):
    """One permission on one row, of one person or of all in a team, from a moment to another, with
    who gave it and why.

    A subclass stands beside its model and adds ``content_object``, a foreign key to it; the model
    lists the codes that can be granted in ``Meta.permissions``; ``accounts.grants.protect`` makes
    ``can`` and ``scope`` ask it. Its migration says ``Tenant("…")``.
    """

    user = models.ForeignKey(  # type: ignore[assignment]  # guardian knows people alone
        "accounts.User", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    permission = models.ForeignKey(
        "auth.Permission", models.PROTECT, db_index=False, related_name="+"
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500)
    granted_by = models.UUIDField()

    objects = GrantQuerySet.as_manager()  # type: ignore[misc,assignment]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gt=models.F("starts")),
                name="%(class)s_ends_later",
            ),
            models.CheckConstraint(
                condition=models.Q(user=None, team__isnull=False)
                | models.Q(user__isnull=False, team=None),
                name="%(class)s_person_or_team",
            ),
            _once("user", "%(class)s_once_at_a_time"),
            _once("team", "%(class)s_team_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.permission_id} on {self.pk}"

    @classmethod
    def of_person(cls, person: UUID) -> "models.QuerySet[ObjectGrant]":
        """Return what a person has or had, with the rows and permissions it is about."""
        return cls.objects.filter(user_id=person).select_related("permission", ROW)


_grants: dict[type[models.Model], type[ObjectGrant]] = {}


def protect(grant: type[ObjectGrant]) -> None:
    """Let the rows of ``grant.content_object``'s model be granted one by one."""
    protected = grant._meta.get_field(ROW).related_model
    assert isinstance(protected, type)  # a model, once all apps are loaded
    _grants[protected] = grant


def of_model(model: type[models.Model]) -> type[ObjectGrant] | None:
    """Return the table of grants on a model's rows, or None where they come by role alone."""
    return _grants.get(model._meta.concrete_model or model)


def tables() -> list[type[ObjectGrant]]:
    """Return every table of grants."""
    return list(_grants.values())


def held_somewhere(person: UUID, code: str) -> bool:
    """Return whether a person has been granted ``code`` on any row of the organisation."""
    return any(table.objects.of(person, code).exists() for table in _grants.values())
