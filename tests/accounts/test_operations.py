"""The operations site shows reference tables to superusers with a second factor, to read."""

import re

import pytest
from django.contrib import admin
from django.test import Client

from accounts import permissions
from accounts.models import User
from tests import factories
from tests.access_matrix import OPERATIONS

pytestmark = pytest.mark.django_db
LISTS = [name.removesuffix("_changelist") for name in OPERATIONS if name.endswith("_changelist")]
# What a policy of 'self' alone forbids: scripts, styles and handlers in the page itself.
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=|javascript:")


@pytest.fixture
def operator(org):
    """A superuser of one organisation."""
    user = factories.person(org, permissions.ADMINISTRATOR)
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    return user


@pytest.fixture
def browser(operator):
    """The operator's browser, with the second factor given."""
    return factories.sign_in(Client(), operator)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_shown_and_has_nothing_that_the_policy_forbids(browser, name):
    answer = browser.get(f"/admin/{name.replace('_', '/')}/")
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "result_list" in shown or "0 " in shown
    assert INLINE.findall(shown) == []


def test_the_front_page_links_to_the_lists_and_to_the_product(browser):
    for address in ("/admin/", "/admin/territories/", "/admin/holders/"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert INLINE.findall(answer.content.decode()) == []
    shown = browser.get("/admin/").content.decode()
    for name in LISTS:
        assert f'href="/admin/{name.replace("_", "/")}/"' in shown
    assert 'href="/accounts/logout/"' in shown


def test_other_packages_tables_stay_away():
    named = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert named == set(LISTS)


@pytest.mark.parametrize(
    ("address", "there", "not_there"),
    [
        ("territories/territory/?q=de", "Germany", "France"),
        ("territories/righttype/?q=MUS", "Music", "Any use"),
        ("territories/groupmember/?q=africa", "AFRICA", "AMERICA"),
        ("holders/society/?q=GEMA", "GEMA", "AKM"),
    ],
)
def test_codes_are_found_in_any_spelling(browser, address, there, not_there):
    shown = browser.get(f"/admin/{address}").content.decode()
    rows = shown[shown.index("result_list") :].partition("</tbody>")[0]
    assert there in rows
    assert not_there not in rows


def test_nobody_adds_changes_or_deletes(browser):
    assert browser.post("/admin/territories/territory/", {}).status_code == 405
    for rest in ("add/", "DE/", "DE/change/", "DE/delete/", "DE/history/"):
        assert browser.get(f"/admin/territories/territory/{rest}").status_code == 404


def test_without_a_second_factor_an_operator_is_sent_to_give_it(operator):
    browser = factories.sign_in(Client(), operator, verified=False)
    answer = browser.get("/admin/holders/society/")
    assert answer["Location"].startswith("/accounts/second-factor/?next=")


def test_signing_in_is_the_products_own():
    for address in ("/admin/", "/admin/login/?next=/admin/"):
        assert Client().get(address)["Location"].startswith("/accounts/login/?next=")
