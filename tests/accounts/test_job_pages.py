"""Jobs in the browser: how far one is, who sees it, and how it is stopped."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import longjobs, permissions
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db
KIND = "tests.pages.count"


@pytest.fixture
def ana(org):
    """An analyst."""
    return factories.person(org, permissions.ANALYST, name="Ana Kestrel")


@pytest.fixture
def job(org, ana):
    """A job of hers that runs: a quarter is done after ten seconds."""
    now = timezone.now()
    with tenant_atomic(org.pk):
        made = jobs.enqueue(KIND, {}, actor=ana, at=now - timedelta(seconds=12))
        Job.objects.filter(pk=made.pk).update(
            state="running",
            started_at=now - timedelta(seconds=10),
            lease_token=made.pk,
            lease_until=now + timedelta(minutes=1),
            phase="Counting",
            done=2500,
            total=10_000,
            log=[["2026-03-01T09:30:00+00:00", "Begun"]],
        )
    return Job(pk=made.pk)


def browser(person):
    """Sign somebody in."""
    return factories.sign_in(Client(), person)


def test_a_running_job_tells_how_far_it_is_and_asks_again_less_and_less_often(ana, job):
    client, address = browser(ana), f"/jobs/{job.pk}/"
    shown = client.get(address).content.decode()
    for words in ("Counting", "Ana Kestrel", "30 seconds left", "Begun", "Look again"):
        assert words in shown
    assert f'hx-get="{address}?n=1&amp;tens=2" hx-trigger="load delay:1s"' in shown
    part = client.get(f"{address}?n=7&tens=2", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"delay:10s" in part.content
    assert b"data-announce" not in part.content  # nothing new worth saying
    assert b"<h1" not in part.content


def test_an_ended_job_tells_htmx_to_stop(org, ana, job):
    with tenant_atomic(org.pk):
        Job.objects.filter(pk=job.pk).update(
            state="failed",
            lease_token=None,
            lease_until=None,
            ended_at=timezone.now(),
            error={"detail": "The file is empty."},
        )
    client = browser(ana)
    part = client.get(f"/jobs/{job.pk}/?n=3", headers={"HX-Request": "true"})
    assert part.status_code == 286
    assert b"hx-get" not in part.content
    assert b"The file is empty." in part.content
    assert client.get(f"/jobs/{job.pk}/").status_code == 200


def test_only_the_owner_and_who_looks_after_such_jobs_see_it(org, other_org, job, monkeypatch):
    who = {
        permissions.RIGHTS: 404,
        permissions.LEGAL: 404,
        permissions.OPS: 200,
        permissions.ADMINISTRATOR: 200,
    }
    for role, status in who.items():
        client = browser(factories.person(org, role))
        assert client.get(f"/jobs/{job.pk}/").status_code == status, role
        assert (str(job.pk) in client.get("/jobs/").content.decode()) is (status == 200), role
    stranger = browser(factories.person(other_org, permissions.ADMINISTRATOR))
    assert stranger.get(f"/jobs/{job.pk}/").status_code == 404
    look = longjobs.Look(KIND, "Counting", permission=permissions.CHANGES_SEE)
    monkeypatch.setitem(longjobs._looks, KIND, look)
    assert (
        browser(factories.person(org, permissions.LEGAL)).get(f"/jobs/{job.pk}/").status_code == 200
    )


def test_a_job_is_cancelled_once(org, ana, job):
    client = browser(ana)
    shown = client.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert shown.count("It stops at its next step.") == 2
    with tenant_atomic(org.pk):
        Job.objects.filter(pk=job.pk).update(
            state="cancelled", lease_token=None, lease_until=None, ended_at=timezone.now()
        )
    shown = client.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert "there is nothing to cancel" in shown


def test_the_list_costs_the_same_however_long_it_is(org, ana, job):
    client, costs = browser(ana), []
    client.get("/jobs/")
    for _ in range(2):
        with CaptureQueriesContext(connection) as made:
            assert "Tests pages count" in client.get("/jobs/").content.decode()
        costs.append(len(made))
        with tenant_atomic(org.pk):
            for _ in range(5):
                jobs.enqueue(KIND, {}, actor=ana)
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [("count", True), ("tests kestrel", True), ("Kestrel export", False), ("export", False)],
)
def test_a_job_is_searched_for_by_what_it_is_who_asked_and_its_id(ana, job, query, found):
    client = browser(ana)
    assert (str(job.pk) in client.get("/jobs/", {"q": query}).content.decode()) is found
    assert str(job.pk) in client.get("/jobs/", {"q": str(job.pk)}).content.decode()
    assert b"Nothing matches" in client.get("/jobs/", {"q": str(ana.pk)}).content
