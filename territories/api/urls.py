"""Addresses of places and right types in the API."""

from django.urls import path

from territories.api import territories

urlpatterns = [
    path("territories", territories.Territories.as_view(), name="territories"),
    path("territories/<slug:code>", territories.OneTerritory.as_view(), name="territory"),
    path("right-types", territories.RightTypes.as_view(), name="right_types"),
]
