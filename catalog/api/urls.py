"""Addresses of works in the API; the list's stands with who registers them (``rights``)."""

from django.urls import path

from catalog.api import works

urlpatterns = [
    path("works/<uuid:pk>", works.OneWork.as_view(), name="work"),
    path("works/<uuid:pk>/retire", works.Retire.as_view(), name="work_retire"),
    path("works/<uuid:pk>/reinstate", works.Reinstate.as_view(), name="work_reinstate"),
    path("works/<uuid:pk>/move", works.Move.as_view(), name="work_move"),
    path("works/<uuid:pk>/identifiers", works.Identifiers.as_view(), name="work_identifiers"),
    path(
        "works/<uuid:pk>/identifiers/<uuid:identifier>/remove",
        works.RemoveIdentifier.as_view(),
        name="work_identifier_remove",
    ),
]
