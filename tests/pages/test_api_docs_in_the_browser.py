"""The page about the API in a real browser: clean with every operation open, wide and narrow."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPEN = 'document.querySelectorAll("details").forEach((each) => { each.open = true; })'


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_about_the_api_is_clean(look, width, dark):
    eyes = look(width=width, dark=dark)
    assert eyes.open("/api/docs/") == 200
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.page.evaluate(OPEN)
    assert eyes.page.locator("pre:visible").count() >= 80
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"api-docs-{width}-{dark}")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_operation_is_opened_by_keyboard_alone(look, scripts):
    eyes = look(scripts=scripts)
    eyes.open("/api/docs/")
    eyes.tab_to("Webhooks")
    eyes.page.keyboard.press("Enter")
    eyes.tab_to("GET /api/v1/webhooks List webhooks")
    eyes.page.keyboard.press("Enter")
    said = eyes.page.locator("details[open]").inner_text()
    assert "Needs the permission integrations.webhook.manage." in said
    assert '"https://erp.example/mediatrack"' in said
