"""Societies and the public mapping on the operations site, to read."""

from django.contrib import admin

from accounts.operations import KnownNow, ReferenceTable
from holders.models import Society, SocietyMapping


@admin.register(Society)
class Societies(ReferenceTable):
    """Collective management organisations, by code."""

    list_display = ("code", "short_name", "name", "cisac_number", "territories", "families")
    in_capitals = False
    search_fields = ("code__startswith",)


@admin.register(SocietyMapping)
class Mappings(KnownNow):
    """Which society acts for a right in a place, by the place's code."""

    list_display = (
        "territory_id", "right_type_id", "society_id", "preference", "starts", "ends",
    )  # fmt: skip
    search_fields = ("territory__code__exact",)
    list_filter = (("territory", admin.RelatedOnlyFieldListFilter),)
    ordering = ("territory_id", "right_type_id", "society_id", "starts")
