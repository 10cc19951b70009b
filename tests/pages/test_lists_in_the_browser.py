"""Lists in a real browser: narrowed, turned and chosen from by keyboard, and without scripts."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.template import engines
from django.urls import include, path
from django.utils import timezone

from accounts import permissions
from accounts.views.base import Page
from foundation.models import Job
from foundation.pages import fragments
from foundation.pages.tables import Choice, Column, Days, Numbers, Table, Text
from foundation.tenancy import tenant_atomic
from kernel.ids import uuid7

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = """
{% extends "kit/base.html" %}
{% import "kit/parts.html" as parts %}
{% block title %}Work{% endblock %}
{% block main %}
{{ parts.heading("Work", "What was asked for") }}
{% block list %}{% import "kit/table.html" as tables %}{{ tables.listing(table) }}{% endblock %}
{% endblock %}
"""


class Work(Table):
    """Jobs, with all that a list can have."""

    caption = "Work"
    noun = ("job", "jobs")
    start = "-done"
    columns = (
        Column("kind", "Kind", "kind", sort="kind", link=lambda row: f"/work/?q={row.kind[-1]}"),
        Column("created", "Created", "created_at", kind="moment", sort="created_at"),
        Column("done", "Rows done", "done", kind="number", sort="done", totalled=True),
        Column("total", "Rows in all", "total", kind="number"),
        Column("state", "State", lambda row: (row.state, "info"), kind="badge"),
        Column("phase", "Phase", "phase"),
        Column("asked", "Asked by", "actor_id", hidden=True),
    )
    search = ("kind",)
    filters = (
        Choice("state", "State", [("queued", "Queued")], lambda value: Q(state=value)),
        Text("phase", "Phase", "phase"),
        Days("created", "Created", "created_at", moments=True),
        Numbers("done", "Rows done", "done"),
    )


class Shown(Page):
    """The list as a page."""

    signed_in = True

    def get(self, request):
        """Show it."""
        context = {"table": Work(Job.objects.all(), request)}
        return fragments.page(request, "tests/work.html", context, block="list")


urlpatterns = [path("work/", Shown.as_view(), name="tests_work"), path("", include("config.urls"))]


@pytest.fixture
def work(settings, harbour, monkeypatch):
    """Serve the list, with a hundred and twenty jobs."""
    settings.ROOT_URLCONF = __name__
    loader = engines["jinja2"].env.loader
    env = engines["jinja2"].env
    found = loader.get_source
    monkeypatch.setattr(
        loader,
        "get_source",
        lambda env, name: (PAGE, None, None) if name == "tests/work.html" else found(env, name),
    )
    env.cache.clear()
    now = timezone.now()
    with tenant_atomic(harbour.pk):
        Job.objects.bulk_create(
            Job(
                kind=f"Reading the sales file number {n}",
                phase="checking each line against the works" if n % 2 else "reading",
                actor_id=uuid7(),
                actor_kind="person",
                done=n * 1111,
                total=120_000,
                run_after=now,
                created_at=now - timedelta(hours=n),
                updated_at=now,
            )
            for n in range(120)
        )


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (320, False)])
def test_a_list_is_clean_and_fits_with_all_its_panels_open(work, page_as, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    eyes.open("/work/?done_min=1500&density=roomy")
    eyes.shoot(f"list-{width}-{dark}")
    for panel in ("list-look-open", "list-export"):
        eyes.page.locator(f"#{panel}").click()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"list-open-{width}-{dark}")


def test_a_list_is_narrowed_by_keyboard_and_keeps_focus_and_panel(work, page_as):
    eyes = page_as(permissions.ADMINISTRATOR)
    eyes.open("/work/")
    eyes.tab_to("list-filters-open")
    eyes.page.keyboard.press("Enter")
    eyes.tab_to("list-phase")
    eyes.page.keyboard.type("checking")
    eyes.page.keyboard.press("Enter")
    eyes.page.locator(".chip", has_text="checking").wait_for()
    assert eyes.focused() == "list-phase"
    assert "60 jobs" in eyes.page.locator(".pages").inner_text()
    assert "phase=checking" in eyes.page.url
    eyes.page.get_by_role("link", name="Clear all").click()
    eyes.page.locator(".chip").first.wait_for(state="detached")
    assert eyes.page.locator("#list-phase").is_visible()  # the panel stays open


def test_columns_are_chosen_without_scripts(work, page_as):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=False)
    eyes.open("/work/?phase=checking")
    eyes.page.locator("#list-look-open").click()
    eyes.page.locator("#list-col-created").uncheck()
    eyes.page.locator("#list-density").select_option("roomy")
    eyes.page.locator("#list-look-go").click()
    heads = eyes.page.locator("thead th").all_inner_texts()
    assert not any(head.startswith("Created") for head in heads)
    assert "phase=checking" in eyes.page.url
    assert eyes.page.locator("table.roomy").count() == 1


def test_head_and_first_column_stay_in_sight(work, page_as):
    eyes = page_as(permissions.ADMINISTRATOR)
    eyes.open("/work/")
    box = eyes.page.locator(".listed")
    box.evaluate("each => { each.scrollTop = 600; }")
    top = box.bounding_box()["y"]
    assert abs(eyes.page.locator("thead th").first.bounding_box()["y"] - top) <= 2


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (320, False)])
def test_a_job_and_its_list_are_clean_and_fit(work, page_as, harbour, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    with tenant_atomic(harbour.pk):
        job = Job.objects.order_by("-created_at").first()
        now = timezone.now()
        Job.objects.filter(pk=job.pk).update(
            state="running",
            started_at=now - timedelta(seconds=40),
            lease_token=job.pk,
            lease_until=now + timedelta(minutes=1),
            done=30_000,
            log=[[now.isoformat(), "Begun"], [now.isoformat(), "Reading the file"]],
        )
    for address, name in (("/jobs/", "jobs"), (f"/jobs/{job.pk}/", "job")):
        eyes.open(address)
        assert eyes.violations() == []
        assert eyes.overflows() <= 0
        eyes.shoot(f"{name}-{width}")


def test_a_running_job_is_followed_until_its_end(work, page_as, harbour):
    eyes = page_as(permissions.ADMINISTRATOR)
    with tenant_atomic(harbour.pk):
        job = Job.objects.order_by("-created_at").first()
    eyes.open(f"/jobs/{job.pk}/")
    eyes.page.locator("#again").focus()
    with tenant_atomic(harbour.pk):
        Job.objects.filter(pk=job.pk).update(done=60_000)
    eyes.page.get_by_text("60,000 of 120,000").first.wait_for()
    assert eyes.focused() == "again"
    with tenant_atomic(harbour.pk):
        Job.objects.filter(pk=job.pk).update(state="done", ended_at=timezone.now())
    eyes.page.locator(".badge", has_text="Done").wait_for()
    assert eyes.page.locator("main [hx-get]").count() == 0


def test_a_long_export_is_offered_and_made(work, page_as, harbour):
    with tenant_atomic(harbour.pk):
        [one] = Job.objects.all()[:1]
        Job.objects.bulk_create(
            Job(
                kind=f"Another {n}",
                actor_id=one.actor_id,
                actor_kind="person",
                run_after=one.run_after,
                created_at=one.created_at,
                updated_at=one.updated_at,
            )
            for n in range(1000)
        )
    eyes = page_as(permissions.ADMINISTRATOR, scripts=False)
    eyes.open("/work/?as=csv")
    eyes.shoot("export")
    eyes.page.get_by_role("button", name="Make the file").click()
    assert "/jobs/" in eyes.page.url
    eyes.shoot("export-job")


def test_rows_are_chosen_with_shift_space_and_the_heads_box(work, page_as):
    eyes = page_as(permissions.ADMINISTRATOR)
    eyes.open("/work/?size=25")
    boxes = eyes.page.locator("input[name=row]")
    boxes.nth(2).click()
    boxes.nth(6).click(modifiers=["Shift"])
    assert eyes.page.locator("input[name=row]:checked").count() == 5
    assert eyes.page.locator("[data-picked]").inner_text() == "(5)"
    boxes.nth(10).focus()
    eyes.page.keyboard.press("Space")
    assert eyes.page.locator("[data-picked]").inner_text() == "(6)"
    assert eyes.violations() == []
    eyes.page.locator("#list-pick").click()
    assert eyes.page.locator("input[name=row]:checked").count() == 25
    eyes.page.locator("#list-next").click()
    eyes.page.locator("#list-previous").wait_for()
    assert eyes.page.locator("input[name=row]:checked").count() == 0
    assert eyes.page.locator("#list-pick").is_visible()


def test_chosen_rows_are_exported_without_scripts(work, page_as):
    eyes = page_as(permissions.ADMINISTRATOR, scripts=False)
    eyes.open("/work/")
    for number in (0, 3):
        eyes.page.locator("input[name=row]").nth(number).check()
    eyes.page.locator("#list-exports").click()
    assert eyes.page.get_by_text("Rows chosen one by one").is_visible()
    with eyes.page.expect_download() as had:
        eyes.page.get_by_role("button", name="Make the file").click()
    with open(had.value.path(), encoding="utf-8-sig") as made:
        assert len(made.read().splitlines()) == 3


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_saved_views_are_clean_and_fit(work, page_as, width, dark):
    eyes = page_as(permissions.ADMINISTRATOR, width=width, dark=dark)
    eyes.open("/work/?phase=checking")
    eyes.page.get_by_role("link", name="Save this view").click()
    assert eyes.violations() == []
    eyes.page.get_by_label("Name", exact=True).fill("Checked against the works")
    eyes.shoot(f"view-new-{width}")
    eyes.page.get_by_role("button", name="Save").click()
    chip = eyes.page.get_by_role("link", name="Checked against the works")
    assert chip.get_attribute("aria-current") == "true"
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"view-chips-{width}")
    eyes.page.get_by_role("link", name="Change views").click()
    eyes.page.get_by_role("link", name="Checked against the works").click()
    assert eyes.violations() == []
    assert eyes.overflows() <= 0
    eyes.shoot(f"view-{width}")
