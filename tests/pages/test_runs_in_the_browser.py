"""A period from start to end in a real browser."""

import pytest

from accounts import permissions
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from tests.royalties import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_an_analyst_runs_a_period_from_start_to_end(page_as, harbour, tmp_path, width, dark):
    with tenant_atomic(harbour.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    eyes = page_as(permissions.ANALYST, width=width, dark=dark)

    def clean(name):
        assert eyes.violations() == [], name
        assert eyes.overflows() <= 0, name
        eyes.shoot(f"{name}-{width}")

    assert eyes.open("/runs/") == 200
    clean("runs")
    eyes.page.get_by_role("button", name="Calculate").click()
    eyes.page.get_by_text("Waits for a worker").wait_for()
    with tenant_atomic(harbour.id):
        job = Job.objects.get(kind="royalties.run")
    assert jobs.work(harbour.id, job.pk) == "done"
    eyes.page.get_by_role("link", name="Go to what this is about").click()
    eyes.page.get_by_role("heading", name="Run of 2026-Q1").wait_for()
    eyes.page.get_by_text("The same as a table").first.click()
    clean("run")
    eyes.page.get_by_role("link", name="Ana Kestrel").first.click()
    eyes.page.get_by_text("Provisional figures").first.wait_for()
    clean("provisional")
    eyes.page.get_by_role("link", name="2026-Q1", exact=True).click()
    eyes.page.get_by_role("link", name="Post…").click()
    clean("post")
    eyes.page.get_by_role("button", name="Post 2026-Q1").click()
    eyes.page.get_by_text("2026-Q1 is posted: 2 statements are issued.").wait_for()
    clean("posted")
