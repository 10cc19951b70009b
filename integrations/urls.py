"""Addresses of webhooks in the browser, below ``/webhooks/``."""

from django.urls import path

from integrations.views import webhook_attempts, webhooks

urlpatterns = [
    path("", webhooks.List.as_view(), name="webhooks"),
    path("new/", webhooks.New.as_view(), name="webhook_new"),
    path("replay/", webhook_attempts.ReplayMany.as_view(), name="webhook_replays"),
    path("<uuid:pk>/", webhooks.One.as_view(), name="webhook"),
    path("<uuid:pk>/change/", webhooks.Change.as_view(), name="webhook_change"),
    path("<uuid:pk>/pause/", webhooks.Pause.as_view(), name="webhook_pause"),
    path("<uuid:pk>/resume/", webhooks.Resume.as_view(), name="webhook_resume"),
    path("<uuid:pk>/rotate/", webhooks.Rotate.as_view(), name="webhook_rotate"),
    path("<uuid:pk>/delete/", webhooks.Delete.as_view(), name="webhook_delete"),
    path(
        "<uuid:pk>/deliveries/<uuid:attempt>/",
        webhook_attempts.One.as_view(),
        name="webhook_attempt",
    ),
    path(
        "<uuid:pk>/deliveries/<uuid:attempt>/replay/",
        webhook_attempts.Replay.as_view(),
        name="webhook_replay",
    ),
]
