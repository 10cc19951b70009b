"""Pages in forced colours, and laid out from right to left: nothing is lost, nothing sticks out."""

import pytest

from accounts import permissions
from foundation.tenancy import tenant_atomic
from tests.royalties import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/", "/works/", "/statements/", "/runs/", "/deals/", "/territories/", "/settings/")
# Buttons, fields and badges of which nothing but their colour tells where they end.
BARE = """() => [...document.querySelectorAll("main button, main [type=search], .badge, a.button")]
    .filter((each) => each.checkVisibility())
    .filter((each) => parseFloat(getComputedStyle(each).borderTopWidth) === 0)
    .map((each) => each.outerHTML.slice(0, 80))"""
# The line below the menu's present entry, and below another one.
MENU = """() => ['[aria-current="page"]', ":not([aria-current])"].map((which) =>
    getComputedStyle(document.querySelector(`#menu li a${which}`)).borderBlockEndStyle)"""


@pytest.fixture
def sold(harbour, tmp_path):
    """A posted period: every list has a row."""
    with tenant_atomic(harbour.pk):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    world.posted(harbour)


def test_forced_colours_keep_what_colour_alone_would_tell(page_as, sold):
    eyes = page_as(permissions.ANALYST)
    eyes.page.emulate_media(forced_colors="active")
    for path in PAGES:
        assert eyes.open(path) == 200
        assert eyes.page.evaluate(BARE) == [], path
        assert eyes.overflows() <= 0, path
    eyes.open("/works/")
    assert eyes.page.evaluate(MENU) == ["solid", "none"]
    eyes.shoot("forced-colours")
    eyes.page.keyboard.press("Tab")
    focused = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert eyes.page.evaluate(focused) != "none"


@pytest.mark.parametrize("width", [1280, 320])
def test_from_right_to_left_nothing_sticks_out_and_text_begins_at_the_right(page_as, sold, width):
    eyes = page_as(permissions.ANALYST, width=width)
    for path in PAGES:
        assert eyes.open(path) == 200
        eyes.page.evaluate("() => { document.documentElement.dir = 'rtl' }")
        assert eyes.overflows() <= 0, path
        ends = eyes.page.evaluate(
            "() => { const h = document.querySelector('h1'), r = document.createRange();"
            " r.selectNodeContents(h); const box = r.getBoundingClientRect();"
            " const main = document.querySelector('main').getBoundingClientRect();"
            " return [main.right - box.right, box.left - main.left] }"
        )
        assert ends[0] <= ends[1] + 40, path
    eyes.open("/works/")
    eyes.page.evaluate("() => { document.documentElement.dir = 'rtl' }")
    eyes.shoot(f"right-to-left-{width}")
