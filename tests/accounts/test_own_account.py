"""The pages of one's own account: setting up a second factor, confirming, what survives."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts import permissions
from accounts.models import Membership
from accounts.services import memberships
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.accounts.test_doors import People, urlpatterns  # noqa: F401
from tests.accounts.test_signing_in import code_of, codes, give_password

pytestmark = pytest.mark.django_db
PASSWORD = factories.PASSWORD


@pytest.fixture(autouse=True)
def _own_addresses(settings):
    settings.ROOT_URLCONF = "tests.accounts.test_doors"


@pytest.fixture
def boss(org):
    """An administrator with a password and an authenticator app."""
    return factories.person(
        org, permissions.ADMINISTRATOR, email="boss@harbour.example", password=PASSWORD
    )


def secret_shown(page):
    """Return the TOTP secret that a page shows as text."""
    return re.search(r"<code>([A-Z2-7]{32})</code>", page.content.decode()).group(1)


@pytest.mark.django_db(transaction=True)
def test_who_has_no_second_factor_sets_one_up_and_is_let_in(org):
    user = factories.person(
        org, permissions.OPS, email="ops@harbour.example", password=PASSWORD, second_factor=False
    )
    browser = Client()
    give_password(browser, user.email)
    assert browser.get("/inside")["Location"].startswith("/accounts/second-factor/")
    assert browser.get("/accounts/second-factor/").status_code == 200
    asked = browser.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert browser.get(asked["Location"]).status_code == 200
    browser.post(asked["Location"], {"password": PASSWORD})
    page = browser.get("/accounts/2fa/totp/activate/")
    assert browser.get("/accounts/2fa/totp/code.svg")["Content-Type"] == "image/svg+xml"
    secret = secret_shown(page)
    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert browser.get(answer["Location"]).content.count(b"<li><code>") == 10
    assert browser.get("/inside").content == b"inside"
    kept = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(kept.data)
    assert "accounts.second_factor.added" in codes(org)
    assert len(mail.outbox) == 1


def test_a_form_survives_confirming_and_the_session_gets_a_new_name(boss):
    browser = factories.sign_in(Client(), boss, fresh=False)
    answer = browser.post("/people?tab=1", {"what": "it", "more": "x"})
    answer = browser.get(answer["Location"])
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fresume")
    asked = answer["Location"]
    assert browser.get(asked).status_code == 200
    before = browser.session.session_key
    answer = browser.post(asked, {"code": "000000"})
    assert answer.status_code == 200
    answer = browser.post(asked, {"code": code_of(boss)})
    assert answer["Location"].startswith("/accounts/resume/")
    assert browser.session.session_key != before
    page = browser.get(answer["Location"]).content.decode()
    assert '<form method="post" action="/people?tab=1">' in page
    sent = dict(re.findall(r'name="(what|more)" value="([^"]*)"', page))
    assert sent == {"what": "it", "more": "x"}
    assert browser.post("/people?tab=1", sent).content == b"did it True"


def test_a_password_alone_does_not_confirm_for_who_has_a_second_factor(boss):
    browser = factories.sign_in(Client(), boss, fresh=False)
    answer = browser.get("/accounts/2fa/totp/deactivate/")
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    answer = browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert browser.post("/people", {"what": "it"}).status_code == 302


def test_removing_the_second_factor_is_told_and_closes_the_doors(boss, org):
    browser = factories.sign_in(Client(), boss)
    assert browser.get("/accounts/2fa/totp/deactivate/").status_code == 200
    browser.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=boss).exists()
    assert [message.to for message in mail.outbox] == [[boss.email]]
    assert browser.get("/inside").status_code == 302
    assert "accounts.second_factor.removed" in codes(org)


def test_other_sessions_are_listed_and_ended(boss):
    browsers = [Client(), Client()]
    for shift, browser in enumerate(browsers):
        give_password(browser, boss.email)
        cache.clear()
        browser.post("/accounts/2fa/authenticate/", {"code": code_of(boss)})
        assert UserSession.objects.count() == shift + 1
    here, there = browsers
    assert b"this one" in here.get("/accounts/sessions/").content
    here.post("/accounts/sessions/")
    assert there.get("/inside").status_code == 302
    assert here.get("/inside").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "2fa/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "email/",
        "password/change/",
        "sessions/",
        "organisations/",
        "logout/",
        "2fa/reauthenticate/",
    ],
)
def test_every_page_of_the_account_shows(boss, address):
    browser = factories.sign_in(Client(), boss)
    answer = browser.get(f"/accounts/{address}")
    assert answer.status_code == 200
    assert b"<h1>" in answer.content
    assert "data:" not in re.sub(r"data-", "", answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_replace_the_old_and_are_noted(boss, org):
    old = Authenticator.objects.get(user=boss, type="recovery_codes").wrap().get_unused_codes()
    browser = factories.sign_in(Client(), boss)
    browser.post("/accounts/2fa/recovery-codes/generate/")
    new = Authenticator.objects.get(user=boss, type="recovery_codes").wrap().get_unused_codes()
    assert not set(old) & set(new)
    assert "accounts.second_factor.codes_made" in codes(org)


def test_recovery_codes_can_be_taken_away_as_a_file(boss):
    browser = factories.sign_in(Client(), boss)
    answer = browser.get("/accounts/2fa/recovery-codes/download/")
    assert answer["Content-Disposition"].startswith("attachment")


def test_who_belongs_to_several_organisations_chooses(boss, org, other_org):
    with tenant_atomic(other_org.id):
        memberships.give(
            user=boss, role=permissions.LEGAL, by=factories.TESTS, at=factories.LONG_AGO
        )
    browser = factories.sign_in(Client(), boss)
    answer = browser.get("/inside")
    assert answer["Location"].startswith("/accounts/organisations/")
    page = browser.get("/accounts/organisations/").content.decode()
    assert org.name in page
    assert other_org.name in page
    answer = browser.post("/accounts/organisations/", {"organisation": str(other_org.id)})
    assert answer.status_code == 302
    assert browser.session["org"] == str(other_org.id)
    assert browser.post("/people", {"what": "it"}).status_code == 403
    browser.post("/accounts/organisations/", {"organisation": str(org.id)})
    assert browser.post("/people", {"what": "it"}).status_code == 200


def test_nobody_chooses_an_organisation_of_others(boss, other_org):
    browser = factories.sign_in(Client(), boss)
    answer = browser.post("/accounts/organisations/", {"organisation": str(other_org.id)})
    assert answer.status_code == 200
    assert other_org.name not in answer.content.decode()
    assert browser.get("/inside").status_code == 200
    assert browser.session["org"] != str(other_org.id)


def test_a_role_that_ended_counts_at_the_next_request(boss, org):
    browser = factories.sign_in(Client(), boss)
    assert browser.get("/inside").status_code == 200
    with tenant_atomic(org.id):
        Membership.objects.update(ends=factories.LONG_AGO + timedelta(days=1))
    assert browser.get("/inside")["Location"].startswith("/accounts/organisations/")
    assert browser.get("/accounts/organisations/").status_code == 403
