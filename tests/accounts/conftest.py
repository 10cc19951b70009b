"""Tests of signing in start without anybody's earlier tries, and hash passwords quickly."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _quick_and_fresh(settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "accounts.passwords.ClientSecrets",
    ]
    cache.clear()
