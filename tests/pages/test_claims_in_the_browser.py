"""Deeds on claims, seen before they are saved, in a real browser."""

from datetime import UTC, date, datetime

import pytest

from accounts import permissions
from catalog.services.works import NewWork
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.selectors import claims as known
from rights.services import claims, holds, limits, registration
from rights.services.terms import NewClaim
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime.now(UTC)


@pytest.fixture
def book(harbour):
    """A book that Pier Studios has two thirds of, by contract; and in Germany a society says
    that Tide Distribution has it."""
    with tenant_atomic(harbour.id):
        pier, tide = (
            holders.register(kind="studio", name=name, code=code, actor=factories.TESTS, at=NOW)
            for name, code in (("Pier Studios", "PIER"), ("Tide Distribution", "TIDE"))
        )
        book = registration.register_work(
            work=NewWork("book", "Salt and Slate"), actor=factories.TESTS, at=NOW
        )
        for terms in (
            NewClaim("book", [(pier.pk, 2)], 3, "EU + GB", source_ref="C-17"),
            NewClaim("book", [(tide.pk, 1)], territory="DE", source="society", source_ref="VG"),
        ):
            made = claims.claim(work_id=book.pk, terms=terms, actor=factories.TESTS, at=NOW)
        book.claim = next(
            one.claim for one in known.of_work(book.pk, on=None) if one.source == "contract"
        )
        assert made.conflicts
    return book


@pytest.mark.parametrize("scripts", [True, False])
def test_a_share_passes_on_by_keyboard_alone(page_as, harbour, book, scripts):
    eyes = page_as(permissions.RIGHTS, scripts=scripts)
    keys = eyes.page.keyboard
    eyes.open(f"/works/{book.pk}/rights/?days=all")
    eyes.page.get_by_text("In conflict").first.wait_for()
    eyes.page.locator(f"a[href$='{book.claim}/transfer/']").first.focus()
    keys.press("Enter")
    eyes.page.wait_for_url("**/transfer/")
    eyes.tab_to("id_giver")
    keys.type("Pier")
    eyes.tab_to("id_taker")
    keys.type("TIDE")
    eyes.tab_to("id_portion")
    keys.type("1/3")
    eyes.tab_to("id_reason")
    keys.type("Sold in May")
    eyes.tab_to("Look at what it changes")
    keys.press("Enter")
    eyes.page.get_by_text("Would hold from now on").wait_for()
    if scripts:
        assert eyes.violations() == []
    eyes.shoot(f"claim-transfer-preview-{scripts}")
    eyes.tab_to("Pass the share on")
    keys.press("Enter")
    eyes.page.get_by_text("The share has passed on.").wait_for()
    with tenant_atomic(harbour.id):
        (held, *_) = known.of_work(book.pk, "book", "FR", on=date(2027, 1, 1))
    assert {one.name: one.parts for one in held.shares}["Tide Distribution"] == 1


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_each_deed_on_a_claim_is_clean_and_fits(page_as, harbour, book, width, dark):
    eyes = page_as(permissions.RIGHTS, width=width, dark=dark)
    with tenant_atomic(harbour.id):
        default = next(
            one.claim for one in known.of_work(book.pk, on=None) if one.source == "default"
        )
    deeds = [(book.claim, each) for each in ("", "transfer/", "correct/", "end/", "take-back/")]
    for claim, deed in [*deeds, (default, "transfer/"), (default, "owner/")]:
        path = f"/works/{book.pk}/claims/{claim}/{deed}"
        assert eyes.open(path) == 200, path
        assert eyes.violations() == [], path
        assert eyes.overflows() <= 0, path
        eyes.shoot(f"claim-{deed.strip('/') or 'one'}-{width}")
    eyes.open(f"/works/{book.pk}/claims/{book.claim}/take-back/")
    eyes.page.fill("#id_reason", "A mistake")
    eyes.page.get_by_role("button", name="Look at what it changes").click()
    eyes.page.get_by_text("This ends a conflict").wait_for()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"claim-take-back-preview-{width}")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_limits_and_documents_are_clean_and_fit(page_as, harbour, book, width, dark):
    with tenant_atomic(harbour.id):
        limit = limits.restrict(
            work_id=book.pk, kind="explicit", actor=factories.TESTS, at=NOW, territory="EU - FR",
            detail="Violence in chapter three", clause="4.2", claim_id=book.claim,
        )  # fmt: skip
        why = holds.Why("review", book.pk, "Being looked at")
        held = holds.place(work_id=book.pk, why=why, actor=factories.TESTS, at=NOW)
        paper = limits.file(
            work_id=book.pk, label="Assignment", content=b"Signed", name="assignment.txt",
            media_type="text/plain", actor=factories.TESTS, at=NOW, parties="Pier to Tide",
        )  # fmt: skip
    eyes = page_as(permissions.RIGHTS, width=width, dark=dark)
    for part in (
        "rights/?days=all", "restrictions/new/", f"restrictions/{limit}/", "holds/new/",
        f"holds/{held}/", "documents/new/", f"documents/{paper.pk}/",
    ):  # fmt: skip
        path = f"/works/{book.pk}/{part}"
        assert eyes.open(path) == 200, path
        assert eyes.violations() == [], path
        assert eyes.overflows() <= 0, path
        eyes.shoot(f"limits-{part.split('/')[0]}-{part.split('/')[1] == 'new'}-{width}")


def test_the_sum_of_shares_is_said_while_it_is_typed(page_as, book):
    eyes = page_as(permissions.RIGHTS)
    eyes.open(f"/works/{book.pk}/claims/new/")
    eyes.page.get_by_text("In conflict").first.wait_for()
    eyes.page.get_by_role("link", name="Look at the conflict").first.wait_for()
    meter = eyes.page.locator("#shares-sum")
    eyes.page.locator("#id_share_1").press_sequentially("1/3")
    meter.get_by_text("33.3333 % has holders; 66.6667 % is left, and is unclaimed.").wait_for()
    eyes.page.locator("#id_share_2").press_sequentially("75")
    meter.get_by_text("108.3333 %: over the whole by 8.3333 %. Lower a share.").wait_for()
    said = eyes.page.locator("#status")
    assert said.text_content() == meter.locator("span").text_content()
    assert eyes.focused() == "id_share_2"
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot("claim-meter-over")
    eyes.page.fill("#id_share_2", "2/3")
    meter.get_by_text("100 %: the whole has holders.").wait_for()
    assert meter.locator("meter").get_attribute("value") == "10000"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_near_conflicts_are_clean_and_fit(page_as, book, width, dark):
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    for page in ("", "unclaimed/", "gaps/?kind=book&where=WORLD"):
        path = f"/conflicts/near/{page}"
        assert eyes.open(path) == 200, path
        eyes.page.get_by_text("Salt and Slate").first.wait_for()
        assert eyes.violations() == [], path
        assert eyes.overflows() <= 0, path
        eyes.shoot(f"near-{page.split('/')[0] or 'over'}-{width}")
