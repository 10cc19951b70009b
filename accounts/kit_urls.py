"""Addresses of what every list and job needs: files, jobs, saved views, search."""

from django.urls import path

from accounts.views import exports, help, jobrows, jobs, saved, search, settings, suggestions

urlpatterns = [
    path("search/", search.Search.as_view(), name="search"),
    path("suggestions/<slug:kind>/", suggestions.Suggestions.as_view(), name="suggestions"),
    path("help/", help.Help.as_view(), name="help"),
    path("settings/", settings.Settings.as_view(), name="settings"),
    path("exports/", exports.Export.as_view(), name="exports"),
    path("jobs/", jobs.List.as_view(), name="jobs"),
    path("jobs/cancel/", jobs.CancelMany.as_view(), name="jobs_cancel"),
    path("jobs/<uuid:pk>/", jobs.One.as_view(), name="job"),
    path("jobs/<uuid:pk>/rows/", jobrows.Rows.as_view(), name="job_rows"),
    path("jobs/<uuid:pk>/cancel/", jobs.Cancel.as_view(), name="job_cancel"),
    path("jobs/<uuid:pk>/files/<uuid:file>/", jobs.File.as_view(), name="job_file"),
    path("views/", saved.List.as_view(), name="views"),
    path("views/new/", saved.New.as_view(), name="view_new"),
    path("views/<uuid:pk>/", saved.One.as_view(), name="view"),
    path("views/<uuid:pk>/delete/", saved.Delete.as_view(), name="view_delete"),
    path("views/<uuid:pk>/start/", saved.Start.as_view(), name="view_start"),
]
