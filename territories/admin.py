"""Places, rights and public rates on the operations site, to read."""

from django.contrib import admin

from accounts.operations import KnownNow, ReferenceTable
from territories.models import (
    ExplicitRule,
    GroupMember,
    RightType,
    Territory,
    TerritoryGroup,
    TerritoryRate,
)


@admin.register(Territory)
class Territories(ReferenceTable):
    """Places, by code or by what they lie in."""

    list_display = ("code", "name", "scope", "parent_id", "alpha_3", "zone", "starts", "ends")
    search_fields = ("code__startswith",)
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter),)


@admin.register(TerritoryGroup)
class Groups(ReferenceTable):
    """Groups of places, by code or by who names them."""

    list_display = ("code", "name", "kind", "tis_number", "source")
    search_fields = ("code__startswith",)
    list_filter = ("source",)


@admin.register(GroupMember)
class Members(KnownNow):
    """Which place belongs to which group, by either's code."""

    list_display = ("group_id", "territory_id", "starts", "ends", "recorded_at")
    search_fields = ("group__code__exact", "territory__code__exact")
    list_filter = ("group",)
    ordering = ("group_id", "territory_id", "starts")


@admin.register(RightType)
class Rights(ReferenceTable):
    """Kinds of use as a tree, by code or by what they are a kind of."""

    list_display = ("code", "name", "family", "parent_id", "leaf")
    in_capitals = False
    search_fields = ("code__startswith",)
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter),)


@admin.register(TerritoryRate)
class Rates(KnownNow):
    """Public rates, by the place's code."""

    list_display = (
        "territory_id", "right_type_id", "kind", "value", "per_minute", "currency", "basis",
        "starts", "ends", "source", "example",
    )  # fmt: skip
    search_fields = ("territory__code__exact",)
    list_filter = (("territory", admin.RelatedOnlyFieldListFilter),)
    ordering = ("territory_id", "right_type_id", "starts")


@admin.register(ExplicitRule)
class ExplicitRules(KnownNow):
    """Where explicit content may not be shown, by the place's code."""

    list_display = ("expression", "starts", "ends", "basis", "recorded_at")
    search_fields = ("expression__exact",)
    ordering = ("expression", "starts")
