"""Jobs: asked for once, done once, and always brought to an end."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError

pytestmark = pytest.mark.django_db

ANA = SimpleNamespace(actor_id=uuid4(), actor_kind="person")
HOUR = timedelta(hours=1)
seen: list = []


class Refused(DomainError):
    """What the test's job is refused with."""

    code = "refused"


@jobs.kind("test.count", attempts=2)
def count(ctx: jobs.JobContext) -> dict:
    """Count to payload["to"] from the cursor; stumble on the way as the payload says."""
    number = ctx.cursor or 0
    while number < ctx.payload["to"]:
        number += 1
        with ctx.transaction():
            seen.append(number)
            ctx.checkpoint(number, number, ctx.payload["to"], phase="counting")
        if number == ctx.payload.get("stumble_at") and ctx.attempt == 1:
            raise OperationalError("the database went away")
        if number == ctx.payload.get("refuse_at"):
            raise Refused("Not beyond this number.")
        if number == ctx.payload.get("later_at") and "waited" not in seen:
            seen.append("waited")
            raise jobs.TryLater(0)
    return {"counted": number}


@pytest.fixture(autouse=True)
def nothing_seen():
    seen.clear()


def ask(org, payload, **options):
    """Enqueue in a transaction of its own; return the job's id."""
    with tenant_atomic(org.id):
        return jobs.enqueue("test.count", payload, actor=ANA, **options).id


def look(org, job_id):
    """Read the job again."""
    with tenant_atomic(org.id):
        return Job.objects.get(id=job_id)


def set_back(org, job_id, **fields):
    """Change the row as time or another process would."""
    with tenant_atomic(org.id):
        assert Job.objects.filter(id=job_id).update(**fields) == 1


def test_a_job_runs_to_its_result(org):
    job_id = ask(org, {"to": 3})
    assert jobs.work(org.id, job_id) == "done"
    job = look(org, job_id)
    assert (job.result, job.done, job.total, job.phase) == ({"counted": 3}, 3, 3, "counting")
    assert job.ended
    assert (job.lease_token, job.attempt) == (None, 1)


def test_a_second_message_does_nothing(org):
    job_id = ask(org, {"to": 3})
    jobs.work(org.id, job_id)
    assert jobs.work(org.id, job_id) is None
    assert seen == [1, 2, 3]


def test_the_same_deed_is_asked_for_once_while_it_is_open(org):
    first = ask(org, {"to": 1}, dedupe="run 2026-Q1")
    assert ask(org, {"to": 1}, dedupe="run 2026-Q1") == first
    jobs.work(org.id, first)
    assert ask(org, {"to": 1}, dedupe="run 2026-Q1") != first


def test_trouble_that_passes_resumes_from_the_cursor(org):
    job_id = ask(org, {"to": 4, "stumble_at": 2})
    assert jobs.work(org.id, job_id) == "queued"
    assert jobs.work(org.id, job_id) is None  # not before its time
    set_back(org, job_id, run_after=timezone.now() - HOUR)
    assert jobs.work(org.id, job_id) == "done"
    assert seen == [1, 2, 3, 4]


def test_a_refused_lock_is_tried_later_and_costs_no_attempt(org):
    job_id = ask(org, {"to": 2, "later_at": 1})
    assert jobs.work(org.id, job_id) == "queued"
    assert look(org, job_id).attempt == 0
    assert jobs.work(org.id, job_id) == "done"


def test_a_domain_error_is_kept_for_whoever_asked(org):
    job_id = ask(org, {"to": 2, "refuse_at": 1})
    assert jobs.work(org.id, job_id) == "failed"
    error = look(org, job_id).error
    assert (error["code"], error["detail"]) == ("refused", "Not beyond this number.")


def test_our_own_mistake_fails_without_telling_its_details(org):
    job_id = ask(org, {})
    assert jobs.work(org.id, job_id) == "failed"
    assert look(org, job_id).error["code"] == "unexpected"


def test_a_waiting_job_is_cancelled_at_once(org):
    job_id = ask(org, {"to": 2})
    with tenant_atomic(org.id):
        assert jobs.cancel(job_id=job_id, at=timezone.now()).state == "cancelled"
        with pytest.raises(jobs.AlreadyEnded):
            jobs.cancel(job_id=job_id, at=timezone.now())
    assert jobs.work(org.id, job_id) is None
    assert seen == []


@jobs.kind("test.cancel_midway")
def cancel_midway(ctx: jobs.JobContext) -> dict:
    """Somebody cancels between the first and the second checkpoint."""
    ctx.checkpoint(1, 1)
    with ctx.transaction():
        jobs.cancel(job_id=ctx.job_id, at=timezone.now())
    with ctx.transaction():
        ctx.checkpoint(2, 2)
    pytest.fail("the second checkpoint must not return")


def test_a_running_job_stops_at_its_next_checkpoint_and_rolls_it_back(org):
    with tenant_atomic(org.id):
        job_id = jobs.enqueue("test.cancel_midway", {}, actor=ANA).id
    assert jobs.work(org.id, job_id) == "cancelled"
    assert look(org, job_id).cursor == 1


@jobs.kind("test.lose_lease")
def lose_lease(ctx: jobs.JobContext) -> dict:
    """Another worker takes over while this one still thinks that it works."""
    with ctx.transaction():
        Job.objects.filter(id=ctx.job_id).update(lease_token=uuid4())
    ctx.checkpoint(1, 1)
    pytest.fail("a checkpoint without the lease must not return")


def test_a_worker_that_lost_its_lease_changes_nothing(org):
    with tenant_atomic(org.id):
        job_id = jobs.enqueue("test.lose_lease", {}, actor=ANA).id
    assert jobs.work(org.id, job_id) is None
    job = look(org, job_id)
    assert (job.state, job.cursor) == ("running", None)


def killed(org, **fields):
    """Return a job whose worker was killed an hour ago."""
    job_id = ask(org, {"to": 2})
    gone = timezone.now() - HOUR
    lease = {"state": "running", "lease_token": uuid4(), "lease_until": gone, "updated_at": gone}
    set_back(org, job_id, **{**lease, "attempt": 1, **fields})
    return job_id


def test_the_sweeper_puts_a_killed_workers_job_back(org):
    job_id = killed(org)
    assert jobs.sweep(at=timezone.now()) == 1
    assert look(org, job_id).state == "queued"
    assert jobs.work(org.id, job_id) == "done"


def test_a_job_that_keeps_killing_its_worker_fails_for_good(org):
    job_id = killed(org, attempt=2)
    jobs.sweep(at=timezone.now())
    job = look(org, job_id)
    assert (job.state, job.error["code"]) == ("failed", "worker_lost")


def test_a_killed_job_that_was_cancelled_ends_cancelled(org):
    job_id = killed(org, cancel_asked_at=timezone.now() - HOUR)
    jobs.sweep(at=timezone.now())
    assert look(org, job_id).state == "cancelled"


def test_the_sweeper_wakes_a_job_whose_message_was_lost(org):
    job_id = ask(org, {"to": 1})
    assert jobs.sweep(at=timezone.now()) == 0
    set_back(org, job_id, updated_at=timezone.now() - HOUR)
    assert jobs.sweep(at=timezone.now()) == 1


def test_another_organisation_neither_sees_nor_works_it(org, other_org):
    job_id = ask(org, {"to": 1})
    assert jobs.work(other_org.id, job_id) is None
    with tenant_atomic(other_org.id), pytest.raises(jobs.UnknownJob):
        jobs.cancel(job_id=job_id, at=timezone.now())
    assert look(org, job_id).state == "queued"


def test_an_unknown_kind_ends_failed(org):
    with tenant_atomic(org.id):
        job_id = jobs.enqueue("test.nobody", {}, actor=ANA).id
    assert jobs.work(org.id, job_id) == "failed"
    assert look(org, job_id).error["code"] == "unknown_job_kind"
