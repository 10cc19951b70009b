"""Who may do what: teams, an organisation's own roles, memberships with their time."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from foundation.models import TenantModel
from foundation.models.spans import TimeSpan


class Team(TenantModel):
    """People who work together; a role can be given to all of them."""

    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org_id", "name"], name="team_name")]

    def __str__(self) -> str:
        return self.name


class CustomRole(TenantModel):
    """An organisation's own role: a name and a set of declared permission codes."""

    code = models.SlugField(max_length=50, db_index=False)
    name = models.CharField(max_length=200)
    permissions = ArrayField(models.CharField(max_length=100), default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org_id", "code"], name="role_code")]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by time."""

    def in_force(self) -> "MembershipQuerySet":
        """Those that hold now, by the database's clock."""
        later = models.Q(ends=None) | models.Q(ends__gt=Now())
        return self.filter(later, starts__lte=Now())


class Membership(TenantModel):
    """A person's (or a team's) role in an organisation, from a moment to another."""

    user = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, db_index=False, related_name="memberships"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="roles"
    )
    role = models.CharField(max_length=50)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    granted_by = models.UUIDField()
    temporary = models.BooleanField(default=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None, team__isnull=False)
                | models.Q(user__isnull=False, team=None),
                name="membership_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gt=models.F("starts")),
                name="membership_ends_later",
            ),
            models.CheckConstraint(
                condition=models.Q(temporary=False) | models.Q(ends__isnull=False),
                name="membership_temporary_ends",
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("org_id", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (TimeSpan("starts", "ends"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="membership_of_a_team_once_at_a_time",
                expressions=[
                    ("org_id", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (TimeSpan("starts", "ends"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.role


class ApiClient(TenantModel):
    """A program that works for the organisation: allauth's client, its account and its codes.

    ``networks`` are those that its tokens may be used from; empty: any. ``last_used_at`` is right
    to a minute.
    """

    client_id = models.CharField(max_length=100)
    account = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    name = models.CharField(max_length=100)
    codes = ArrayField(models.CharField(max_length=100))
    networks = ArrayField(models.CharField(max_length=49), default=list)
    rotated_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    ends = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "client_id"], name="api_client_once"),
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("made_at")),
                name="api_client_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """A person in a team."""

    team = models.ForeignKey(
        Team, models.PROTECT, db_constraint=False, db_index=False, related_name="members"
    )
    user = models.ForeignKey("accounts.User", models.PROTECT, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org_id", "team", "user"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return str(self.user_id)
