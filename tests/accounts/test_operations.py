"""The operations site shows reference tables to superusers with a second factor, to read."""

import re
from io import StringIO

import pytest
from django.contrib import admin
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import permissions
from accounts.models import User
from accounts.services import clients, people
from audit.models import Event
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
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


def told(*command, **more):
    """Return what a command prints."""
    out = StringIO()
    call_command(*command, stdout=out, **more)
    return out.getvalue()


def events_of(org):
    """Return the codes recorded in an organisation."""
    with tenant_atomic(org.id):
        return list(Event.objects.values_list("code", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_command_makes_an_operator_who_still_needs_a_second_factor(org):
    said = told("make_superuser", "Sam@Harbour.example", org=org.slug, role="ops", name="Sam")
    assert "/admin/" in said
    user = User.objects.get(email="sam@harbour.example")
    assert (user.is_superuser, user.is_staff, user.has_usable_password()) == (True, False, False)
    assert [mail.outbox[n].subject for n in (0, 1)] == [
        "MediaTrack Pro: you are invited", "MediaTrack Pro: you are an operator",
    ]  # fmt: skip
    browser = factories.sign_in(Client(), user, verified=False)
    assert browser.get("/admin/")["Location"].startswith("/accounts/second-factor/")
    with tenant_atomic(org.id):
        people.give_second_factor(user=user)
    assert factories.sign_in(Client(), user).get("/admin/").status_code == 200
    assert "accounts.operator.made" in events_of(org)
    told("make_superuser", user.email, org=org.slug, end=True, reason="Left")
    assert factories.sign_in(Client(), user).get("/admin/").status_code == 404
    assert "accounts.operator.ended" in events_of(org)


def test_who_has_a_role_keeps_it_and_nobody_else_is_made_by_mistake(org, other_org):
    known = factories.person(org, permissions.ANALYST, email="ana@harbour.example")
    told("make_superuser", known.email, org=org.slug)
    for address, slug in (
        (known.email, org.slug),  # already one
        (known.email, other_org.slug),  # no role there
        ("nobody@harbour.example", org.slug),  # unknown, and no role to invite with
    ):
        with pytest.raises(DomainError):
            call_command("make_superuser", address, org=slug)
    assert list(User.objects.filter(is_superuser=True)) == [known]


@pytest.mark.parametrize("kind", ["disabled", "program"])
def test_a_disabled_person_and_a_program_are_refused(org, kind):
    with tenant_atomic(org.id):
        if kind == "program":
            user = clients.make(
                name="feed", codes=["catalog.work.view"], by=factories.TESTS, at=factories.LONG_AGO
            ).client.account
    if kind == "disabled":
        user = factories.person(org, permissions.OPS)
        User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(DomainError, match=kind):
        call_command("make_superuser", user.email, org=org.slug, role="ops")
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_command_asks_for_an_address_only_where_somebody_can_answer(org):
    with pytest.raises(CommandError, match="EMAIL"):
        call_command("make_superuser", org=org.slug)
