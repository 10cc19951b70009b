"""Addresses of licences in the API."""

from django.urls import path

from licenses.api import deeds, licenses

urlpatterns = [
    path("licenses", licenses.Licenses.as_view(), name="licenses"),
    path("licenses/check", licenses.Check.as_view(), name="license_check"),
    path("licenses/<uuid:pk>", licenses.OneLicense.as_view(), name="license"),
    path(
        "licenses/<uuid:pk>/versions/<slug:number>",
        licenses.Version.as_view(),
        name="license_version",
    ),
    path("licenses/<uuid:pk>/signature", deeds.Signature.as_view(), name="license_signature"),
    path("licenses/<uuid:pk>/termination", deeds.Termination.as_view(), name="license_termination"),
    path("licenses/<uuid:pk>/decline", deeds.Decline.as_view(), name="license_decline"),
    path(
        "licenses/<uuid:pk>/instalments/<uuid:instalment>/payments",
        deeds.Payments.as_view(),
        name="license_payments",
    ),
    path(
        "licenses/<uuid:pk>/payments/<uuid:payment>/reversal",
        deeds.Reversal.as_view(),
        name="license_reversal",
    ),
]
