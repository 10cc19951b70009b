"""Programs: an id and a secret, a token for ten minutes, one organisation, and their own codes."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client as OidcClient
from allauth.idp.oidc.models import Token
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import permissions
from accounts.models import ApiClient, ServiceAccount, User
from accounts.policies import can
from accounts.selectors import clients as questions
from accounts.services import clients
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db
SEE, CHANGES, HIGH = (
    permissions.PEOPLE_SEE,
    permissions.CHANGES_SEE,
    permissions.PEOPLE_MANAGE,
)


def made(org, *codes):
    """Make a client of an organisation."""
    with tenant_atomic(org.id):
        return clients.make(
            name="Nightly import",
            codes=codes or [SEE, CHANGES],
            by=factories.TESTS,
            at=factories.LONG_AGO,
        )


def ask(client, secret=None, **more):
    """Ask for a token as a program does."""
    proof = b64encode(f"{client.client_id}:{secret or client.secret}".encode()).decode()
    return Client().post(
        "/api/v1/oauth/token",
        {"grant_type": "client_credentials", **more},
        headers={"Authorization": f"Basic {proof}"},
    )


def me(token):
    """Ask who a token is."""
    return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def client_of(org):
    """A client of the first organisation."""
    return made(org)


def test_a_client_gets_a_token_for_ten_minutes_and_is_itself(client_of, org):
    answer = ask(client_of)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
    assert "refresh_token" not in told
    who = me(told["access_token"]).json()
    assert who["organisation"] == {"id": str(org.id), "slug": "harbour", "name": org.name}
    assert who["actor"] == {
        "id": str(client_of.client.account_id),
        "kind": "client",
        "name": "Nightly import",
    }
    assert who["permissions"] == sorted([SEE, CHANGES])


def test_a_token_can_be_asked_for_with_less_but_never_with_more(client_of):
    less = ask(client_of, scope=SEE).json()["access_token"]
    assert me(less).json()["permissions"] == [SEE]
    assert ask(client_of, scope=HIGH).status_code == 400


def test_wrong_secrets_and_other_grants_are_refused(client_of):
    assert ask(client_of, secret="guessed").status_code == 401
    assert ask(client_of, grant_type="password", username="x", password="y").status_code == 400
    assert ask(client_of, grant_type="authorization_code", code="x").status_code == 400


@pytest.mark.parametrize("token", ["nonsense", "", "x" * 5000])
def test_an_unknown_token_is_answered_with_a_problem(token):
    answer = me(token)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_ends_after_its_ten_minutes(client_of):
    token = ask(client_of).json()["access_token"]
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert me(token).status_code == 401


def test_an_ended_client_is_out_at_the_next_request(client_of, org):
    token = ask(client_of).json()["access_token"]
    with tenant_atomic(org.id):
        clients.end(
            client_id=client_of.client.pk,
            by=factories.TESTS,
            at=timezone.now(),
            reason="Not needed",
        )
        with pytest.raises(clients.ClientRefused):
            clients.end(
                client_id=client_of.client.pk, by=factories.TESTS, at=timezone.now(), reason=""
            )
    assert me(token).status_code == 401
    assert ask(client_of).status_code in (400, 401)


def test_a_disabled_account_is_out_at_the_next_request(client_of):
    token = ask(client_of).json()["access_token"]
    User.objects.filter(pk=client_of.client.account_id).update(is_active=False)
    assert me(token).status_code == 401


def test_codes_taken_from_a_client_leave_its_tokens_too(client_of, org):
    token = ask(client_of).json()["access_token"]
    with tenant_atomic(org.id):
        ApiClient.objects.update(codes=[SEE])
    assert me(token).json()["permissions"] == [SEE]


def test_a_client_sees_its_own_organisation_alone(client_of, org, other_org):
    token = questions.BearerToken(client_of.client_id, org.id, frozenset([SEE]))
    with tenant_atomic(org.id):
        account = questions.account_of(token)
        assert isinstance(account, ServiceAccount)
        assert can(account, SEE)
        assert not can(account, CHANGES)
    with tenant_atomic(other_org.id):
        assert questions.account_of(token) is None


def test_a_client_pointed_at_another_organisation_is_nobody(client_of, other_org):
    token = ask(client_of).json()["access_token"]
    OidcClient.objects.update(data={"organisation": str(other_org.id)})
    assert me(token).status_code == 401


def test_a_token_opens_no_page(client_of):
    token = ask(client_of).json()["access_token"]
    answer = Client().get("/changes/", headers={"Authorization": f"Bearer {token}"})
    assert answer["Location"].startswith("/accounts/login/")


def test_a_token_lends_its_organisation_to_no_session(client_of, org, other_org):
    token = ask(client_of).json()["access_token"]
    stranger = factories.person(other_org, permissions.ADMINISTRATOR)
    browser = factories.sign_in(Client(), stranger)
    page = browser.get("/changes/", headers={"Authorization": f"Bearer {token}"})
    assert page.status_code == 200
    assert other_org.name in page.content.decode()
    assert org.name not in page.content.decode()


def test_tokens_are_not_asked_for_without_end(client_of):
    answers = [ask(client_of, secret="guessed").status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]


@pytest.mark.parametrize("codes", [[HIGH], ["no.such.code"], []])
def test_what_a_client_may_not_have_is_refused_with_what_it_may(org, codes):
    with tenant_atomic(org.id), pytest.raises(clients.ClientRefused):
        clients.make(name="x", codes=codes, by=factories.TESTS, at=factories.LONG_AGO)
    assert not OidcClient.objects.exists()


def test_the_secret_is_kept_nowhere(client_of):
    kept = OidcClient.objects.get()
    assert client_of.secret not in json.dumps([kept.secret, kept.data, kept.name])
    assert kept.check_secret(client_of.secret)


def test_a_person_asks_by_their_session(org):
    browser = factories.sign_in(Client(), factories.person(org, permissions.LEGAL))
    who = browser.get("/api/v1/me").json()
    assert who["roles"] == ["legal"]
    assert SEE in who["permissions"]
    answer = factories.sign_in(
        Client(), factories.person(org, permissions.LEGAL), verified=False
    ).get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")


def test_the_command_shows_id_and_secret_once(org, capsys):
    call_command("api_client", org=org.slug, name="Nightly", scopes=[SEE], json=True)
    told = json.loads(capsys.readouterr().out)
    assert OidcClient.objects.get(pk=told["client_id"]).check_secret(told["client_secret"])
    with tenant_atomic(org.id):
        assert Event.objects.get().code == "accounts.client.made"
