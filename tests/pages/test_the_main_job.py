"""The main job, played by four people in one go in a real browser: from a sales file to the payee.

It also makes the pictures that documents show:

    MEDIATRACK_PICTURES=docs/images make test ARGS="tests/pages/test_the_main_job.py -q"
"""

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from accounts import permissions
from catalog.services.works import NewWork
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.selectors import holders as known
from holders.services import holders, portal
from rights.services import registration
from royalties.models import Publication, Statement
from royalties.services import deals
from tests import factories
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = (
    "title,artist,isrc,territory,source,channel,sold_on,units,amount,currency\n"
    "Blue Hour,Kestrel,QZ1110000001,SE,Tide,stream,2026-01,8000,60.00,USD\n"
    "Blue Hour,Kestrel,QZ1110000001,US,Tide,download,2026-02,40,40.00,USD\n"
    "Low Tide,Kestrel,QZ1110000002,Atlantis,Tide,stream,2026-02,900,50.00,USD\n"
    "Blue Houre,Kestrel,QZ1110000099,NO,Tide,stream,2026-03,300,25.00,USD\n"
)


class Stage:
    """An organisation with a catalogue, and a window for each of its people."""

    def __init__(self, org, look):
        self.org, self.look, self.people = org, look, {}

    def enter(self, role, name):
        """Return a new window of somebody, signed in and confirmed just now."""
        if role not in self.people:
            self.people[role] = factories.person(self.org, role, name=name)
        person = self.people[role]
        client = factories.sign_in(Client(), person)
        cookie = configured.SESSION_COOKIE_NAME
        eyes = self.look(cookies={cookie: client.cookies[cookie].value})
        eyes.page.set_default_timeout(40_000)
        return eyes

    def work(self):
        """Do the jobs that wait, as the worker would."""
        with tenant_atomic(self.org.id):
            waiting = list(Job.objects.filter(state="queued").values_list("pk", flat=True))
        assert [jobs.work(self.org.id, key) for key in waiting] == ["done"] * len(waiting)
        assert waiting


@pytest.fixture
def stage(harbour, look, settings, tmp_path):
    """Works, a label that owns one of them, and a file of sales."""
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    (tmp_path / "tide.csv").write_text(FILE)
    with tenant_atomic(harbour.id):
        for number, title in enumerate(("Blue Hour", "Low Tide"), 1):
            work = NewWork(
                "recording",
                title,
                code=f"W-{number}",
                identifiers=[("isrc", f"QZ111000000{number}")],
                credits=[("Kestrel", "main")],
            )
            registration.register_work(work=work, actor=BY, at=NOW)
        holders.register(kind="label", name="Quayside Records", code="QUAY", actor=BY, at=NOW)
    return Stage(harbour, look)


def test_from_a_sales_file_to_what_the_payee_reads(stage, tmp_path):
    analyst = permissions.ANALYST, "Ana Quarles"
    claims(stage.enter(permissions.RIGHTS, "Rita Halloran"))
    imports(stage.enter(*analyst), stage, tmp_path / "tide.csv")
    clears(stage.enter(*analyst))
    asks_for_a_signature(stage)
    approves(stage.enter(permissions.ADMINISTRATOR, "Adam Voss"))
    runs(stage.enter(*analyst), stage)
    publishes(stage.enter(*analyst), stage)
    creator = stage.enter(permissions.CREATOR, "Carla Meadowes")
    gives_the_portal(stage)
    reads(creator)  # no window breached the policy or said anything: `look` sees to it


def claims(eyes):
    """The rights manager claims the master of a song for the label that owns it."""
    page = eyes.page
    eyes.open("/")
    page.locator("#menu").get_by_role("link", name="Works").click()
    page.get_by_role("link", name="Blue Hour").first.click()
    page.get_by_role("link", name="Rights", exact=True).click()
    page.get_by_role("link", name="Claim a right").first.click()
    page.locator("#id_right_type").select_option("master")
    page.locator("#id_territory").fill("WORLD")
    page.locator("#id_holder_1").fill("QUAY")
    page.locator("#id_share_1").fill("100")
    page.get_by_role("button", name="Look at what it changes").click()
    page.get_by_role("heading", name="What the claim changes").wait_for()
    page.get_by_role("button", name="Save the claim").click()
    page.get_by_text("The claim holds.").wait_for()
    eyes.shoot("rights")


def asks_for_a_signature(stage):
    """The analyst has written a deal and asks for its signature."""
    with tenant_atomic(stage.org.id):
        at = timezone.now()  # a request that nobody answers for long lapses
        deal = deals.enter(document=world.DEAL, by=BY, at=at).version.deal
        analyst = stage.people[permissions.ANALYST]
        deals.ask_for_signature(deal=deal, reason="Contract of 2026", by=analyst, at=at)


def imports(eyes, stage, path):
    """The analyst brings the file in; one rule settles a territory, and the rows are taken."""
    page = eyes.page
    eyes.open("/")
    page.get_by_role("link", name="Import a sales file").click()
    page.locator("input[type=file]").set_input_files(path)
    page.locator("#upload").click()
    page.locator("#on").click()
    page.get_by_role("heading", name="As they are read").wait_for()
    eyes.shoot("import")
    page.locator("#on").click()
    page.get_by_text("Rows checked").wait_for()
    stage.work()
    page.get_by_role("link", name="Correct 1 row").wait_for()
    page.locator("#onwards").click()
    page.locator("section", has_text="Atlantis").get_by_role("textbox").fill("GB")
    page.get_by_role("button", name="Make it a rule").click()
    page.get_by_text("Rows checked").wait_for()
    stage.work()
    page.locator("#onwards").click()
    page.locator("#take").click()
    page.get_by_text("Taking the rows").wait_for()
    stage.work()
    page.get_by_role("link", name="See the result").click()
    page.get_by_text("3 of 4").wait_for()


def clears(eyes):
    """The analyst decides which work the misspelt title is."""
    page = eyes.page
    eyes.open("/")
    page.get_by_role("link", name="Sales that wait for a decision").click()
    page.get_by_role("link", name="Blue Houre").first.click()
    page.get_by_role("link", name="Blue Hour", exact=True).first.click()
    page.locator("#decide").click()
    page.get_by_text("Decided: 1 line.").wait_for()


def approves(eyes):
    """The administrator signs the deal that the analyst asked for."""
    page = eyes.page
    eyes.open("/")
    eyes.shoot("home")
    page.get_by_role("link", name="Change requests to approve").click()
    page.get_by_role("link", name="Sign a deal: ART-1").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("Approved and done.").wait_for()


def runs(eyes, stage):
    """The analyst calculates the quarter, looks at what moved, and posts it."""
    page = eyes.page
    eyes.open("/")
    page.get_by_role("link", name="Run a period").click()
    page.get_by_role("button", name="Calculate").click()
    page.get_by_text("Waits for a worker").wait_for()
    stage.work()
    page.get_by_role("link", name="Go to what this is about").click()
    page.get_by_role("heading", name="Run of 2026-Q1").wait_for()
    eyes.shoot("run")
    page.get_by_role("link", name="Post…").click()
    page.get_by_role("button", name="Post 2026-Q1").click()
    page.get_by_text("2026-Q1 is posted: 2 statements are issued.").wait_for()


def publishes(eyes, stage):
    """The analyst opens a statement down to its working, and publishes it for good."""
    page = eyes.page
    with tenant_atomic(stage.org.id):
        [ana] = Statement.objects.filter(holder__name="Ana Kestrel")
    eyes.open("/statements/")
    page.get_by_role("link", name=ana.number).click()
    page.get_by_text("Why ").first.click()
    page.locator(".tree summary", has_text="streams").click()
    eyes.shoot("statement")
    page.get_by_role("link", name="Publish now…").click()
    page.get_by_role("button", name="Publish it, for good").click()
    page.get_by_text("Published").first.wait_for()
    with tenant_atomic(stage.org.id):
        rows = Publication.objects.select_related("statement__holder")
        states = {row.statement.holder.name: row.state for row in rows}
    assert states == {"Ana Kestrel": "published", "Ben Ode": "draft"}


def gives_the_portal(stage):
    """Carla is Ana Kestrel, and Ben Ode's manager."""
    carla = stage.people[permissions.CREATOR]
    with tenant_atomic(stage.org.id):
        for name in ("Ana Kestrel", "Ben Ode"):
            [holder] = Statement.objects.filter(holder__name=name).values_list("holder", flat=True)
            assert known.lines([holder])[holder].name == name
            portal.give(holder_id=holder, user_id=carla.pk, actor=BY, at=NOW)


def reads(eyes):
    """The creator reads what is paid and when, why, and keeps the lines; no draft shows."""
    page = eyes.page
    eyes.open("/")
    # 175.00 × 20 % × 60 % = 21.00, of which 10.00 pay back the advance.
    page.get_by_text("Ana Kestrel: You will be paid 11.00").wait_for()
    page.get_by_text("Ben Ode: no statement yet.").wait_for()
    page.get_by_role("link", name="My royalties").first.click()
    page.get_by_text("You will be paid 11.00").wait_for()
    eyes.shoot("portal")
    with page.expect_download() as taken:
        page.get_by_role("link", name="(CSV)").click()
    rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("statement,payee,period")
    assert len(rows) >= 5
    page.get_by_role("link", name="Why this amount").click()
    page.get_by_role("heading", name="From the opening balance to what is payable").wait_for()
    assert "Ana Kestrel" in page.locator("h1").inner_text()
