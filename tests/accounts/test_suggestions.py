"""Fields that offer names while one types: rows of one's organisation, for who may see them."""

import pytest
from django.test import Client

from accounts import permissions
from foundation.tenancy import tenant_atomic
from holders.services import holders
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(org):
    """An analyst's."""
    person = factories.person(org, permissions.ANALYST, name="Ana Kestrel")
    return factories.sign_in(Client(), person)


def register(org, name, **more):
    with tenant_atomic(org.pk):
        holders.register(
            kind="label", name=name, actor=factories.TESTS, at=factories.LONG_AGO, **more
        )


def test_names_that_begin_so_are_offered_with_what_tells_them_apart(org, other_org, browser):
    register(org, "Kittiwake <b>Music</b>", code="KIT-1")
    register(other_org, "Kittiwake of others")
    body = browser.get("/suggestions/holder/?of=payee&payee=kittiwake").content.decode()
    assert 'value="Kittiwake &lt;b&gt;Music&lt;/b&gt;"' in body
    assert "KIT-1" in body
    assert "1 name offered" in body
    assert "others" not in body


def test_nothing_found_is_said_and_an_unknown_kind_is_not_there(browser):
    assert "No name begins so" in browser.get("/suggestions/holder/?q=zzz").content.decode()
    assert browser.get("/suggestions/nothing/?q=a").status_code == 404
