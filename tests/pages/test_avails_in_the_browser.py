"""The avails explorer in a real browser: clean, fitting, by keyboard, without scripts."""

import pytest
from django.utils import timezone

from accounts import permissions
from foundation.tenancy import tenant_atomic
from licenses.services import drafts
from tests.licenses.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = "right=svod&territory=EU+%2B+US+%2B+CA&from=2026-05-01&to=2026-12-31&exclusive=yes"


@pytest.fixture
def sold(harbour):
    """Two films, one of them sold in the US with the draft of an amendment; film and licence."""
    with tenant_atomic(harbour.id):
        world = World(harbour)
        film = world.film(title="Low Water")
        world.film("F-2", title="High Water")
        term = {"start": "2026-01-01", "end": "2026-06-30"}
        document = world.document(term=term)
        license = world.sign(document, at=timezone.now())
        document["grants"] = [world.grant(territory="US + CA")]
        drafts.enter(document=document, by=world.legal, at=timezone.now())
    return film.pk, license.pk


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_pages_are_clean_and_fit(page_as, sold, width, dark):
    film, license = sold
    eyes = page_as(permissions.RIGHTS, width=width, dark=dark)
    pages = {
        "avails": "/avails/",
        "avails-wrong": "/avails/?right=svod&territory=FR+%2B+Germny",
        "avails-answer": f"/avails/?{ASKED}",
        "work-avails": f"/works/{film}/avails/?{ASKED}",
        "license-what-if": f"/licenses/{license}/what-if/",
        "work-rights": f"/works/{film}/rights/",
    }
    for name, path in pages.items():
        assert eyes.open(path) == (422 if "wrong" in name else 200), name
        eyes.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")
    assert eyes.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_a_question_is_asked_and_a_way_out_taken_by_keyboard_alone(page_as, sold, scripts):
    eyes = page_as(permissions.RIGHTS, scripts=scripts)
    page = eyes.page
    eyes.open("/avails/?right=svod&territory=")  # the right is chosen; where is asked for
    assert "Write where" in page.text_content("main")
    eyes.tab_to("ask-territory", limit=120)
    page.keyboard.type("US + CA")
    eyes.tab_to("ask-from")
    page.keyboard.type("05012026")
    eyes.tab_to("ask-exclusive", limit=20)
    page.keyboard.press("Space")
    eyes.tab_to("Is it free?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/avails/?*exclusive=yes*")
    assert "Sold exclusively" in page.text_content("table")
    eyes.tab_to("Low Water", limit=120)
    page.keyboard.press("Enter")
    page.wait_for_url("**/works/**")
    assert "It is not free" in page.text_content("main")
    eyes.tab_to("Ask this: start on 2026-07-01", limit=120)
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2026-07-01**")
    assert "It is free for all that is asked" in page.text_content("main")
    assert eyes.complaints == []
