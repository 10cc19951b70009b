"""Saved views of lists: save one, give it another name or other readers, take it away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts import permissions
from accounts.forms.saved import SavedViewForm
from accounts.models import SavedView
from accounts.policies import can
from accounts.selectors import changelog
from accounts.selectors import saved as questions
from accounts.services import saved
from accounts.views import lists
from accounts.views.base import Page
from foundation.pages import conflicts, fragments
from foundation.pages.tables import Column, Table


class Views(Table):
    """Saved views."""

    caption = "Saved views"
    noun = ("view", "views")
    start = "list"
    columns = (
        Column("label", "Name", "label", sort="label", link="view"),
        Column("list", "List", "caption", sort="caption"),
        Column("shared", "Who sees it", lambda row: row.readers),
        Column("owner", "Made by", "owner"),
        Column("start", "List opens with it", lambda row: "Yes" if row.is_start else ""),
        Column("changed", "Changed", "changed_at", kind="moment", sort="changed_at"),
    )
    search = ("label", "caption")
    nothing = (
        "No saved views yet",
        "Narrow a list by search or filters, then choose “Save this view” above it.",
    )

    def complete(self, rows: Any) -> None:
        """Say who sees each."""
        for row in rows:
            row.readers = f"Team {row.team}" if row.team else row.get_shared_display()


class ViewPage(Page):
    """What the pages of views share."""

    signed_in = True

    def view(self, pk: UUID) -> SavedView:
        """Return the view within reach."""
        found = questions.visible(self.person).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def form(self, data: Any = None, **initial: Any) -> SavedViewForm:
        """Return the form, with the teams of this person."""
        may_share = can(self.person, permissions.VIEWS_SHARE)
        teams = [(str(t.pk), t.name) for t in questions.teams_of(self.person)] if may_share else []
        return SavedViewForm(data, initial=initial, teams=teams, may_share=may_share)


class List(ViewPage):
    """All views that this person may open."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Views(questions.visible(self.person), request)
        return fragments.page(request, "accounts/views.html", {"table": table}, block="list")


class New(ViewPage):
    """Save what a list shows."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for its name."""
        return self.show(request, self.form(shared=SavedView.Shared.PRIVATE), request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save it and open it."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(request, form, request.POST, status=422)
        table = lists.table_of(request, request.POST.get("list", ""), request.POST.get("query", ""))
        try:
            view = saved.keep(
                path=table.path,
                caption=table.caption,
                query=table.query_string,
                wish=form.wish,
                by=self.person,
                at=timezone.now(),
            )
        except saved.ViewRefused as error:
            form.add_error(None, error.detail)
            return self.show(request, form, request.POST, status=422)
        messages.success(request, f"Saved as “{view.label}”.")
        return redirect(opens(view))

    def show(
        self, request: HttpRequest, form: SavedViewForm, said: Any, *, status: int = 200
    ) -> HttpResponse:
        """Show what is about to be saved."""
        table = lists.table_of(request, said.get("list", ""), said.get("query", ""))
        context = {"form": form, "table": table}
        return render(request, "accounts/view_new.html", context, status=status)


class One(ViewPage):
    """One view: what it shows, and for its owner the way to change it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        view = self.view(pk)
        return self.show(request, view, self.form(**values_of(view)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change it; where somebody else did, show both."""
        view = self.view(pk)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(request, view, form, status=422)
        try:
            saved.change(
                view=view,
                version=conflicts.version_of(request),
                wish=form.wish,
                by=self.person,
                at=timezone.now(),
            )
        except saved.ViewChanged:
            now = self.view(pk)
            return conflicts.page(
                request,
                form,
                theirs=values_of(now),
                version=now.version,
                title=f"View “{now.label}”",
                back=reverse("view", args=[pk]),
            )
        except saved.ViewRefused as error:
            form.add_error(None, error.detail)
            return self.show(request, view, form, status=422)
        messages.success(request, "Saved.")
        return redirect("view", pk=pk)

    def show(
        self, request: HttpRequest, view: SavedView, form: SavedViewForm, *, status: int = 200
    ) -> HttpResponse:
        """Show it, with a form's errors where there are any."""
        context = {
            "view": view,
            "form": form,
            "opens": opens(view),
            "mine": view.owner_id == self.person.pk,
            **conflicts.opened(request, values_of(view), view.version),
            "changes": changelog.of(view),
            "readers": f"Team {view.team}" if view.team else view.get_shared_display(),
        }
        return render(request, "accounts/view.html", context, status=status)


class Delete(ViewPage):
    """Take a view of one's own away."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete it."""
        view = self.view(pk)
        saved.delete(view=view, by=self.person, at=timezone.now())
        messages.success(request, f"“{view.label}” is deleted.")
        return redirect("views")


class Start(ViewPage):
    """Let the list open with a view, for oneself; or no more."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Note it."""
        wanted = "start" in request.POST
        saved.start(view=self.view(pk), wanted=wanted, by=self.person, at=timezone.now())
        messages.success(request, "The list opens with this view." if wanted else "Noted.")
        return redirect("view", pk=pk)


def values_of(view: SavedView) -> dict[str, Any]:
    """Return a view as its form shows it."""
    return {
        "label": view.label,
        "shared": view.shared,
        "team": str(view.team_id or ""),
        "start": bool(getattr(view, "is_start", False)),
    }


def opens(view: SavedView) -> str:
    """Return the address of the list with this view."""
    return f"{view.list}?{urlencode({'view': view.name})}"
