"""Webhooks and programs in a real browser: clean, narrow, and by keyboard alone."""

import re
from datetime import UTC, datetime

import pytest

from accounts import permissions
from accounts.models import ApiClient
from accounts.services import clients
from foundation.tenancy import tenant_atomic
from integrations.models import Attempt, WebhookEndpoint
from integrations.services import webhooks
from kernel.ids import uuid7
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC)
LONG = "https://erp.example/a-rather-long-path/that-narrow-windows/have-to-break/somewhere"


@pytest.fixture
def told(harbour, settings, tmp_path):
    """A webhook that gave something up."""
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    with tenant_atomic(harbour.id):
        row = webhooks.make(url=LONG, kinds=["run.posted"], by=factories.TESTS, at=NOW)
        lost = Attempt.objects.create(
            endpoint=row,
            told_of=uuid7(),
            kind="run.posted",
            content={"type": "run.posted", "data": {"subject": str(uuid7())}},
            state="failed",
            status=503,
            error="answered 503",
            tries=18,
            made_at=NOW,
            ended_at=NOW,
        )
        made = clients.make(name="Feed", codes=[permissions.PEOPLE_SEE], by=factories.TESTS, at=NOW)
    return f"/webhooks/{row.pk}/", f"/webhooks/{row.pk}/deliveries/{lost.pk}/", made.client.pk


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, told, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    one, delivery, client = told
    for name, path in (
        ("webhooks", "/webhooks/"),
        ("webhook-new", "/webhooks/new/"),
        ("webhook", one),
        ("webhook-change", f"{one}change/"),
        ("webhook-delete", f"{one}delete/"),
        ("delivery", delivery),
        ("client", f"/people/clients/{client}/"),
    ):
        assert eyes.open(path) == 200
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")
    for name, path, button in (
        ("webhook-secret", one, "Make a new secret"),
        ("client-secret", f"/people/clients/{client}/", "Make a new secret"),
        ("webhook-paused", one, "Pause"),
    ):
        eyes.open(path)
        eyes.page.get_by_role("button", name=button).click()
        eyes.page.wait_for_load_state()
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_webhook_is_made_by_keyboard_alone(page_as, harbour, told, scripts):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=scripts)
    eyes.open("/webhooks/")
    eyes.tab_to("New webhook")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/webhooks/new/")
    eyes.tab_to("id_url")
    eyes.page.keyboard.type("https://erp.example/new")
    eyes.tab_to("id_events_0")
    eyes.page.keyboard.press("Space")
    eyes.tab_to("Make the webhook")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("Copy the secret now").wait_for()
    secret = eyes.page.locator("#secret").inner_text()
    assert re.fullmatch(r"whsec_[\w-]{43}", secret)
    with tenant_atomic(harbour.id):
        row = WebhookEndpoint.objects.get(url="https://erp.example/new")
        assert webhooks.secrets_of(row, at=NOW) == [secret.encode()]
    assert row.events == ["run.posted"]


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_given_up_is_told_again_from_the_list(page_as, harbour, told, scripts):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=scripts)
    eyes.open(told[0])
    eyes.page.get_by_role("checkbox", name="Choose run.posted").check()
    eyes.page.get_by_role("button", name="Tell again…").click()
    eyes.page.get_by_role("heading", name="Tell it again").wait_for()
    assert eyes.violations() == [] if scripts else True
    eyes.page.get_by_role("button", name="Tell it again").click()
    eyes.page.get_by_text("Told again within seconds: 1.").wait_for()
    with tenant_atomic(harbour.id):
        assert Attempt.objects.get().state == "waiting"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_programs_networks_are_set_by_keyboard_alone(page_as, harbour, told, scripts):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=scripts)
    eyes.open(f"/people/clients/{told[2]}/")
    eyes.tab_to("id_networks")
    eyes.page.keyboard.type("192.0.2.0/24")
    eyes.tab_to("Save the networks")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("Feed may be used from 192.0.2.0/24.").wait_for()
    with tenant_atomic(harbour.id):
        assert ApiClient.objects.get().networks == ["192.0.2.0/24"]
