"""Addresses of the API: tokens, and who the caller is."""

from allauth.idp.oidc import views as oidc
from django.urls import path

from accounts.api.me import Me
from accounts.api.tokens import token
from accounts.doors import Door
from accounts.views.base import behind

TOKENS = Door(public="clients show their id and secret in the request itself")

urlpatterns = [
    path("oauth/token", behind(token, TOKENS), name="token"),
    path("oauth/revoke", behind(oidc.revoke, TOKENS), name="revoke"),
    path("me", Me.as_view(), name="me"),
]
