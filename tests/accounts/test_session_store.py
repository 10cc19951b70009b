"""The session of a request: kept, over, ended, or never one of ours."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    """The key of a session that says something."""
    session = SessionStore()
    session["org"] = "some"
    session.save()
    return session.session_key


def test_a_session_says_what_was_put_in(key):
    assert SessionStore(key)["org"] == "some"


@pytest.mark.parametrize("end", ["over", "ended", "changed", "unknown"])
def test_a_session_that_doesnt_hold_is_empty_and_its_key_is_never_taken_up(key, end):
    rows = Session.objects.filter(session_key=key)
    if end == "over":
        rows.update(expire_date=timezone.now() - timedelta(seconds=1))
    elif end == "ended":
        rows.delete()
    elif end == "changed":
        rows.update(session_data=rows.get().session_data[::-1])
    asked = SessionStore("a" * 32 if end == "unknown" else key)
    assert asked.get("org") is None
    if end != "changed":
        assert asked.session_key is None
