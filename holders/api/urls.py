"""Addresses of holders in the API."""

from django.urls import path

from holders.api import holders

urlpatterns = [
    path("holders", holders.Holders.as_view(), name="holders"),
    path("holders/<uuid:pk>", holders.OneHolder.as_view(), name="holder"),
    path("holders/<uuid:pk>/numbers", holders.Numbers.as_view(), name="holder_numbers"),
    path("holders/<uuid:pk>/deactivate", holders.Deactivate.as_view(), name="holder_deactivate"),
    path("holders/<uuid:pk>/reactivate", holders.Reactivate.as_view(), name="holder_reactivate"),
]
