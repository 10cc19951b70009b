"""Addresses of what every list and job needs: files and jobs."""

from django.urls import path

from accounts.views import exports, jobs

urlpatterns = [
    path("exports/", exports.Export.as_view(), name="exports"),
    path("jobs/", jobs.List.as_view(), name="jobs"),
    path("jobs/<uuid:pk>/", jobs.One.as_view(), name="job"),
    path("jobs/<uuid:pk>/cancel/", jobs.Cancel.as_view(), name="job_cancel"),
    path("jobs/<uuid:pk>/files/<uuid:file>/", jobs.File.as_view(), name="job_file"),
]
