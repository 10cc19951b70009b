"""A client's secret is changed without a gap; its tokens are used from its own networks alone."""

import json
from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Client as OidcClient
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.services import clients
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
BY = factories.TESTS


def status(made, secret):
    """Return what the token endpoint answers to a secret."""
    told = Client().post(
        "/api/v1/oauth/token",
        {
            "grant_type": "client_credentials",
            "client_id": made.client_id,
            "client_secret": secret,
        },
    )
    return told.status_code


def rotate(org, made, **more):
    """Return the client's new secret."""
    with tenant_atomic(org.id):
        at = more.pop("at", timezone.now())
        return clients.rotate(client_id=made.client.pk, by=BY, at=at, **more).secret


def test_both_secrets_work_while_they_overlap_and_no_third(program, org):
    made = program.made
    second = rotate(org, made)
    assert [status(made, each) for each in (made.secret, second, "guessed")] == [200, 200, 401]
    third = rotate(org, made)
    assert [status(made, each) for each in (made.secret, second, third)] == [401, 200, 200]


def test_the_former_secret_ends_with_the_overlap(program, org):
    made = program.made
    second = rotate(org, made, at=timezone.now() - timedelta(days=8))
    assert [status(made, each) for each in (made.secret, second)] == [401, 200]
    third = rotate(org, made, overlap=timedelta(0))
    assert [status(made, each) for each in (second, third)] == [401, 200]
    with tenant_atomic(org.id):
        assert Event.objects.filter(code="accounts.client.rotated").count() == 2


def test_no_secret_lies_open(program, org):
    secret = rotate(org, program.made)
    assert secret not in OidcClient.objects.get().secret
    assert len(OidcClient.objects.get().secret) <= 200


def test_an_overlap_without_end_is_refused(program, org):
    with pytest.raises(clients.ClientRefused):
        rotate(org, program.made, overlap=timedelta(days=91))


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        ([], "203.0.113.9", 200),
        (["192.0.2.0/24"], "192.0.2.77", 200),
        (["192.0.2.0/24"], "203.0.113.9", 403),
        (["192.0.2.0/24", "2001:db8::/32"], "2001:db8::1", 200),
        (["2001:db8::/32"], "192.0.2.77", 403),
    ],
)
def test_tokens_are_taken_from_the_clients_networks_alone(program, org, networks, address, status):
    with tenant_atomic(org.id):
        clients.allow_from(
            client_id=program.made.client.pk, networks=networks, by=BY, at=timezone.now()
        )
    headers = {"Authorization": f"Bearer {program.token}", "X-Forwarded-For": "192.0.2.77"}
    answer = Client().get("/api/v1/me", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "network_not_allowed"


@pytest.mark.parametrize("network", ["10.0.0.1/8", "everywhere", "300.0.0.0/8"])
def test_what_is_no_network_is_refused(program, org, network):
    with tenant_atomic(org.id), pytest.raises(clients.ClientRefused):
        clients.allow_from(
            client_id=program.made.client.pk, networks=[network], by=BY, at=timezone.now()
        )


def test_the_command_rotates_and_sets_networks(program, org, capsys):
    made = program.made
    call_command("api_client", org=org.slug, rotate=made.client_id, overlap=1, json=True)
    told = json.loads(capsys.readouterr().out)
    assert status(made, told["client_secret"]) == status(made, made.secret) == 200
    call_command("api_client", org=org.slug, networks=[made.client_id, "192.0.2.0/24"])
    assert json.loads(capsys.readouterr().out)["networks"] == ["192.0.2.0/24"]
    assert Program(org).get("me").status_code == 200
    assert program.get("me").status_code == 403
