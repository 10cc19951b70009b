"""A waterfall's working in a real browser: it opens down to receipts and costs, and fits."""

import pytest

from accounts import permissions
from tests.royalties.test_waterfall_pages import posted_film

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_a_waterfall_opens_down_to_its_receipts(page_as, harbour, tmp_path, width, dark):
    statement = posted_film(harbour, tmp_path)
    [part] = statement.content["deals"]
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    assert eyes.open(f"/statements/{statement.pk}/working/{part['result']}/") == 200
    while eyes.page.locator(".tree details:not([open]) > summary:visible").count():
        eyes.page.locator(".tree details:not([open]) > summary:visible").first.click()
    eyes.page.get_by_text("prints.csv row 2").first.wait_for()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"waterfall-{width}")
    eyes.page.get_by_role("link", name="Lines behind it", exact=True).first.click()
    eyes.page.get_by_text("is paid into a pot").wait_for()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"receipts-{width}")
