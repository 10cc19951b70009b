"""Holders: the list, one of them, register and revise, and who looks in on their behalf."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import changelog
from accounts.views.base import Page
from foundation.pages import conflicts, fragments
from foundation.pages.batches import Batch
from foundation.pages.narrowing import Choice, Text
from foundation.pages.tables import Column, Table
from holders.forms import HolderForm, NewHolderForm, PortalForm, WhyForm
from holders.models import Holder
from holders.permissions import HOLDER_EDIT, HOLDER_VIEW, PORTAL_MANAGE
from holders.selectors import shown, tables
from holders.services import holders, portal, revising
from holders.views.base import HolderPage
from kernel.errors import DomainError


class Holders(Table):
    """Everybody who owns rights or is paid."""

    caption = "Holders"
    noun = ("holder", "holders")
    start = "name"
    columns = (
        Column("name", "Name", "name", sort="sort_key", link="holder"),
        Column("kind", "Kind", lambda row: shown.kind_name(row.kind), sort="kind"),
        Column("code", "Code", "code", sort="code"),
        Column("country", "Country", "country", sort="country"),
        Column("ipi", "IPI", "ipi"),
        Column("isni", "ISNI", "isni"),
        Column(
            "standing",
            "Standing",
            lambda row: ("Active", "success") if row.active else ("Inactive", "plain"),
            kind="badge",
        ),
        Column("made", "Registered", "created_at", kind="moment", sort="created_at", hidden=True),
    )
    fields = ("name", "kind", "code", "country", "ipi", "isni", "active", "created_at")
    search = ("name",)
    search_label = "Search name, code, IPI or ISNI"
    filters = (
        Choice("kind", "Kind", shown.KINDS, lambda value: Q(kind=value)),
        Text("country", "Country", lambda value: Q(country=value.upper())),
        Choice(
            "active",
            "Standing",
            [("yes", "Active"), ("no", "Inactive")],
            lambda value: Q(active=value == "yes"),
        ),
        Choice(
            "numbers",
            "Numbers",
            [("wrong", "Fail their check")],
            lambda value: Q(identifiers_confirmed=False),
        ),
        Batch(),
    )
    nothing = ("No holders yet", "A label, publisher, studio, artist: whoever owns or is paid.")
    brought = tables.COLUMNS

    def standing(self, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, str]]:
        """Return what the import reads of holders."""
        return tables.standing(keys, [])

    def finds(self, query: str) -> Q:
        """Find by code, number, name or likeness."""
        return shown.finds(query)


class List(Page):
    """The holders of the organisation."""

    permission = HOLDER_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        table = Holders(self.rows(shown.holders()), request)
        return fragments.page(request, "holders/holders.html", {"table": table}, block="list")


class New(Page):
    """A new holder."""

    permission = HOLDER_EDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(request, NewHolderForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register it."""
        form = NewHolderForm(request.POST)
        if form.is_valid():
            try:
                made = holders.register(actor=self.person, at=timezone.now(), **form.cleaned_data)
            except DomainError as error:
                form.add_error(_field(error), error.detail)
            else:
                messages.success(request, f"{made.name} is registered.")
                return redirect("holder", pk=made.pk)
        return self.show(request, form, 422)

    def show(self, request: HttpRequest, form: NewHolderForm, status: int = 200) -> HttpResponse:
        """Show the form with its errors."""
        return render(request, "holders/new.html", {"form": form}, status=status)


class One(HolderPage):
    """One holder: who it is, which societies act where it is, who looks in on its behalf."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        return self.overview(request, self.holder(pk))

    def overview(
        self,
        request: HttpRequest,
        holder: Holder,
        form: PortalForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Show it, with the errors of the portal's form where there are any."""
        at = timezone.now()
        context = {
            "societies": shown.societies_of(holder.country, at.date()),
            "portal": shown.portal_users(holder.pk, at),
            "form": form or PortalForm(),
        }
        return self.show(request, "holders/holder.html", holder, context, status)


class Edit(HolderPage):
    """Revise a holder; deactivate it or take it up again."""

    permission = HOLDER_EDIT

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the forms."""
        return self.ask(request, self.holder(pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Save, or switch."""
        holder = self.holder(pk)
        if request.POST.get("deed") == "switch":
            return self.switch(request, holder)
        form = HolderForm(request.POST)
        if not form.is_valid():
            return self.ask(request, holder, form=form, status=422)
        try:
            revising.revise(
                holder_id=pk,
                wanted=form.details,
                seen=conflicts.version_of(request),
                confirmed=form.cleaned_data["confirmed"],
                reason=form.cleaned_data["reason"],
                actor=self.person,
                at=timezone.now(),
            )
        except revising.HolderChanged:
            now = self.holder(pk)
            return conflicts.page(
                request,
                form,
                theirs=_opened(now),
                version=revising.details_of(now).mark,
                title=now.name,
                back=reverse("holder", args=[pk]),
            )
        except DomainError as error:
            form.add_error(_field(error), error.detail)
            return self.ask(request, holder, form=form, status=422)
        messages.success(request, "Saved.")
        return redirect("holder", pk=pk)

    def switch(self, request: HttpRequest, holder: Holder) -> HttpResponse:
        """Deactivate it, or let it be chosen again."""
        form = WhyForm(request.POST, prefix="switch")
        if not form.is_valid():
            return self.ask(request, holder, why=form, status=422)
        deed = holders.deactivate if holder.active else holders.reactivate
        try:
            deed(
                holder_id=holder.pk,
                actor=self.person,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as error:
            form.add_error(None, error.detail)
            return self.ask(request, holder, why=form, status=422)
        messages.success(request, "It can't be chosen." if holder.active else "It can be chosen.")
        return redirect("holder", pk=holder.pk)

    def ask(
        self,
        request: HttpRequest,
        holder: Holder,
        *,
        form: HolderForm | None = None,
        why: WhyForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Show both forms, with the errors of the one that was sent."""
        values = _opened(holder)
        context: dict[str, Any] = {
            "form": form or HolderForm(initial=values),
            "why": why or WhyForm(prefix="switch"),
            "wrong": form or why,
            **conflicts.opened(request, values, revising.details_of(holder).mark),
        }
        return self.show(request, "holders/edit.html", holder, context, status)


class Portal(One):
    """Let somebody see the holder's statements."""

    permission = PORTAL_MANAGE
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Invite them."""
        holder, form = self.holder(pk), PortalForm(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            try:
                portal.invite(
                    holder_id=pk,
                    email=told["email"],
                    name=told["name"],
                    ends=form.ends,
                    reason=told["reason"],
                    actor=self.person,
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error("email", error.detail)
            else:
                messages.success(request, f"{told['email']} sees the statements from now on.")
                return redirect("holder", pk=pk)
        return self.overview(request, holder, form, 422)


class PortalEnd(HolderPage):
    """End somebody's look into a holder's statements."""

    permission = PORTAL_MANAGE

    def get(self, request: HttpRequest, pk: UUID, access: UUID) -> HttpResponse:
        """Ask why."""
        return self.ask(request, pk, access, WhyForm())

    def post(self, request: HttpRequest, pk: UUID, access: UUID) -> HttpResponse:
        """End it."""
        form = WhyForm(request.POST)
        if form.is_valid():
            told = {"actor": self.person, "at": timezone.now(), **form.cleaned_data}
            self.access(pk, access)
            try:
                portal.end(access_id=access, **told)
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, "It has ended; the next request is refused.")
                return redirect("holder", pk=pk)
        return self.ask(request, pk, access, form, 422)

    def access(self, pk: UUID, access: UUID) -> shown.Access:
        """Return the access to this holder; 404 where there is none."""
        rows = shown.portal_users(self.holder(pk).pk, timezone.now())
        found = next((row for row in rows if row.id == access), None)
        if found is None:
            raise Http404
        return found

    def ask(
        self, request: HttpRequest, pk: UUID, access: UUID, form: WhyForm, status: int = 200
    ) -> HttpResponse:
        """Show whose access would end."""
        context = {"access": self.access(pk, access), "form": form}
        return self.show(request, "holders/portal_end.html", self.holder(pk), context, status)


class Changelog(HolderPage):
    """What happened to a holder."""

    tab = "holder_changelog"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it."""
        holder = self.holder(pk)
        context = {"changes": changelog.of(holder)}
        return self.show(request, "holders/changelog.html", holder, context)


def _opened(holder: Holder) -> dict[str, Any]:
    details = revising.details_of(holder)
    return {name: getattr(details, name) for name in type(details).__dataclass_fields__}


def _field(error: DomainError) -> str | None:
    """Return the field that an error of a service is about, None for the whole form."""
    if "holder_code" in error.extra:
        return "code"
    if error.code == "holder_exists":
        return None
    detail = error.detail
    return next((name for name in ("ipi", "isni") if detail.lower().startswith(name)), None)
