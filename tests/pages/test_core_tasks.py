"""The core tasks by keyboard alone, with scripts and without (docs/pages.md lists all twelve).

What stands here hasn't a test of its own elsewhere. After every part that htmx exchanges, the focus
must be on something; wherever Tab arrives, the focus must show.
"""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from accounts import permissions
from accounts.models import SavedView, User
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.services import portal
from royalties.models import SalesException, Statement
from tests import factories
from tests.accounts.test_signing_in import code_of
from tests.pages.test_changes_in_the_browser import press, type_in
from tests.royalties import world
from tests.royalties.test_exception_pages import ODD
from tests.royalties.test_statement_pages import posted
from tests.royalties.world import BY, NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
SHOWN = """() => {
    const here = document.activeElement, how = getComputedStyle(here);
    return here !== document.body && (how.outlineStyle !== "none" || how.boxShadow !== "none");
}"""
LOST = """document.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => {
    if (document.hasFocus() && document.activeElement === document.body && window.wasFocused)
        console.error("the focus is lost after an exchange");
}));
document.addEventListener("htmx:beforeSwap", () => {
    window.wasFocused = document.activeElement !== document.body;
});"""


@pytest.fixture
def hands(page_as):
    """Return a function that opens a window to be used without a pointer."""

    def opened(role, scripts):
        eyes = page_as(role, scripts=scripts)
        if scripts:
            eyes.page.add_init_script(LOST)
        return eyes

    return opened


def go(eyes, name, address, scripts):
    """Reach something with Tab, see that the focus shows, press Enter and wait for an address."""
    eyes.tab_to(name, limit=150)
    if scripts:
        assert eyes.page.evaluate(SHOWN), f"the focus doesn't show on {name!r}"
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url(address)


@WAYS
def test_an_exception_is_decided(hands, harbour, tmp_path, scripts):
    with tenant_atomic(harbour.id):
        world.catalogue()
        world.sales(tmp_path, [*world.LINES, *ODD])
    eyes = hands(permissions.ANALYST, scripts)
    eyes.open("/exceptions/")
    go(eyes, "Blue Houre", "**/exceptions/*/", scripts)
    go(eyes, "Blue Hour", "**/exceptions/*/?*work=*", scripts)
    go(eyes, "decide", "**/exceptions/**", scripts)
    eyes.page.get_by_text("Decided: 1 line.").wait_for()
    with tenant_atomic(harbour.id):
        assert not SalesException.objects.filter(title="Blue Houre").exists()


@WAYS
def test_a_period_is_run_reviewed_and_posted_with_the_second_factor(
    look, harbour, tmp_path, scripts
):
    with tenant_atomic(harbour.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    ana = factories.person(harbour, permissions.ANALYST)
    client = factories.sign_in(Client(), ana, fresh=False)
    name = settings.SESSION_COOKIE_NAME
    eyes = look(scripts=scripts, cookies={name: client.cookies[name].value})
    eyes.open("/runs/")
    go(eyes, "Calculate", "**/jobs/*/", scripts)
    with tenant_atomic(harbour.id):
        job = Job.objects.get(kind="royalties.run")
    assert jobs.work(harbour.id, job.pk) == "done"
    eyes.page.reload()
    go(eyes, "Go to what this is about", "**/runs/*/", scripts)
    go(eyes, "Post…", "**/post/", scripts)
    go(eyes, "Post 2026-Q1", "**/2fa/reauthenticate/**", scripts)
    cache.clear()
    type_in(eyes, "id_code", code_of(ana))
    press(eyes, "Confirm", "**/resume/*/")
    with tenant_atomic(harbour.id):
        assert not Statement.objects.exists()
    press(eyes, "Send it now", "**/runs/*/")
    eyes.page.get_by_text("2026-Q1 is posted: 2 statements are issued.").wait_for()


@WAYS
def test_why_this_amount_is_three_steps_at_most(hands, harbour, tmp_path, scripts):
    issued = posted(harbour, tmp_path)
    eyes = hands(permissions.ANALYST, scripts)
    eyes.open(f"/statements/{issued['Ben Ode'].pk}/")
    steps = 0
    for name in ("b1-opens", "for Blue Hour: why this amount"):
        if name == "b1-opens":
            eyes.tab_to(name, limit=150)
        else:
            eyes.page.get_by_role("link", name="for Blue Hour: why").last.focus()
        eyes.page.keyboard.press("Enter")
        steps += 1
        eyes.page.get_by_text(("is the sum of", "1 line earned")[steps - 1]).first.wait_for()
    assert eyes.page.get_by_text("partner.csv").count()
    assert steps <= 3


@WAYS
def test_a_creator_reads_the_statement_and_takes_it_home(hands, harbour, tmp_path, scripts):
    issued = posted(harbour, tmp_path)
    eyes = hands(permissions.CREATOR, scripts)
    person = User.objects.get(name="Ada Example")
    with tenant_atomic(harbour.id):
        portal.give(holder_id=issued["Ana Kestrel"].holder_id, user_id=person.pk, actor=BY, at=NOW)
    eyes.open("/portal/")
    go(eyes, "Why this amount", "**/statements/*/", scripts)
    assert "Ana Kestrel" in eyes.page.locator("main").inner_text()
    link = eyes.page.locator("main a[href*='/files/csv/']").first
    link.focus()
    with eyes.page.expect_download() as taken:
        eyes.page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".csv")


@WAYS
def test_a_view_of_a_list_is_saved_and_opened(hands, harbour, tmp_path, scripts):
    posted(harbour, tmp_path)
    eyes = hands(permissions.ANALYST, scripts)
    eyes.open("/statements/?q=kestrel")
    go(eyes, "Save this view…", "**/views/new/**", scripts)
    type_in(eyes, "id_label", "Kestrel alone")
    eyes.page.keyboard.press("Enter")
    eyes.page.locator("main").get_by_role("link", name="Kestrel alone").first.wait_for()
    with tenant_atomic(harbour.id):
        assert SavedView.objects.get().query == "q=kestrel"
    eyes.open("/statements/")
    chip = eyes.page.locator("a.chip", has_text="Kestrel alone")
    go(eyes, chip.get_attribute("id"), "**/statements/?view=*", scripts)
    chip.and_(eyes.page.locator("[aria-current=true]")).wait_for()
    assert "Ben Ode" not in eyes.page.locator("main").inner_text()


@WAYS
def test_a_list_is_taken_as_a_file(hands, harbour, tmp_path, scripts):
    posted(harbour, tmp_path)
    eyes = hands(permissions.ANALYST, scripts)
    eyes.open("/statements/?q=kestrel")
    eyes.tab_to("list-export", limit=150)
    eyes.page.keyboard.press("Enter")
    eyes.tab_to("CSV")
    with eyes.page.expect_download() as taken:
        eyes.page.keyboard.press("Enter")
    rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "Ana Kestrel" in rows[1]


@WAYS
def test_an_object_is_found_by_its_identifier(hands, harbour, scripts):
    with tenant_atomic(harbour.id):
        world.catalogue()
    eyes = hands(permissions.ANALYST, scripts)
    eyes.open("/")
    if scripts:
        eyes.page.keyboard.press("Control+k")
        eyes.page.keyboard.type("QZ1110000001")
        eyes.page.locator("#palette-found a", has_text="Blue Hour").first.wait_for()
    else:
        go(eyes, "Search Ctrl K", "**/search/", scripts)
        type_in(eyes, "q", "QZ1110000001")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/works/*/")
    assert eyes.page.locator("h1").inner_text() == "Blue Hour"
