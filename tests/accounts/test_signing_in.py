"""The way in: password, code by mail, second factor, recovery codes, and the way out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from accounts import permissions
from accounts.models import User
from accounts.services import people
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = factories.PASSWORD


@pytest.fixture
def ana(org):
    """An analyst with a password and an authenticator app."""
    return factories.person(
        org, permissions.ANALYST, email="ana@harbour.example", password=PASSWORD
    )


def code_of(user, shift=0):
    """Return the code that the person's authenticator shows, ``shift`` periods from now."""
    kept = Authenticator.objects.get(user=user, type="totp")
    return people.code_of(kept, datetime.now(UTC) + timedelta(seconds=30 * shift))


def give_password(browser, email="ana@harbour.example", password=PASSWORD):
    """Send the first form of signing in."""
    return browser.post("/accounts/login/", {"login": email, "password": password})


def signed_in(browser):
    """Return whether this browser's session is somebody's."""
    return "_auth_user_id" in browser.session


def codes(org):
    """Return the codes of an organisation's events."""
    with tenant_atomic(org.id):
        return list(Event.objects.order_by("at", "id").values_list("code", flat=True))


def test_password_and_code_sign_a_person_in(ana, org):
    browser = Client()
    assert browser.get("/accounts/login/").status_code == 200
    answer = give_password(browser)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(browser)
    assert b"authenticator app" in browser.get("/accounts/2fa/authenticate/").content
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code_of(ana)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(browser)
    assert "accounts.person.signed_in" in codes(org)


def test_a_code_works_once(ana):
    first, second = Client(), Client()
    code = code_of(ana)
    for browser in (first, second):
        give_password(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_a_clock_half_a_minute_off_is_fine_and_still_a_code_works_once(ana):
    code, outcome = code_of(ana, shift=-1), []
    for _ in range(2):
        browser = Client()
        give_password(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        outcome.append(signed_in(browser))
        cache.delete(f"allauth.mfa.totp.used?user={ana.pk}&code={code}")  # as after its period
    assert outcome == [True, False]


def test_an_old_code_is_refused(ana):
    browser = Client()
    give_password(browser)
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(ana, shift=-3)})
    assert not signed_in(browser)


def test_after_five_wrong_codes_the_right_one_is_refused_too(ana, org):
    browser = Client()
    give_password(browser)
    for _ in range(5):
        browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code_of(ana)})
    assert answer.status_code == 200
    assert not signed_in(browser)
    assert codes(org).count("accounts.person.sign_in_failed") == 5


def test_after_five_wrong_passwords_the_right_one_is_refused_too(ana, org):
    browser = Client()
    for _ in range(5):
        give_password(browser, password="not the password at all")
    answer = give_password(browser)
    assert answer.status_code == 200
    assert b"Too many" in answer.content
    assert codes(org).count("accounts.person.sign_in_failed") == 5


def test_a_recovery_code_works_once(ana):
    kept = Authenticator.objects.get(user=ana, type="recovery_codes").wrap()
    code = kept.get_unused_codes()[0]
    outcome = []
    for _ in range(2):
        browser = Client()
        give_password(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        outcome.append(signed_in(browser))
    assert outcome == [True, False]


def test_a_mailed_code_replaces_the_password_but_not_the_second_factor(ana):
    browser = Client()
    assert browser.get("/accounts/login/code/").status_code == 200
    browser.post("/accounts/login/code/", {"email": ana.email})
    assert browser.get("/accounts/login/code/confirm/").status_code == 200
    (message,) = mail.outbox
    code = re.search(r"^([A-Z0-9-]{6,})$", message.body, re.M).group(1)
    answer = browser.post("/accounts/login/code/confirm/", {"code": code})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(browser)


@pytest.mark.parametrize(
    ("address", "field", "more"),
    [
        ("/accounts/login/", "login", {"password": "not the password at all"}),
        ("/accounts/login/code/", "email", {}),
        ("/accounts/password/reset/", "email", {}),
    ],
)
def test_no_answer_tells_who_has_an_account(ana, address, field, more):
    def answered(email):
        answer = Client().post(address, {field: email, **more})
        text = answer.content.decode().replace(email, "")
        return answer.status_code, answer.get("Location"), re.sub(r'value="[^"]*"', "", text)

    assert answered(ana.email) == answered("nobody@harbour.example")


def test_nobody_signs_up(client):
    assert b"invitation" in client.get("/accounts/signup/").content
    assert client.post("/accounts/signup/", {"email": "new@harbour.example"}).status_code == 405
    assert not User.objects.exists()


def test_signing_out_ends_the_session_on_the_server(ana, org):
    browser = factories.sign_in(Client(), ana)
    key = browser.session.session_key
    assert browser.get("/accounts/logout/").status_code == 200
    browser.post("/accounts/logout/")
    assert not Session.objects.filter(pk=key).exists()
    assert "accounts.person.signed_out" in codes(org)


def test_a_disabled_person_is_out_at_the_next_request(ana):
    browser = factories.sign_in(Client(), ana)
    assert browser.get("/accounts/2fa/").status_code == 200
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert browser.get("/accounts/2fa/").status_code == 302
    stranger = Client()
    give_password(stranger)
    assert not signed_in(stranger)


def test_signing_in_changes_the_sessions_name(ana):
    browser = Client()
    browser.get("/accounts/login/code/")
    give_password(browser)
    before = browser.session.session_key
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(ana)})
    assert browser.session.session_key != before


def test_a_password_is_reset_by_a_mailed_code(ana, org):
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": ana.email})
    assert browser.get("/accounts/password/reset/confirm/").status_code == 200
    code = re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[0].body, re.M).group(1)
    answer = browser.post("/accounts/password/reset/confirm/", {"code": code})
    assert answer["Location"] == "/accounts/password/reset/complete/"
    assert browser.get(answer["Location"]).status_code == 200
    wanted = "four plain words in a row"
    browser.post(answer["Location"], {"password1": wanted, "password2": wanted})
    ana.refresh_from_db()
    assert ana.check_password(wanted)
    assert "accounts.password.changed" in codes(org)


@pytest.mark.parametrize(
    "password",
    ["short one here", "mediatrack-2026-!!", "1234567890123456789", "ana@harbour.example"],
)
def test_easy_passwords_are_refused(ana, password):
    with pytest.raises(ValidationError):
        validate_password(password, ana)


def test_a_long_plain_password_is_fine(ana):
    validate_password("four plain words in a row", ana)


def test_secrets_are_sealed(ana):
    for kept in Authenticator.objects.filter(user=ana):
        sealed = kept.data.get("secret") or kept.data["seed"]
        assert sealed.split(".")[1] == str(ana.pk)
        assert len(sealed) > 80


def test_a_demo_tells_an_accounts_code_and_nothing_else_does(ana, settings, capsys):
    settings.DEMO = True
    call_command("demo_code", ana.email)
    assert capsys.readouterr().out.strip() == code_of(ana)
    with pytest.raises(people.PersonRefused):
        call_command("demo_code", "nobody@harbour.example")
    settings.DEMO = False
    with pytest.raises(people.PersonRefused):
        call_command("demo_code", ana.email)
