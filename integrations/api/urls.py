"""Addresses of sales files in the API."""

from django.urls import path

from integrations.api import sales_files, tables, uploads, webhooks

urlpatterns = [
    path("sales-files", sales_files.SalesFiles.as_view(), name="sales_files"),
    path("sales-files/<uuid:pk>", sales_files.OneFile.as_view(), name="sales_file"),
    path("sales-files/<uuid:pk>/map", sales_files.Map.as_view(), name="sales_file_map"),
    path("sales-files/<uuid:pk>/validate", sales_files.Validate.as_view(), name="sales_file_check"),
    path("sales-files/<uuid:pk>/commit", sales_files.Commit.as_view(), name="sales_file_commit"),
    path("sales-files/<uuid:pk>/reverse", sales_files.Reverse.as_view(), name="sales_file_reverse"),
    path("sales-files/<uuid:pk>/errors", sales_files.Errors.as_view(), name="sales_file_errors"),
    path("tables", tables.Tables.as_view(), name="tables"),
    path("tables/standing", tables.Standing.as_view(), name="table_standing"),
    path("tables/<uuid:pk>", tables.OneTable.as_view(), name="table"),
    path("tables/<uuid:pk>/map", tables.Map.as_view(), name="table_map"),
    path("tables/<uuid:pk>/take", tables.Take.as_view(), name="table_take"),
    path("tables/<uuid:pk>/reverse", tables.Reverse.as_view(), name="table_reverse"),
    path("tables/<uuid:pk>/errors", tables.Errors.as_view(), name="table_errors"),
    path("uploads", uploads.Uploads.as_view(), name="uploads"),
    path("uploads/<uuid:pk>", uploads.OneUpload.as_view(), name="upload"),
    path("uploads/<uuid:pk>/finish", uploads.Finish.as_view(), name="upload_finish"),
    path("webhooks", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<uuid:pk>", webhooks.OneWebhook.as_view(), name="webhook"),
    path("webhooks/<uuid:pk>/secret", webhooks.Secret.as_view(), name="webhook_secret"),
    path("webhooks/<uuid:pk>/rotate", webhooks.Rotate.as_view(), name="webhook_rotate"),
    path("webhooks/<uuid:pk>/attempts", webhooks.Attempts.as_view(), name="webhook_attempts"),
    path(
        "webhooks/<uuid:pk>/attempts/<uuid:attempt>/replay",
        webhooks.Replay.as_view(),
        name="webhook_replay",
    ),
]
