"""Questions about saved views."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import SavedView, StartView, Team, TeamMember, User


def visible(person: User) -> QuerySet[SavedView]:
    """Return the views that a person may open: their own, their teams', the organisation's.

    ``is_start``: the list opens with it for this person.
    """
    teams = TeamMember.objects.filter(user=person).values("team")
    starts = StartView.objects.filter(person=person, view=OuterRef("pk"))
    return (
        SavedView.objects.filter(
            Q(owner=person) | Q(shared=SavedView.Shared.ORGANISATION) | Q(team__in=teams)
        )
        .annotate(is_start=Exists(starts))
        .select_related("owner", "team")
    )


def teams_of(person: User) -> QuerySet[Team]:
    """Return the teams that a person is in."""
    return Team.objects.filter(members__user=person).order_by("name")
