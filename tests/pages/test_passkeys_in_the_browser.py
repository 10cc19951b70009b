"""Passkeys in a real browser, with a software authenticator: added, used, and only from here."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import quote, unquote

import pytest
from allauth.mfa.models import Authenticator

from accounts import permissions
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOFTWARE_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def boss(harbour):
    """An administrator with a password and no second factor yet."""
    return factories.person(
        harbour,
        permissions.ADMINISTRATOR,
        email="boss@harbour.example",
        password=factories.PASSWORD,
        second_factor=False,
    )


@pytest.fixture
def eyes(look):
    """A window with a software authenticator in it."""
    opened = look()
    session = opened.page.context.new_cdp_session(opened.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": SOFTWARE_KEY})
    return opened


def add_passkey(eyes):
    """Sign in with the password, confirm it, and add a passkey that can sign in alone."""
    page = eyes.page
    eyes.open("/accounts/login/?next=/accounts/2fa/webauthn/add/")
    page.get_by_label("E-mail").fill("boss@harbour.example")
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/reauthenticate/**")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/")


def test_a_passkey_is_added_signs_in_alone_and_confirms(eyes, boss):
    page = eyes.page
    add_passkey(eyes)
    assert Authenticator.objects.filter(user=boss, type="webauthn").count() == 1
    assert eyes.open("/") == 200
    assert "/second-factor/" not in page.url
    eyes.open("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{eyes.base}/")
    eyes.open("/accounts/confirm/?next=/changes/")
    assert "/2fa/webauthn/reauthenticate/" in page.url
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/changes/")


def test_an_answer_given_to_another_address_is_refused(eyes, boss):
    page = eyes.page
    add_passkey(eyes)
    eyes.open("/accounts/confirm/?next=/changes/")

    def elsewhere(route, request):
        """Change the origin that the browser signed for, as a look-alike page would have it."""
        sent = dict(part.partition("=")[::2] for part in request.post_data.split("&"))
        answer = json.loads(unquote(sent["credential"].replace("+", " ")))
        told = answer["response"]["clientDataJSON"]
        data = json.loads(urlsafe_b64decode(told + "=" * (-len(told) % 4)))
        data["origin"] = "http://look-alike.example"
        changed = urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")
        answer["response"]["clientDataJSON"] = changed
        sent["credential"] = quote(json.dumps(answer))
        route.continue_(post_data="&".join(f"{name}={value}" for name, value in sent.items()))

    page.route(
        "**/2fa/webauthn/reauthenticate/**",
        lambda route, request: (
            elsewhere(route, request) if request.method == "POST" else route.continue_()
        ),
    )
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{eyes.base}/")
    assert page.get_by_text("Incorrect code").is_visible()
