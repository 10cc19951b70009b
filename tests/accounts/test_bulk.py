"""Deeds on rows that are chosen: seen before, counted again, done to those alone."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from accounts import permissions
from accounts.services import rowdeeds
from accounts.views import bulk
from audit.models import Event
from foundation import jobs
from foundation.models import Job
from foundation.pages import tables
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(org):
    """An analyst."""
    return factories.person(org, permissions.ANALYST)


@pytest.fixture
def client(ana):
    """Her browser."""
    return factories.sign_in(Client(), ana)


def asked(org, person, number):
    """Let somebody ask for jobs; return their keys."""
    with tenant_atomic(org.pk):
        return [str(jobs.enqueue("tests.bulk", {}, actor=person).pk) for _ in range(number)]


def states(org):
    """Return how many jobs are in each state."""
    with tenant_atomic(org.pk):
        found = list(Job.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in found}


def hidden(answer):
    """Return the hidden fields of the page's last form."""
    form = answer.content.decode().rpartition('<form method="post"')[2]
    found = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_rows_are_looked_at_and_then_cancelled(org, ana, client):
    keys = asked(org, ana, 3)
    page = client.get("/jobs/").content.decode()
    assert page.count('name="row"') == 3
    assert 'formaction="/jobs/cancel/"' in page
    seen = client.post("/jobs/cancel/", {"list": "/jobs/", "row": keys[:2]})
    assert b"Nothing is done yet" in seen.content
    assert b"<strong>" in seen.content
    assert states(org) == {"queued": 3}
    done = client.post("/jobs/cancel/", hidden(seen), follow=True)
    assert b"Cancelled: 2." in done.content
    assert states(org) == {"queued": 1, "cancelled": 2}
    with tenant_atomic(org.pk):
        assert Event.objects.filter(code="accounts.job.cancelled").count() == 2


def test_all_that_match_is_a_choice_of_its_own_and_counted_again(org, ana, client):
    asked(org, ana, 60)
    page = client.get("/jobs/?state=queued").content.decode()
    assert "all 60 jobs that match" in page
    said = {"list": "/jobs/", "query": "state=queued", "everything": "1", "expected": "60"}
    seen = client.post("/jobs/cancel/", said)
    asked(org, ana, 1)
    refused = client.post("/jobs/cancel/", hidden(seen))
    assert refused.status_code == 409
    assert b"60 rows were expected to match, and now 61 do" in refused.content
    assert states(org) == {"queued": 61}
    said["expected"] = "61"
    assert client.post("/jobs/cancel/", {**said, "sure": "1"}).status_code == 302
    assert states(org) == {"cancelled": 61}


def test_beyond_ten_thousand_the_preview_names_the_number(org, ana, client, monkeypatch):
    monkeypatch.setattr(tables, "COUNTED_TO", 2)
    monkeypatch.setattr("foundation.pages.selection.COUNTED_TO", 2)
    asked(org, ana, 60)
    assert 'value="2+"' in client.get("/jobs/").content.decode()
    said = {"list": "/jobs/", "everything": "1", "expected": "2+"}
    assert hidden(client.post("/jobs/cancel/", said))["expected"] == ["60"]


def test_more_than_five_hundred_are_a_job_that_says_what_became_of_each(org, ana, client):
    keys = asked(org, ana, 501)
    said = {"list": "/jobs/", "everything": "1", "expected": "501"}
    seen = client.post("/jobs/cancel/", said)
    assert b"It is done in the background" in seen.content
    assert b"It can&#39;t be undone" in seen.content
    ask = client.post("/jobs/cancel/", hidden(seen))
    assert states(org) == {"queued": 502}
    with tenant_atomic(org.pk):
        jobs.cancel(job_id=keys[7], at=factories.LONG_AGO)  # somebody else was first
        job = Job.objects.get(kind="accounts.jobs_cancelling")
    assert ask["Location"] == f"/jobs/{job.pk}/"
    assert jobs.work(org.pk, job.pk) == "done"
    assert states(org) == {"cancelled": 501, "done": 1}
    page = client.get(ask["Location"]).content.decode()
    assert "500 done, 1 refused, 0 not done" in page
    assert "Undo" not in page
    rows = client.get(f"/jobs/{job.pk}/rows/?state=refused").content.decode()
    assert "1 row" in rows
    assert "The job is cancelled already" in rows
    with tenant_atomic(org.pk):
        job.refresh_from_db()
        assert (job.done, job.total, job.result) == (501, 501, {"done": 500, "refused": 1})
        assert Event.objects.filter(code="accounts.job.cancelled").count() == 500


def test_a_job_of_rows_stops_when_it_is_cancelled_and_keeps_what_was_done(
    org, ana, client, monkeypatch
):
    keys = asked(org, ana, 4)
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(rowdeeds, "BATCH", 2)
    said = {"list": "/jobs/", "row": keys, "sure": "1"}
    address = client.post("/jobs/cancel/", said)["Location"]
    with tenant_atomic(org.pk):
        job = Job.objects.get(kind="accounts.jobs_cancelling")
    held, step = rowdeeds.of(job.kind), iter(range(4))

    def cancelled_after_two(key, *more):
        if next(step) == 2:  # as its owner would, from the job's page
            Job.objects.filter(pk=job.pk).update(cancel_asked_at=factories.LONG_AGO)
        held.one(key, *more)

    monkeypatch.setitem(rowdeeds._deeds, job.kind, replace(held, one=cancelled_after_two))
    assert jobs.work(org.pk, job.pk) == "cancelled"
    assert "2 done, 0 refused, 2 not done" in client.get(address).content.decode()
    assert states(org) == {"cancelled": 3, "queued": 2}


def test_rows_of_somebody_elses_job_are_not_shown(org, ana, client):
    with tenant_atomic(org.pk):
        job = rowdeeds.ask(
            kind="accounts.jobs_cancelling", keys=[], asked={}, by=ana, at=factories.LONG_AGO
        )
    assert client.get(f"/jobs/{job.pk}/rows/").status_code == 200
    boss = factories.sign_in(Client(), factories.person(org, permissions.ADMINISTRATOR))
    assert boss.get(f"/jobs/{job.pk}/").status_code == 200
    assert boss.get(f"/jobs/{job.pk}/rows/").status_code == 404


def test_nobody_cancels_what_they_do_not_see(org, ana, client):
    others = asked(org, factories.person(org, permissions.LEGAL), 1)
    answer = client.post("/jobs/cancel/", {"list": "/jobs/", "row": others, "sure": "1"})
    assert answer.status_code == 409
    assert states(org) == {"queued": 1}
