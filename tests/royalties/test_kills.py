"""A run whose worker is killed again and again ends exact: nothing lost, nothing twice (R1)."""

import os
import random
import select
import signal
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from royalties.models import Entry, Run, RunResult, Statement, Transfer
from royalties.selectors import runs as questions
from royalties.selectors import verification
from royalties.services import runs
from tests.royalties import world
from tests.royalties.world import BY

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("MEDIATRACK_KILLS", "12"))
DEALS = 4


def prepare(org, folder):
    """Sign some deals and accept a file."""
    with tenant_atomic(org.id):
        world.catalogue()
        for number in range(DEALS):
            world.signed({**world.DEAL, "deal": f"ART-{number}"})
        world.sales(folder, world.LINES * 20)


def attempt(org):
    """Do what there is to do, as a worker and a command would: calculate, then post."""
    with tenant_atomic(org.id):
        run = Run.objects.exclude(state="superseded").first()
        job = jobs.latest(runs.KIND, f"run:{run.pk}") if run else None
        if run is None or (job.ended and run.state != "calculated"):
            run, asked = runs.begin(period="2026-Q1", by=BY, at=timezone.now())
        else:
            asked = job.id
    jobs.work(org.id, asked)
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=timezone.now())


def attempted(org, seconds):
    """Attempt it in a process of its own, killed after so many seconds; tell whether it was."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            attempt(org)
            os._exit(0)
        except BaseException:
            os._exit(1)
    handle = os.pidfd_open(child)
    ready, _, _ = select.select([handle], [], [], seconds)
    if not ready:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(handle)
    return not ready


def lease_runs_out(org):
    """Let the dead worker's lease run out, and the sweeper see it."""
    now = timezone.now()
    with tenant_atomic(org.id):
        Job.objects.filter(state="running").update(lease_until=now - timedelta(seconds=1))
    jobs.sweep(at=now)


def outcome(org):
    """Return what must be the same, killed or not."""
    with tenant_atomic(org.id):
        run = Run.objects.get(state="posted")
        return {
            "hash": run.results_hash,
            "payable": [row["amount"] for row in questions.payable(run)],
            "rows": [model.objects.count() for model in (RunResult, Entry, Transfer, Statement)],
        }


def test_kills_lose_nothing_and_double_nothing(org, other_org, tmp_path):
    for each in (org, other_org):
        prepare(each, tmp_path)
    attempt(other_org)
    moments, killed = random.Random(11), 0
    for _ in range(KILLS):
        killed += attempted(org, moments.uniform(0.005, 0.1))
        lease_runs_out(org)
    while not posted(org):
        attempted(org, 30)
        lease_runs_out(org)
    assert killed >= KILLS // 4
    assert outcome(org) == outcome(other_org)
    with tenant_atomic(org.id):
        assert verification.verify(recompute=True)["ok"]
        assert not Job.objects.filter(state__in=("queued", "running")).exists()


def posted(org):
    """Return whether the period is posted."""
    with tenant_atomic(org.id):
        return Run.objects.filter(state="posted").exists()
