"""The search over everything in a real browser: by keyboard, and without scripts."""

import pytest

from accounts import permissions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_palette_is_clean_fits_and_gives_the_focus_back(page_as, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    eyes.open("/statements/")
    eyes.page.locator("#list-look-open, .brand").first.focus()
    before = eyes.focused()
    eyes.page.keyboard.press("Control+k")
    assert eyes.focused() == "palette-q"
    eyes.page.keyboard.type("change")
    eyes.page.locator("#palette-found a").first.wait_for()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.page.keyboard.press("ArrowDown")
    assert eyes.focused().startswith("Change requests")
    eyes.page.keyboard.press("ArrowUp")
    assert eyes.focused() == "palette-q"
    eyes.page.keyboard.press("Escape")
    assert eyes.focused() == before


def test_a_slash_opens_it_but_not_while_typing(page_as):
    eyes = page_as(permissions.ADMINISTRATOR)
    eyes.open("/jobs/")
    eyes.page.locator("body").press("/")
    assert eyes.focused() == "palette-q"
    eyes.page.keyboard.type("audit")
    eyes.page.locator("#palette-found a", has_text="Audit trail").wait_for()
    eyes.page.keyboard.press("ArrowDown")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/audit/")
    eyes.page.locator("#list-q").press("/")
    assert eyes.page.locator("#list-q").input_value() == "/"
    assert not eyes.page.locator("#palette").is_visible()


def test_without_scripts_the_link_leads_to_the_page(page_as):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=False)
    eyes.open("/")
    eyes.page.get_by_role("link", name="Search").click()
    eyes.page.locator("#q").fill("change")
    eyes.page.locator("#q").press("Enter")
    assert eyes.page.locator("main").get_by_role("link", name="Change requests").is_visible()


def test_a_question_mark_opens_the_help_but_not_while_typing(page_as):
    eyes = page_as(permissions.ADMINISTRATOR)
    eyes.open("/audit/")
    eyes.page.locator("#list-q").press("?")
    assert eyes.page.locator("#list-q").input_value() == "?"
    eyes.open("/audit/")
    eyes.page.locator("body").press("?")
    eyes.page.wait_for_url("**/help/")
    assert eyes.page.get_by_role("heading", name="Help and keys").is_visible()
    assert eyes.violations() == []


def test_who_turned_single_keys_off_finds_the_help_in_their_menu(page_as):
    eyes = page_as(permissions.ADMINISTRATOR)
    eyes.open("/settings/")
    eyes.page.get_by_label("opens the search").uncheck()
    eyes.page.get_by_role("button", name="Save").click()
    eyes.open("/jobs/")
    assert eyes.page.locator("[data-help]").count() == 0
    eyes.page.keyboard.press("?")
    eyes.page.locator("details.person summary").click()
    eyes.page.get_by_role("link", name="Help and keys").click()
    assert "You have turned them off" in eyes.page.locator("main").inner_text()
