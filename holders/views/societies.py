"""Societies, and which one acts for a right in a place."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.base import Page
from foundation.pages import fragments
from foundation.pages.listparts import Deed
from foundation.pages.tables import Column, Table
from holders.forms import SocietyForm, WhyForm
from holders.permissions import HOLDER_EDIT, HOLDER_VIEW
from holders.selectors import shown, societies
from holders.services import societies as deeds
from kernel.errors import DomainError
from territories.geography.rights import right_types


class Societies(Table):
    """All societies: a page holds them all."""

    caption = "Societies"
    noun = ("society", "societies")
    start = "name"
    columns = (
        Column("name", "Name", "short_name", sort="short_name"),
        Column("full", "Full name", "name", sort="name"),
        Column("number", "CISAC number", "cisac_number", kind="number", sort="cisac_number"),
        Column("where", "Acts in", "territories", sort="territories"),
        Column(
            "rights",
            "For",
            lambda row: ", ".join(right_types()[code].name for code in row.families),
        ),
    )
    search = ("short_name", "name", "code", "territories")
    search_label = "Search name or country code"
    sizes = (250,)

    @property
    def deeds(self) -> list[Deed]:
        """None: a society has no key to be chosen by."""
        return []


class List(Page):
    """All societies, and the answer to who acts where."""

    permission = HOLDER_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them, and answer."""
        where, right = request.GET.get("where", "").strip()[:60], request.GET.get("right", "")
        right = right if right in shown.RIGHTS else "performance"
        context: dict[str, Any] = {
            "table": Societies(self.rows(shown.all_societies()), request),
            "where": where,
            "right": right,
            "rights": list(shown.RIGHTS.items()),
            "found": None,
            "wrong": "",
        }
        if not fragments.wanted(request):
            context["own"] = own = societies.own()
            context |= self.happened(*own)
        if where and not fragments.wanted(request):
            try:
                place = where.upper()
                on = timezone.now().date()
                context["found"] = societies.society_for(place, right, on=on)
            except DomainError as error:
                context["wrong"] = error.detail
        return fragments.page(request, "holders/societies.html", context, block="list")


class Choose(Page):
    """The organisation's own choice of society for a right in a place."""

    permission = HOLDER_EDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, filled in with what was asked about."""
        asked = {name: request.GET.get(name, "")[:60] for name in ("where", "right", "society")}
        return self.show(request, SocietyForm(initial=asked))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Choose."""
        form = SocietyForm(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            try:
                made = deeds.choose(
                    territory=told["where"].upper(),
                    right_type=told["right"],
                    society=told["society"],
                    period=form.period,
                    actor=self.person,
                    at=timezone.now(),
                    reason=told["reason"],
                )
            except DomainError as error:
                about = "where" if error.code == "unknown_territory" else None
                form.add_error(about, error.detail)
            else:
                messages.success(request, f"{made.society} acts for you in {made.territory_id}.")
                return redirect("societies")
        return self.show(request, form, 422)

    def show(self, request: HttpRequest, form: SocietyForm, status: int = 200) -> HttpResponse:
        """Show the form with its errors."""
        return render(request, "holders/society_choose.html", {"form": form}, status=status)


class TakeBack(Page):
    """An own choice, before it is taken back."""

    permission = HOLDER_EDIT

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask why."""
        return self.show(request, pk, WhyForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it back."""
        form = WhyForm(request.POST)
        if not form.is_valid():
            return self.show(request, pk, form, 422)
        reason = form.cleaned_data["reason"]
        deeds.take_back(choice_id=pk, actor=self.person, at=timezone.now(), reason=reason)
        messages.success(request, "The choice is taken back: the public mapping decides again.")
        return redirect("societies")

    def show(
        self, request: HttpRequest, pk: UUID, form: WhyForm, status: int = 200
    ) -> HttpResponse:
        """Show what is to be taken back."""
        one = next((one for one in societies.own() if one.pk == pk), None)
        if one is None:
            raise Http404
        context = {"form": form, "one": one}
        return render(request, "holders/society_take_back.html", context, status=status)
