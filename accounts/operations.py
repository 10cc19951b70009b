"""The operations site: Django's own lists of reference tables, for operators.

A superuser with a verified second factor reads here what is the same for all organisations. Nothing
is changed: what an organisation owns has pages with row scopes and four eyes, and this is no second
door past them.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django_otp.admin import OTPAdminSite

from accounts import sessions
from accounts.doors import Door
from accounts.views.base import guarded

OPERATORS = Door(superuser=True)
READING = ("GET", "HEAD")


class OperationsSite(OTPAdminSite):
    """Lists of reference tables; every address is behind the operators' door and reads only."""

    site_header = site_title = "MediaTrack Pro operations"
    index_title = "Reference tables"
    index_template = "operations/index.html"
    final_catch_all_view = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)  # not django-otp's own name: templates ask for "admin:…"

    def register(
        self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any
    ) -> None:
        """Take reference tables alone: other packages offer tokens and second factors to edit."""
        if admin_class is not None and issubclass(admin_class, ReferenceTable):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether an operator asks who has given a second factor."""
        user = request.user
        return user.is_active and user.is_superuser and sessions.is_verified(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the product's sign-in: there is no second form for it."""
        return redirect_to_login(request.GET.get("next", request.get_full_path()))

    def get_urls(self) -> list[URLPattern]:
        """Return the front page, one page for each app, and one list for each table."""
        lists = []
        for model, model_admin in self._registry.items():
            label, name = model._meta.app_label, model._meta.model_name
            view = self._for_operators(model_admin.changelist_view)
            lists.append(path(f"{label}/{name}/", view, name=f"{label}_{name}_changelist"))
        return [
            path("", self._for_operators(self.index), name="index"),
            path("login/", self._for_operators(self.login), name="login"),
            *lists,
            path("<slug:app_label>/", self._for_operators(self.app_index), name="app_list"),
        ]

    def _for_operators(self, view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        return guarded(self.admin_view(view), OPERATORS, READING)


class ReferenceTable(ModelAdmin):
    """One reference table, read only; sorted, searched and filtered by what has an index."""

    actions = None
    list_display_links = None
    list_per_page = 100
    show_full_result_count = False
    sortable_by = ()
    in_capitals = True  # how the table spells its codes

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come with a release."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by a release."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are never taken away."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search by code, in any spelling."""
        spelled = search_term.upper() if self.in_capitals else search_term.lower()
        return super().get_search_results(request, queryset, spelled)


class KnownNow(ReferenceTable):
    """A reference table by two clocks: what is known now."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Leave out what was superseded."""
        return super().get_queryset(request).filter(superseded_at=None)
