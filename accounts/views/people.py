"""People and their roles: who is here, since when, why; invite, give and end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import permissions
from accounts.forms.people import InviteForm, RoleForm, WhyForm
from accounts.models import Membership, User
from accounts.selectors import people as questions
from accounts.selectors import teams
from accounts.services import memberships, people
from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.narrowing import Choice
from foundation.pages.tables import Column, Table
from kernel.errors import DomainError


class People(Table):
    """Everybody who has, or had, a role here."""

    caption = "People"
    noun = ("person", "people")
    start = "name"
    columns = (
        Column("name", "Name", str, sort="name", link="person"),
        Column("email", "E-mail", "email", sort="email"),
        Column("roles", "Roles now", lambda row: ", ".join(row.held) or "none"),
        Column(
            "factor",
            "Second factor",
            lambda row: ("Set up", "success") if row.factor else ("Not yet", "warning"),
            kind="badge",
        ),
        Column("seen", "Last sign-in", "last_login", kind="moment", sort="last_login"),
    )
    search = ("name", "email")
    search_label = "Search name or e-mail"
    filters = (
        Choice("role", "Role", list(permissions.ROLES.items()), questions.holding),
        Choice(
            "has",
            "Standing",
            [("role", "Has a role now"), ("none", "Has none any more")],
            lambda value: Q(now=value == "role"),
        ),
    )

    def complete(self, rows: Any) -> None:
        """Name each person's roles, and say whether they have a second factor."""
        ids = [row.pk for row in rows]
        held = questions.roles_of(ids, questions.role_names())
        factors = questions.with_second_factor(ids)
        for row in rows:
            row.held, row.factor = held[row.pk], row.pk in factors


class List(Page):
    """The people of the organisation."""

    permission = permissions.PEOPLE_SEE

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = People(self.rows(questions.members()), request)
        return fragments.page(request, "accounts/people.html", {"table": table}, block="list")


class Invite(Page):
    """Invite somebody: they get a mail that says how to sign in."""

    permission = permissions.PEOPLE_MANAGE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(request, InviteForm(roles=questions.role_names()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Invite them."""
        form = InviteForm(request.POST, roles=questions.role_names())
        if form.is_valid():
            try:
                user = people.invite(
                    email=form.cleaned_data["email"],
                    name=form.cleaned_data["name"],
                    role=form.cleaned_data["role"],
                    by=self.person,
                    at=timezone.now(),
                    ends=form.ends,
                )
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, f"{user.email} is invited; a mail says how to sign in.")
                return redirect("person", pk=user.pk)
        return self.show(request, form, status=422)

    def show(self, request: HttpRequest, form: InviteForm, status: int = 200) -> HttpResponse:
        """Show the form with its errors."""
        return render(request, "accounts/invite.html", {"form": form}, status=status)


class One(Page):
    """One person: their roles, teams and grants, with who gave them and why."""

    permission = permissions.PEOPLE_SEE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show them."""
        return self.show(request, self.whom(pk))

    def whom(self, pk: UUID) -> User:
        """Return somebody who has or had a role here; anybody else isn't found."""
        return self.one(questions.members(), pk)

    def show(
        self,
        request: HttpRequest,
        person: User,
        *,
        form: RoleForm | None = None,
        problem: str = "",
        status: int = 200,
    ) -> HttpResponse:
        """Show somebody, with a refusal or a form's errors where there are any."""
        at = timezone.now()
        held = questions.memberships_of(person, at)
        roles = [("accounts.membership", each.id) for each in held[:20]]
        context = {
            **self.happened(person, *roles, permission=permissions.AUDIT_SEE),
            "whom": person,
            "held": held,
            "granted": questions.grants_of(person, at),
            "teams": teams.teams_of(person),
            "factor": person.pk in questions.with_second_factor([person.pk]),
            "form": form or RoleForm(roles=questions.role_names()),
            "problem": problem,
        }
        return render(request, "accounts/person.html", context, status=status)


class GiveRole(One):
    """Give somebody a role."""

    permission = permissions.PEOPLE_MANAGE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give it."""
        person = self.whom(pk)
        form = RoleForm(request.POST, roles=questions.role_names())
        if form.is_valid():
            try:
                memberships.give(
                    user=person,
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
                return redirect("person", pk=pk)
        return self.show(request, person, form=form, status=422)


class EndRole(Page):
    """End a role of somebody, or of a team: what that takes away, and why."""

    permission = permissions.PEOPLE_MANAGE

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask why."""
        return self.show(request, pk, WhyForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """End it."""
        form = WhyForm(request.POST)
        if not form.is_valid():
            return self.show(request, pk, form, status=422)
        try:
            ended = memberships.end(
                membership_id=pk,
                by=self.person,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as error:
            form.add_error(None, error.detail)
            return self.show(request, pk, form, status=error.status)
        messages.success(request, "The role has ended; it counts from the next request on.")
        return (
            redirect("team", pk=ended.team_id)
            if ended.team_id
            else redirect("person", pk=ended.user_id)
        )

    def show(
        self, request: HttpRequest, pk: UUID, form: WhyForm, status: int = 200
    ) -> HttpResponse:
        """Show what would end."""
        found = self.rows(Membership.objects.select_related("user", "team")).filter(pk=pk).first()
        if found is None:
            raise Http404
        names = questions.role_names()
        context = {
            "membership": found,
            "role": names.get(found.role, found.role),
            "whose": found.team or found.user,
            "back": ("team" if found.team_id else "person", found.team_id or found.user_id),
            "form": form,
        }
        return render(request, "accounts/end_role.html", context, status=status)
