"""Signing in and one's own account in a real browser: every page clean, light, dark and narrow."""

import pytest

from accounts import permissions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENTRANCE = ["login/", "login/code/", "password/reset/"]
OWN = [
    "../settings/",
    "2fa/",
    "2fa/webauthn/",
    "2fa/recovery-codes/generate/",
    "email/",
    "password/change/",
    "sessions/",
    "organisations/",
    "2fa/reauthenticate/",
    "logout/",
]


def check(eyes, pages, name):
    """Open each page and hold it to the rules."""
    found = {}
    for page in pages:
        assert eyes.open(f"/accounts/{page}") == 200, page
        found[page] = [*eyes.violations(), *(["too wide"] if eyes.overflows() > 0 else [])]
        eyes.shoot(f"{name}-{page.strip('./').replace('/', '-')}")
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_the_way_in_is_clean(look, harbour):
    check(look(width=320), ENTRANCE, "in-light")
    check(look(dark=True), ENTRANCE, "in-dark")


def test_the_own_pages_are_clean(page_as):
    check(page_as(permissions.ANALYST, dark=True), OWN, "own-dark")
    check(page_as(permissions.ANALYST, width=320), OWN, "own-light")
