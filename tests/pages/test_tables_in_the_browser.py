"""A table of works in a real browser: brought, mapped, checked, taken, given back."""

import pytest

from accounts import permissions
from foundation import jobs
from foundation.tenancy import tenant_atomic
from integrations.models import TableImport
from tests.royalties import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = (
    "code,kind,title,isrc\nW-1,recording,Blue Hour (Live),QZ1110000001\n"
    "N-1,film,Night Boat,\nN-2,opera,No,\n"
)


@pytest.fixture(autouse=True)
def file(settings, tmp_path, harbour):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    with tenant_atomic(harbour.id):
        world.catalogue()
    path = tmp_path / "works.csv"
    path.write_text(FILE)
    return path


def work(harbour):
    with tenant_atomic(harbour.id):
        job = TableImport.objects.get().job_id
    jobs.work(harbour.id, job)


@pytest.mark.parametrize(("width", "dark", "scripts"), [(1280, False, True), (320, True, False)])
def test_the_whole_way(page_as, harbour, file, width, dark, scripts):
    eyes = page_as(permissions.RIGHTS, width=width, dark=dark, scripts=scripts)
    page = eyes.page

    def clean(name):
        if scripts:
            assert eyes.violations() == [], name
            assert eyes.overflows() <= 0, name
        eyes.shoot(f"table-{width}-{name}")

    eyes.open("/tables/new/")
    clean("1-new")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("#upload").click()
    page.locator("#on").wait_for()
    clean("2-map")
    page.locator("#on").click()
    page.wait_for_url("**/tables/*/")
    work(harbour)
    if not scripts:
        page.get_by_role("link", name="Has it ended?").click()
    page.get_by_text("Blue Hour (Live)").wait_for()
    clean("3-checked")
    page.get_by_role("button", name="Take 1 new and 1 changed works").click()
    page.get_by_role("link", name="Has it ended?").wait_for()
    work(harbour)
    if not scripts:
        page.get_by_role("link", name="Has it ended?").click()
    page.get_by_role("link", name="Take this table back").click()
    clean("4-take-back")
    page.get_by_label("Reason").fill("Wrong table")
    page.locator("#take-back").click()
    page.get_by_text("works.csv is taken back.").wait_for()
    eyes.open("/tables/")
    clean("5-list")
