"""Webhooks: signed, tried again, told anew on request, and never into a private network."""

import hmac
import json
import threading
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from audit.services import deliveries
from foundation import outbound
from foundation.tenancy import tenant_atomic
from integrations.models import Attempt, WebhookEndpoint
from integrations.services import webhook_sending, webhooks
from royalties.models import SalesException
from royalties.services import exceptions
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db


class Listener:
    """A real server on this machine; ``status`` is what it answers."""

    def __init__(self):
        self.heard, self.status, outer = [], 200, self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                outer.heard.append((self.path, dict(self.headers), self.rfile.read(size)))
                self.send_response(outer.status)
                if outer.status in (301, 302, 307):
                    self.send_header("Location", f"{outer.url}/elsewhere")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener(settings):
    """A listener that may be asked, though it is on this machine."""
    settings.OUTBOUND_ANYWHERE = True
    server = Listener()
    yield server
    server.close()


def endpoint(org, url, kinds=("exception.opened", "exception.decided")):
    """Return an endpoint and its secret."""
    with tenant_atomic(org.id):
        row = webhooks.make(url=url, kinds=kinds, by=BY, at=NOW)
        return row, webhooks.secret_of(endpoint_id=row.pk, by=BY, at=NOW).encode()


def send(org, **later):
    """Drain the outbox, then send what is due."""
    deliveries.drain(org.id)
    return webhook_sending.send_due(org.id, now=timezone.now() + timedelta(**later))


def sold(org, tmp_path):
    """Accept a file with a doubt in it."""
    with tenant_atomic(org.id):
        works = world.catalogue()
        world.sales(tmp_path)
    return works


def attempt(org):
    """Return the one attempt there is."""
    with tenant_atomic(org.id):
        return Attempt.objects.select_related("endpoint").get()


def test_what_happens_is_told_once_and_signed(org, listener, tmp_path):
    _, secret = endpoint(org, f"{listener.url}/in?for=us")
    works = sold(org, tmp_path)
    assert send(org) == 1
    [(path, headers, content)] = listener.heard
    assert path == "/in?for=us"
    moment, proof = (part.partition("=")[2] for part in headers["MediaTrack-Signature"].split(","))
    wanted = hmac.new(secret, moment.encode() + b"." + content, sha256).hexdigest()
    assert hmac.compare_digest(proof, wanted)
    told = json.loads(content)
    assert (told["type"], told["data"]["keys"]) == ("exception.opened", 1)
    assert told["organisation"] == str(org.id)
    assert send(org) == 0
    with tenant_atomic(org.id):
        key = SalesException.objects.get().fingerprint
        exceptions.decide(key=key, work_id=works[0].pk, by=BY, at=NOW)
    send(org)
    assert [json.loads(body)["type"] for _, _, body in listener.heard] == [
        "exception.opened",
        "exception.decided",
    ]


def test_a_posted_run_and_its_statements_are_told(org, listener, tmp_path):
    from tests.royalties.test_money_flow import posted

    endpoint(org, listener.url, ["run.posted", "statement.issued"])
    sold(org, tmp_path)
    with tenant_atomic(org.id):
        world.signed(world.DEAL)
    run = posted(org)
    send(org)
    told = [json.loads(body) for _, _, body in listener.heard]
    kinds = sorted(each["type"] for each in told)
    assert kinds == ["run.posted", "statement.issued", "statement.issued"]
    assert {each["data"]["subject"] for each in told} == {str(run.pk)}


def test_after_a_failure_it_is_tried_again_later(org, listener, tmp_path):
    endpoint(org, listener.url)
    sold(org, tmp_path)
    listener.status = 503
    assert send(org) == 0
    assert (attempt(org).state, attempt(org).error) == ("waiting", "answered 503")
    assert webhook_sending.send_due(org.id) == 0  # not yet
    listener.status = 204
    assert send(org, minutes=1) == 1
    assert (attempt(org).state, attempt(org).tries, len(listener.heard)) == ("delivered", 2, 2)


def test_a_redirect_is_not_followed(org, listener, tmp_path):
    endpoint(org, f"{listener.url}/in")
    sold(org, tmp_path)
    listener.status = 307
    assert send(org) == 0
    assert [path for path, _, _ in listener.heard] == ["/in"]


def test_an_endpoint_that_never_answers_is_disabled_and_can_be_told_again(
    org, listener, tmp_path, capsys
):
    row, _ = endpoint(org, listener.url)
    sold(org, tmp_path)
    listener.status = 500
    for day in range(webhook_sending.TRIES):
        send(org, days=day)
    assert attempt(org).state == "failed"
    with tenant_atomic(org.id):
        there = WebhookEndpoint.objects.get()
        assert (there.active, there.failures) == (False, webhook_sending.TRIES)
        assert Event.objects.filter(code="integrations.webhook.disabled").count() == 1
        with pytest.raises(webhooks.BadWebhook):
            webhooks.replay(attempt_id=attempt(org).pk, by=BY, at=NOW)
        webhooks.change(endpoint_id=row.pk, active=True, by=BY, at=NOW)
    listener.status = 200
    call_command("webhooks", org=org.slug, replay_failed=row.pk, json=True)
    assert json.loads(capsys.readouterr().out)["replayed"] == 1
    assert send(org) == 1
    assert attempt(org).state == "delivered"


def test_both_secrets_sign_for_a_day_after_a_rotation(org, listener, tmp_path):
    row, former = endpoint(org, listener.url)
    with tenant_atomic(org.id):
        webhooks.rotate(endpoint_id=row.pk, by=BY, at=timezone.now())
        secret = webhooks.secret_of(endpoint_id=row.pk, by=BY, at=NOW).encode()
    sold(org, tmp_path)
    send(org)
    [(_, headers, content)] = listener.heard
    moment, *proofs = (
        part.partition("=")[2] for part in headers["MediaTrack-Signature"].split(",")
    )
    signed = moment.encode() + b"." + content
    assert proofs == [hmac.new(each, signed, sha256).hexdigest() for each in (secret, former)]
    with tenant_atomic(org.id):
        later = WebhookEndpoint.objects.get()
        assert len(webhooks.secrets_of(later, at=timezone.now() + timedelta(hours=25))) == 1
        assert secret not in bytes(later.secret)


def test_another_organisation_is_told_nothing(org, other_org, listener, tmp_path):
    endpoint(other_org, listener.url)
    sold(org, tmp_path)
    send(org)
    send(other_org)
    assert listener.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://example.com:8443/", "https://",
        "https://name:word@example.com/", "https://example.com/#there", "https://exa mple.com/",
        "https://example.com:99999/", "javascript:alert(1)", "https://\u0131.com/",
    ],
)  # fmt: skip
def test_what_is_no_safe_address_is_refused_when_it_is_written(org, url):
    with tenant_atomic(org.id), pytest.raises(outbound.AddressRefused):
        webhooks.make(url=url, kinds=["run.posted"], by=BY, at=NOW)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:53aa:64c::1", "ff02::1", "198.18.0.1", "192.0.2.1",
    ],
)  # fmt: skip
def test_no_private_network_is_public(address):
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are(address):
    assert outbound.is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "localhost"])
def test_no_connection_is_made_into_a_private_network(monkeypatch, host):
    monkeypatch.setattr(outbound.socket, "create_connection", None)  # whoever calls it fails
    with pytest.raises((outbound.AddressRefused, outbound.NoAnswer)):
        outbound.post(f"https://{host}/", b"", {})


def test_one_private_answer_among_public_ones_is_enough_to_refuse(monkeypatch):
    answers = [(2, 1, 6, "", (each, 443)) for each in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(outbound.socket, "getaddrinfo", lambda *args, **kw: answers)
    monkeypatch.setattr(outbound.socket, "create_connection", None)
    with pytest.raises(outbound.AddressRefused):
        outbound.post("https://twofaced.example/", b"", {})
