"""A form whose session ended while it was filled in waits behind the sign-in, for its author."""

import json
import re
import time

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import permissions
from accounts.models import SavedView
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {"list": "/jobs/", "query": "state=failed", "label": "Went wrong", "shared": "private"}


@pytest.fixture(autouse=True)
def _clear():
    cache.clear()


def idle(client):
    """Let the session end by time."""
    session = client.session
    session["began"] = session["seen"] = int(time.time()) - 31 * 60
    session.save()


@pytest.fixture
def ana(org):
    """A creator: she signs in by password alone."""
    person = factories.person(
        org, permissions.CREATOR, password=factories.PASSWORD, second_factor=False
    )
    person.emailaddress_set.update_or_create(
        email=person.email, defaults={"verified": True, "primary": True}
    )
    return person


@pytest.fixture
def client(ana):
    """Her browser, which has been used."""
    browser = factories.sign_in(Client(), ana, verified=False)
    assert browser.get("/jobs/").status_code == 200
    return browser


def test_what_was_filled_in_is_there_after_signing_in_again(org, ana, client):
    idle(client)
    answer = client.post("/views/new/", FORM)
    assert answer.status_code == 302
    login = answer["Location"]
    assert login.startswith("/accounts/login/?next=%2Faccounts%2Fresume%2F")
    assert "Went wrong" not in json.dumps(client.session["held_forms"])
    assert b"what you filled in is kept" in client.get(login).content
    signed_in = client.post(login, {"login": ana.email, "password": factories.PASSWORD})
    assert signed_in.status_code == 302
    page = client.get(signed_in["Location"]).content.decode()
    assert 'action="/views/new/"' in page
    held = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert held | FORM == held
    with tenant_atomic(org.pk):
        assert not SavedView.objects.exists()
    assert client.post("/views/new/", held).status_code == 302
    with tenant_atomic(org.pk):
        assert SavedView.objects.get().label == "Went wrong"


def test_nobody_else_gets_it_by_signing_in_there(org, ana, client):
    idle(client)
    back = client.post("/views/new/", FORM)["Location"].partition("next=")[2].replace("%2F", "/")
    other = factories.person(org, permissions.CREATOR)
    client.force_login(other)
    assert client.get(back).status_code == 404


def test_secrets_and_unknown_authors_forms_are_not_kept(org, ana, client):
    idle(client)
    answer = client.post("/views/new/", {**FORM, "new_password": "a quiet harbour"})
    assert answer["Location"] == "/accounts/login/"
    assert "held_forms" not in client.session
    assert Client().post("/views/new/", FORM)["Location"] == "/accounts/login/"
