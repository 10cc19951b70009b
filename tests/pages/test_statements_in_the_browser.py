"""Statements in a real browser: looks, why-this-amount in place, by keyboard, without scripts."""

import pytest

from accounts import permissions
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from tests.royalties import world
from tests.royalties.test_statement_pages import posted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLACES = ("US", "DE", "FR", "JP")


@pytest.fixture(autouse=True)
def issued(harbour, tmp_path):
    """The statements of a quarter with sales in four territories."""
    lines = [{**line, "territory": place} for line in world.LINES for place in PLACES]
    return posted(harbour, tmp_path, lines=lines)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, issued, width, dark):
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    assert eyes.open("/statements/") == 200
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"statements-{width}")
    eyes.page.get_by_role("link", name=issued["Ana Kestrel"].number).click()
    eyes.page.get_by_text("Why ").first.click()
    eyes.page.locator(".tree summary", has_text="streams").click()
    eyes.page.get_by_role("link", name="for Blue Hour: why").click()
    opened = eyes.page.locator("section[aria-label^='Rows behind']")
    opened.get_by_role("link", name="for Blue Hour: why").first.click()
    eyes.page.get_by_text("before the payees' shares").wait_for()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"statement-{width}")


@pytest.mark.parametrize("dark", [False, True])
def test_what_surrounds_statements_is_clean_too(page_as, issued, dark):
    eyes = page_as(permissions.ANALYST, width=320 if dark else 1280, dark=dark)
    statement = f"/statements/{issued['Ana Kestrel'].pk}"
    for path in ("/", "/exceptions/", f"{statement}/rows/?work=W-1", f"{statement}/files/pdf/"):
        assert eyes.open(path) == 200
        assert eyes.violations() == [], path
        assert eyes.overflows() <= 0, path
        eyes.shoot(f"around-{path.strip('/').split('/')[-1][:8] or 'home'}-{dark}")


def test_a_file_is_asked_for_and_waited_for_in_place(page_as, issued, harbour):
    eyes = page_as(permissions.ANALYST)
    eyes.open(f"/statements/{issued['Ana Kestrel'].pk}/")
    eyes.page.get_by_role("button", name="PDF").press("Enter")
    eyes.page.get_by_text("Making the file").wait_for()
    with tenant_atomic(harbour.id):
        [job] = Job.objects.filter(kind="royalties.statement.pdf")
    assert jobs.work(harbour.id, job.pk) == "done"
    eyes.page.get_by_role("link", name="Download PDF").wait_for()
    eyes.page.locator("#status", has_text="The file is ready").wait_for(state="attached")


def test_an_amount_opens_in_place_and_takes_the_focus(page_as, issued):
    eyes = page_as(permissions.ANALYST)
    eyes.open(f"/statements/{issued['Ana Kestrel'].pk}/")
    eyes.tab_to("b1-opens")
    eyes.page.keyboard.press("Enter")
    eyes.page.get_by_text("is the sum of").wait_for()
    eyes.page.locator(".because:focus").wait_for()
    assert eyes.focused().endswith("is the sum of 4 rows with work Blue Hour.")
    eyes.page.locator("#status", has_text="4 rows behind").wait_for(state="attached")


def test_another_breakdown_comes_in_place_and_stays_in_the_address(page_as, issued):
    eyes = page_as(permissions.ANALYST)
    eyes.open(f"/statements/{issued['Ana Kestrel'].pk}/")
    eyes.page.locator("#by-territory").press("Enter")
    eyes.page.wait_for_url("**/?by=territory")
    eyes.page.locator("#by-territory[aria-current=page]").wait_for()
    assert eyes.focused() == "by-territory"
    assert eyes.page.get_by_role("row", name="Japan").count() == 1


def test_without_scripts_the_same_is_reached_by_links_in_three_steps(page_as, issued):
    eyes = page_as(permissions.ANALYST, scripts=False)
    eyes.open(f"/statements/{issued['Ben Ode'].pk}/")
    for name, address in (("b1-opens", "**/rows/?work=*"), ("", "**/lines/**")):
        if name:
            eyes.tab_to(name)
        else:
            eyes.page.get_by_role("link", name="for Blue Hour: why").first.focus()
        eyes.page.keyboard.press("Enter")
        eyes.page.wait_for_url(address)
    assert eyes.page.get_by_role("row", name="partner.csv").count() == 1
