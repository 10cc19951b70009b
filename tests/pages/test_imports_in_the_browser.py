"""The whole way in a real browser: upload, map, check, rule, review, take, decide an exception."""

import pytest

from accounts import permissions
from foundation import jobs
from foundation.tenancy import tenant_atomic
from integrations.models import Import
from royalties.models import SalesException
from tests.royalties import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = (
    "title,artist,isrc,territory,sold_on,amount,currency\n"
    "Blue Hour,Kestrel,QZ1110000001,SE,2026-01,10.00,EUR\n"
    "Blue Houre,Kestrel,QZ1110000099,NO,2026-03,2.50,EUR\n"
    "Low Tide,Kestrel,QZ1110000002,Atlantis,2026-02,4.00,EUR\n"
    "Low Tide,Kestrel,QZ1110000002,SE,2026-02,ten,EUR\n"
)


@pytest.fixture(autouse=True)
def files(settings, tmp_path, harbour):
    """A catalogue, places for keys and files, and a sales file to upload."""
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    with tenant_atomic(harbour.id):
        world.catalogue()
    path = tmp_path / "tide.csv"
    path.write_text(FILE)
    return path


def row(harbour):
    with tenant_atomic(harbour.id):
        return Import.objects.get()


def work(harbour):
    jobs.work(harbour.id, row(harbour).job_id)


def clean(eyes, name):
    """Hold the page to the rules."""
    assert eyes.violations() == [], name
    assert eyes.overflows() <= 0, name
    eyes.shoot(name)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_whole_way_with_scripts(page_as, harbour, files, width, dark):
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)
    page, name = eyes.page, f"import-{width}"
    eyes.open("/imports/")
    clean(eyes, f"{name}-0-empty")
    page.get_by_role("link", name="Import a file").first.click()
    clean(eyes, f"{name}-1-upload")
    page.locator("input[type=file]").set_input_files(files)
    page.locator("#upload").press("Enter")
    page.locator("#on").wait_for()
    page.get_by_text("Read it another way").click()
    clean(eyes, f"{name}-2-look")
    page.locator("#on").press("Enter")
    page.get_by_role("heading", name="As they are read").wait_for()
    page.get_by_text("Map the columns yourself").click()
    clean(eyes, f"{name}-3-map")
    page.locator("#on").press("Enter")
    page.get_by_text("Rows checked").wait_for()
    clean(eyes, f"{name}-4-progress")
    work(harbour)
    page.get_by_role("link", name="Correct 2 rows").wait_for()
    page.locator("#status", has_text="Checked: 2 rows accepted, 2 not").wait_for(state="attached")
    clean(eyes, f"{name}-5-checked")
    page.locator("#onwards").press("Enter")
    page.get_by_text("What keeps rows out").wait_for()
    clean(eyes, f"{name}-6-correct")
    page.locator("section", has_text="Atlantis").get_by_role("textbox").fill("GB")
    page.get_by_role("button", name="Make it a rule").press("Enter")
    page.get_by_text("Rows checked").wait_for()
    work(harbour)
    page.get_by_role("link", name="Correct 1 row").wait_for()
    page.get_by_role("link", name="Review", exact=True).click()
    clean(eyes, f"{name}-7-review")
    page.locator("#take").press("Enter")
    page.get_by_text("Taking the rows").wait_for()
    work(harbour)
    page.get_by_role("link", name="See the result").click()
    page.get_by_text("2 of 3").wait_for()
    clean(eyes, f"{name}-8-result")
    page.get_by_role("link", name="Its lines by name").click()
    page.get_by_role("heading", name="tide.csv").wait_for()
    clean(eyes, f"{name}-9-names")
    page.get_by_role("link", name="Blue Houre").click()
    page.get_by_role("link", name="Blue Hour", exact=True).click()
    page.locator("#decide").press("Enter")
    page.get_by_text("Decided: 1 line.").wait_for()
    with tenant_atomic(harbour.id):
        assert not SalesException.objects.exists()
    eyes.open(f"/imports/{row(harbour).pk}/take-back/")
    clean(eyes, f"{name}-10-take-back")
    eyes.open("/imports/")
    clean(eyes, f"{name}-11-list")


def test_the_whole_way_without_scripts(page_as, harbour, files):
    eyes = page_as(permissions.ANALYST, scripts=False, width=320)
    page = eyes.page
    eyes.open("/imports/new/")
    page.locator("input[type=file]").set_input_files(files)
    page.locator("#upload").click()
    page.locator("#on").click()
    page.locator("#on").click()
    work(harbour)
    page.get_by_role("link", name="Has it ended?").click()
    page.locator("#onwards").click()
    page.locator("section", has_text="Atlantis").get_by_role("textbox").fill("GB")
    page.get_by_role("button", name="Make it a rule").click()
    work(harbour)
    page.get_by_role("link", name="Has it ended?").click()
    page.get_by_role("link", name="Review", exact=True).click()
    page.locator("#take").click()
    work(harbour)
    page.get_by_role("link", name="Has it ended?").click()
    page.locator("#onwards").click()
    page.get_by_text("2 of 3").wait_for()


def test_the_way_by_keyboard_alone(page_as, harbour, files):
    eyes = page_as(permissions.ANALYST)
    page = eyes.page
    eyes.open("/imports/new/")
    eyes.tab_to("id_file")
    page.locator("#id_file").set_input_files(files)
    for button, then in (("upload", "look"), ("on", "map"), ("on", "progress")):
        eyes.tab_to(button)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{then}/")
    work(harbour)
    page.locator("#onwards").wait_for()
    eyes.tab_to("onwards")
    page.keyboard.press("Enter")
    page.get_by_text("What keeps rows out").wait_for()
    eyes.tab_to("meaning-1")
    eyes.tab_to("onwards")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    eyes.tab_to("take")
    page.keyboard.press("Enter")
    page.get_by_text("Taking the rows").wait_for()
    work(harbour)
    page.get_by_text("Taken: 2 rows.").wait_for()


def test_a_large_file_goes_up_in_pieces_and_goes_on(page_as, harbour, files):
    head, row_of = FILE.splitlines(keepends=True)[:2]
    files.write_text(head + row_of * 100_000)
    eyes = page_as(permissions.ANALYST)
    page = eyes.page
    eyes.open("/imports/new/")
    sent = []
    page.on("request", lambda request: sent.append(request.headers.get("upload-offset")))
    page.route(
        "**/imports/uploads/*/",
        lambda route: route.abort() if len(list(filter(None, sent))) > 1 else route.continue_(),
    )
    page.locator("input[type=file]").set_input_files(files)
    page.locator("#upload").press("Enter")
    page.get_by_text("trying again").wait_for()
    page.unroute("**/imports/uploads/*/")
    eyes.complaints.clear()  # the browser says that the connection was lost
    page.reload()
    sent.clear()
    page.locator("input[type=file]").set_input_files(files)
    page.locator("#upload").press("Enter")
    page.wait_for_url("**/look/", timeout=30_000)
    offsets = [int(offset) for offset in sent if offset]
    assert offsets[0] > 0
    assert row(harbour).size == files.stat().st_size
