"""Works, claims, holders and places in a real browser."""

from datetime import UTC, date, datetime

import pytest

from accounts import permissions
from catalog.services import dates
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.engine.boxes import Window
from rights.services import claims, registration
from rights.services.claims import NewClaim
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
