"""Teams, and the organisation's own roles."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts.forms.people import MemberForm, OwnRoleForm, RoleForm, TeamForm
from accounts.models import CustomRole, Team, User
from accounts.policies import can
from accounts.selectors import people, teams
from accounts.services import memberships, roles
from accounts.services import teams as deeds
from accounts.views.base import Page
from foundation.pages import conflicts, fragments
from foundation.pages.tables import Column, Table
from kernel.errors import DomainError


class Teams(Table):
    """Teams."""

    caption = "Teams"
    noun = ("team", "teams")
    start = "name"
    columns = (
        Column("name", "Name", "name", sort="name", link="team"),
        Column("people", "People", "size", kind="number", sort="size"),
        Column("roles", "Roles now", lambda row: ", ".join(row.held) or "none"),
    )
    search = ("name",)
    search_label = "Search name"
    nothing = (
        "No teams yet",
        "People who work together: a role given to a team is everybody's in it.",
    )

    def complete(self, rows: Any) -> None:
        """Name each team's roles."""
        held = teams.roles_by_team([row.pk for row in rows], people.role_names())
        for row in rows:
            row.held = held[row.pk]


class List(Page):
    """The teams of the organisation."""

    permission = permissions.PEOPLE_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Teams(self.rows(teams.shown()), request)
        return fragments.page(request, "accounts/teams.html", {"table": table}, block="list")


class New(Page):
    """Make a team."""

    permission = permissions.PEOPLE_MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return render(request, "accounts/team_new.html", {"form": TeamForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make it."""
        form = TeamForm(request.POST)
        if form.is_valid():
            try:
                team = deeds.make(name=form.cleaned_data["name"], by=self.person, at=timezone.now())
            except DomainError as error:
                form.add_error("name", error.detail)
            else:
                return redirect("team", pk=team.pk)
        return render(request, "accounts/team_new.html", {"form": form}, status=422)


class One(Page):
    """One team: who is in it and what that gives them."""

    permission = permissions.PEOPLE_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.show(request, self.one(Team.objects.all(), pk))

    def show(
        self,
        request: HttpRequest,
        team: Team,
        *,
        form: RoleForm | None = None,
        member: MemberForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Show the team, with a form's errors where there are any."""
        held = people.memberships_of(team, timezone.now())
        roles = [("accounts.membership", each.id) for each in held[:20]]
        context = {
            **self.happened(team, *roles),
            "team": team,
            "members": teams.members_of(team),
            "held": held,
            "form": form or RoleForm(roles=people.role_names()),
            "member": member or MemberForm(),
        }
        return render(request, "accounts/team.html", context, status=status)


class Join(One):
    """Put somebody into a team."""

    permission = permissions.PEOPLE_MANAGE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Add them."""
        team = self.one(Team.objects.all(), pk)
        form = MemberForm(request.POST)
        if form.is_valid():
            email = form.cleaned_data["email"].lower()
            user = self.rows(people.members()).filter(email=email).first()
            if user is None:
                form.add_error("email", f"Nobody here has {email}. Invite them first.")
            else:
                try:
                    deeds.add(team=team, user=user, by=self.person, at=timezone.now())
                except DomainError as error:
                    form.add_error("email", error.detail)
                else:
                    messages.success(request, f"{user} is in {team.name} now.")
                    return redirect("team", pk=pk)
        return self.show(request, team, member=form, status=422)


class Leave(One):
    """Take somebody out of a team."""

    permission = permissions.PEOPLE_MANAGE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID, user: UUID) -> HttpResponse:
        """Remove them."""
        team = self.one(Team.objects.all(), pk)
        try:
            deeds.remove(team=team, user_id=user, by=self.person, at=timezone.now())
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, f"They have left {team.name}.")
        return redirect("team", pk=pk)


class GiveRole(One):
    """Give a role to everybody in a team."""

    permission = permissions.PEOPLE_MANAGE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give it."""
        team = self.one(Team.objects.all(), pk)
        form = RoleForm(request.POST, roles=people.role_names())
        if form.is_valid():
            try:
                memberships.give(
                    user=team,
                    role=form.cleaned_data["role"],
                    by=self.person,
                    at=timezone.now(),
                    ends=form.ends,
                    reason=form.cleaned_data["reason"],
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, "The role counts from now on.")
                return redirect("team", pk=pk)
        return self.show(request, team, form=form, status=422)


class OwnRoles(Table):
    """The organisation's own roles."""

    caption = "Own roles"
    noun = ("own role", "own roles")
    start = "name"
    columns = (
        Column("name", "Role", "name", sort="name", link=lambda row: row.address),
        Column("code", "Code", "code", sort="code"),
        Column("permissions", "Permissions", lambda row: len(row.permissions), kind="number"),
        Column("held", "Held by (people and teams)", lambda row: row.held, kind="number"),
        Column("may", "May", lambda row: ", ".join(row.may), hidden=True),
    )
    fields = ("name", "code", "permissions")
    search = ("name", "code")
    search_label = "Search role"
    nothing = ("No own roles", "The built-in roles are above; an own one holds what you choose.")

    def complete(self, rows: Any) -> None:
        """Count who holds each, and name what it may do."""
        held = teams.holders_of_roles()
        manages = can(cast(User, self.request.user), permissions.PEOPLE_MANAGE)
        for row in rows:
            row.address = reverse("own_role", args=[row.pk]) if manages else ""
            row.held = held.get(row.code, 0)
            row.may = [permissions.find(code).label for code in row.permissions]


class Roles(Page):
    """All roles and what each holds."""

    permission = permissions.PEOPLE_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, as a table of permissions by role, and the own ones as a list."""
        context: dict[str, Any] = {"table": OwnRoles(CustomRole.objects.all(), request)}
        if not fragments.wanted(request):
            context |= {"roles": teams.roles(), "permissions": permissions.every()}
        return fragments.page(request, "accounts/roles.html", context, block="list")


class NewRole(Page):
    """Define a role of the organisation's own."""

    permission = permissions.PEOPLE_MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return render(request, "accounts/role.html", {"form": OwnRoleForm(), "role": None})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Define it."""
        form = OwnRoleForm(request.POST)
        if form.is_valid():
            try:
                roles.define(
                    name=form.cleaned_data["name"],
                    codes=form.cleaned_data["codes"],
                    by=self.person,
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, "The role is defined. Give it to people or teams.")
                return redirect("roles")
        return render(request, "accounts/role.html", {"form": form, "role": None}, status=422)


class OwnRole(Page):
    """One of the organisation's own roles, to change."""

    permission = permissions.PEOPLE_MANAGE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        role = self.role(pk)
        return self.show(request, role, OwnRoleForm(initial=_values(role)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change it."""
        role = self.role(pk)
        form = OwnRoleForm(request.POST)
        if form.is_valid():
            try:
                roles.change(
                    role_id=pk,
                    name=form.cleaned_data["name"],
                    codes=form.cleaned_data["codes"],
                    version=conflicts.version_of(request),
                    by=self.person,
                    at=timezone.now(),
                )
            except roles.OwnRoleChanged:
                now = self.role(pk)
                return conflicts.page(
                    request,
                    form,
                    theirs=_values(now),
                    version=now.version,
                    title=f"Role {now.name}",
                    back=reverse("own_role", args=[pk]),
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, "The role is changed for everybody who has it.")
                return redirect("roles")
        return self.show(request, role, form, status=422)

    def role(self, pk: UUID) -> CustomRole:
        """Return the role; one of another organisation isn't found."""
        found = self.rows(CustomRole.objects.all()).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def show(
        self, request: HttpRequest, role: CustomRole, form: OwnRoleForm, status: int = 200
    ) -> HttpResponse:
        """Show the form with what the role holds now."""
        opened = conflicts.opened(request, _values(role), role.version)
        context = {"form": form, "role": role, **opened, **self.happened(role)}
        return render(request, "accounts/role.html", context, status=status)


def _values(role: CustomRole) -> dict[str, object]:
    """Return what the form of a role is filled with."""
    return {"name": role.name, "codes": role.permissions}
