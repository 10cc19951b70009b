"""Works, claims, holders and places in a real browser."""

from datetime import UTC, date, datetime

import pytest

from accounts import permissions
from catalog.services import dates
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.selectors import holders as lines
from holders.services import holders
from rights.engine.boxes import Window
from rights.selectors import claims as known
from rights.services import claims, registration
from rights.services.terms import NewClaim
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def film(harbour):
    """A film with claims of others, one with an unclaimed part."""
    with tenant_atomic(harbour.id):
        pier, tide = (
            holders.register(kind="studio", name=name, code=code, actor=factories.TESTS, at=NOW)
            for name, code in (("Pier Studios", "PIER"), ("Tide Distribution", "TIDE"))
        )
        film = registration.register_work(
            work=NewWork(
                "film",
                "The Long Pier",
                version="Director's cut",
                code="HAR-F01",
                duration_seconds=5821,
                identifiers=(("own", "F-001"), ("isan", "0000-0000-D07A-0090-Q")),
                credits=(("Mara Quist", "director"), ("Ines Vale", "main")),
            ),
            actor=factories.TESTS,
            at=NOW,
        )
        for where, shares, total, window in (
            ("EU + GB + CH", [(pier.pk, 1), (tide.pk, 1)], 3, Window(date(2026, 1, 1), None)),
            ("LATAM", [(tide.pk, 1)], 1, Window(date(2026, 1, 1), date(2029, 1, 1))),
        ):
            terms = NewClaim("audiovisual", shares, total, where, window)
            claims.claim(work_id=film.pk, terms=terms, actor=factories.TESTS, at=NOW)
        dates.record(
            work_id=film.pk,
            kind="theatrical",
            territory="FR",
            on=date(2026, 3, 4),
            actor=factories.TESTS,
            at=NOW,
        )
    return film


def look_at(eyes, pages, width):
    """Open each page; it must be clean and fit."""
    for name, path in pages:
        assert eyes.open(path) == 200, path
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_a_work_is_clean_and_fits(page_as, film, width, dark):
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    pages = [("works", "/works/"), ("work", f"/works/{film.pk}/")]
    tabs = ("rights", "deals", "revenue", "timeline", "changelog")
    pages += [(f"work-{tab}", f"/works/{film.pk}/{tab}/") for tab in tabs]
    look_at(eyes, pages, width)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_forms_about_a_work_are_clean_and_fit(page_as, harbour, film, width, dark):
    eyes = page_as(permissions.RIGHTS, width=width, dark=dark)
    with tenant_atomic(harbour.id):
        found = known.of_work(film.pk, on=None)
    of = {one.source: one.claim for one in found}
    pages = [("work-new", "/works/new/"), ("work-edit", f"/works/{film.pk}/edit/")]
    pages += [("claim-new", f"/works/{film.pk}/claims/new/")]
    pages += [(f"claim-{name}", f"/works/{film.pk}/claims/{of[name]}/") for name in of]
    look_at(eyes, pages, width)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_work_is_registered_and_claimed_by_keyboard_alone(page_as, scripts):
    eyes = page_as(permissions.RIGHTS, scripts=scripts)
    keys = eyes.page.keyboard
    eyes.open("/works/")
    eyes.tab_to("Register a work")
    keys.press("Enter")
    eyes.page.wait_for_url("**/works/new/")
    eyes.tab_to("id_kind")
    keys.type("Book")
    eyes.tab_to("id_title")
    keys.type("Salt and Slate")
    eyes.tab_to("Register the work")
    keys.press("Enter")
    eyes.page.get_by_text("Salt and Slate is registered").wait_for()
    eyes.tab_to("Claim a right")
    keys.press("Enter")
    eyes.page.wait_for_url("**/claims/new/")
    eyes.tab_to("id_right_type")
    keys.type("Books")
    eyes.tab_to("id_holder_1")
    keys.type("PIER")
    eyes.tab_to("id_share_1")
    keys.type("2/3")
    eyes.tab_to("Look at what it changes")
    keys.press("Enter")
    eyes.page.get_by_text("What the claim changes").wait_for()
    assert eyes.violations() == [] if scripts else True
    eyes.shoot("claim-preview-1280")
    eyes.tab_to("Save the claim")
    keys.press("Enter")
    eyes.page.get_by_text("The claim holds.").wait_for()
    eyes.page.get_by_text("33.3333 % unclaimed").first.wait_for()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_holders_are_clean_and_fit(page_as, harbour, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    with tenant_atomic(harbour.id):
        pier = lines.by_reference("PIER")
    pages = [
        ("holders", "/holders/"),
        ("holder-new", "/holders/new/"),
        ("societies", "/societies/?where=US"),
    ]
    pages += [
        (f"holder-{part or 'one'}", f"/holders/{pier}/{part}")
        for part in ("", "edit/", "works/", "deals/", "statements/", "changelog/")
    ]
    look_at(eyes, [(name.strip("/"), path) for name, path in pages], width)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_places_are_clean_and_fit(page_as, width, dark):
    eyes = page_as(permissions.RIGHTS, width=width, dark=dark)
    pages = [
        ("territories", "/territories/"),
        ("territories-search", "/territories/?q=cal"),
        ("groups", "/territories/groups/"),
        ("group", "/territories/groups/?group=EU"),
        ("own-places", "/territories/own/"),
        ("tester", "/territories/tester/?text=EU+%2B+CH+-+IT"),
        ("rates", "/territories/rates/"),
    ]
    look_at(eyes, pages, width)
