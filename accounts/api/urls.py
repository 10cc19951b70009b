"""Addresses of the API: tokens, and who the caller is."""

from allauth.idp.oidc import views as oidc
from django.urls import path

from accounts.api import changes, description, events, jobs
from accounts.api.me import Me
from accounts.api.tokens import token
from accounts.doors import Door
from accounts.views.base import behind

TOKENS = Door(public="clients show their id and secret in the request itself")

urlpatterns = [
    path("oauth/token", behind(token, TOKENS), name="token"),
    path("oauth/revoke", behind(oidc.revoke, TOKENS), name="revoke"),
    path("openapi.json", description.OpenApi.as_view(), name="openapi"),
    path("me", Me.as_view(), name="me"),
    path("jobs", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<uuid:pk>", jobs.OneJob.as_view(), name="job"),
    path("jobs/<uuid:pk>/cancel", jobs.Cancel.as_view(), name="job_cancel"),
    path("changes", changes.Changes.as_view(), name="changes"),
    path("changes/<uuid:pk>", changes.OneChange.as_view(), name="change"),
    path("changes/<uuid:pk>/approve", changes.Approve.as_view(), name="change_approve"),
    path("changes/<uuid:pk>/reject", changes.Reject.as_view(), name="change_reject"),
    path("changes/<uuid:pk>/withdraw", changes.Withdraw.as_view(), name="change_withdraw"),
    path("events", events.Events.as_view(), name="events"),
]
