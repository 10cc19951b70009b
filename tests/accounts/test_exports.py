"""Lists as files: at once or by a job, recorded, and only for who may see the list."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts import permissions
from accounts.models import Membership
from audit.models import Event
from audit.selectors import trail
from audit.services import deliveries
from foundation import jobs, storage
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from kernel.ids import uuid7
from notifications.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def ops(org):
    """Somebody who sees all jobs."""
    return factories.person(org, permissions.OPS, name="Omar Ops")


@pytest.fixture
def browser(ops):
    """Their browser."""
    return factories.sign_in(Client(), ops)


def fill(org, number):
    """Make jobs: half of them have failed."""
    with tenant_atomic(org.pk):
        return Job.objects.bulk_create(
            Job(
                kind=f"kind.{n % 2}",
                actor_id=uuid7(),
                actor_kind="system",
                state="failed" if n % 2 else "queued",
                ended_at=NOW if n % 2 else None,
                done=n,
                run_after=NOW,
                created_at=NOW + timedelta(seconds=n),
                updated_at=NOW,
            )
            for n in range(number)
        )


def told(org, code):
    """Return what the events of a code say."""
    with tenant_atomic(org.pk):
        return [trail.told(event)["after"] for event in Event.objects.filter(code=code)]


def form_of(answer):
    """Return the hidden fields of a page's last form."""
    return dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode())
    )


def test_a_short_list_comes_at_once_with_what_is_shown_and_is_recorded(org, browser, ops):
    fill(org, 40)
    page = browser.get("/jobs/?state=failed&cols=state,done")
    assert b"as=csv" in page.content
    answer = browser.get("/jobs/?state=failed&cols=state,done&as=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["What", "State", "Done"]
    assert len(rows) == 21
    assert {row[1] for row in rows[1:]} == {"Failed"}
    [said] = told(org, "accounts.list.exported")
    assert (said["path"], said["rows"], said["format"]) == ("/jobs/", 20, "csv")
    assert dict(parse_qsl(said["query"])) == {"state": "failed", "cols": "state,done"}
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/jobs/?as=xlsx").content))
    about = dict(book.get_sheet_by_name("About").to_python())
    assert (about["Made by"], about["Organisation"]) == ("Omar Ops", "Harbour Pictures")


def made_by_job(org, browser, query="q="):
    """Ask for a long list's file and let a worker make it; return its job's id."""
    offered = browser.get(f"/jobs/?as=csv&{query}")
    assert b"written in the background" in offered.content
    answer = browser.post("/exports/", {**form_of(offered), "format": "csv"})
    assert answer.status_code == 302
    pk = answer["Location"].strip("/").split("/")[-1]
    assert jobs.work(org.pk, pk) == "done"
    return pk


def test_a_long_list_is_made_by_a_job_and_kept_for_a_week(org, browser):
    fill(org, 1203)
    pk = made_by_job(org, browser)
    page = browser.get(f"/jobs/{pk}/").content.decode()
    [link] = re.findall(r'href="(/jobs/[^"]+/files/[^"]+)"', page)
    content = b"".join(browser.get(link).streaming_content).decode()
    assert len(content.splitlines()) == 1205  # the job itself is in the list
    [said] = told(org, "accounts.list.exported")
    assert said["rows"] == 1204
    with tenant_atomic(org.pk):
        assert "Writing rows" in [line for _, line in Job.objects.get(pk=pk).log]
        storage.destroy_expired(at=datetime.now(UTC) + timedelta(days=8))
    assert browser.get(link).status_code == 410
    assert "isn't kept any more" in browser.get(f"/jobs/{pk}/").content.decode()


def test_who_asked_for_a_long_file_is_told_when_it_is_ready(org, browser, ops):
    fill(org, 1203)
    pk = made_by_job(org, browser)
    deliveries.drain(org.pk)
    with tenant_atomic(org.pk):
        told = Notification.objects.get(text="A file you asked for is ready")
    assert (told.person_id, told.address) == (ops.pk, f"/jobs/{pk}/")


def test_a_file_is_for_its_owner_alone_while_the_list_is_open_to_them(org, browser, ops):
    fill(org, 1203)
    pk = made_by_job(org, browser)
    link = re.findall(
        r'href="(/jobs/[^"]+/files/[^"]+)"', browser.get(f"/jobs/{pk}/").content.decode()
    )[0]
    boss = factories.sign_in(Client(), factories.person(org, permissions.ADMINISTRATOR))
    page = boss.get(f"/jobs/{pk}/")
    assert page.status_code == 200
    assert b"/files/" not in page.content
    assert boss.get(link).status_code == 404
    with tenant_atomic(org.pk):
        Membership.objects.filter(user=ops).update(ends=NOW + timedelta(hours=1))
    assert browser.get(link).status_code != 200


def test_the_worker_looks_at_the_roles_as_they_are_then(org, other_org, browser, ops):
    fill(org, 1203)
    offered = browser.get("/jobs/?as=csv")
    pk = browser.post("/exports/", {**form_of(offered), "format": "csv"})["Location"].split("/")[2]
    with tenant_atomic(org.pk):
        Membership.objects.filter(user=ops).update(ends=NOW + timedelta(hours=1))
    assert jobs.work(org.pk, pk) == "failed"
    with tenant_atomic(org.pk):
        assert Job.objects.get(pk=pk).result is None


def test_what_was_searched_for_does_not_lie_open_in_the_job(org, browser):
    fill(org, 1203)
    pk = made_by_job(org, browser, "asked_from=2026-02-03")
    with tenant_atomic(org.pk):
        job = Job.objects.get(pk=pk)
    assert "asked_from" not in str(job.payload)


def test_more_or_fewer_rows_than_expected_are_refused(org, browser):
    fill(org, 12)
    answer = browser.post(
        "/exports/", {"list": "/jobs/", "everything": "1", "expected": "11", "format": "csv"}
    )
    assert answer.status_code == 409
    assert b"11 rows were expected to match, and now 12 do" in answer.content
    assert told(org, "accounts.list.exported") == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"list": "/jobs/"}, 422),
        ({"list": "/jobs/", "row": "no key"}, 422),
        ({"list": "/jobs/", "row": str(uuid7())}, 409),
        ({"list": "/nowhere/", "everything": "1", "expected": "1"}, 404),
        ({"list": "/exports/", "everything": "1", "expected": "1"}, 404),
        ({"list": "/healthz", "everything": "1", "expected": "1"}, 404),
        ({"list": "/", "everything": "1", "expected": "1"}, 404),
        ({"list": "/exceptions/", "everything": "1", "expected": "1"}, 403),
    ],
)
def test_what_is_no_list_or_not_theirs_gives_nothing(org, browser, sent, status):
    assert browser.post("/exports/", {**sent, "format": "csv"}).status_code == status


def test_chosen_rows_alone_are_written_and_others_never(org, other_org, browser):
    mine, foreign = fill(org, 5), fill(other_org, 5)
    keys = [str(job.pk) for job in mine[:2]]
    answer = browser.post("/exports/", {"list": "/jobs/", "row": keys, "format": "csv"})
    assert len(answer.content.decode().splitlines()) == 3
    mixed = [keys[0], str(foreign[0].pk)]
    answer = browser.post("/exports/", {"list": "/jobs/", "row": mixed, "format": "csv"})
    assert answer.status_code == 409
