"""Every address of the product."""

from django.urls import include, path

from foundation import health, reports

handler400 = "foundation.pages.errors.bad_request"
handler403 = "foundation.pages.errors.forbidden"
handler404 = "foundation.pages.errors.not_found"
handler500 = "foundation.pages.errors.failed"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("workerz", health.worker, name="workerz"),
    path("csp-reports", reports.csp_reports, name="csp_reports"),
    path("beatz", health.beat, name="beatz"),
    path("accounts/", include("accounts.urls")),
]
