"""The script of the documentation does the main job, by curl alone, against the real server."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest
from django.db import connections

from accounts.models import Organisation
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from royalties.models import Statement
from tests.api.conftest import Program
from tests.royalties import world

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "api_main_job.sh"
SCOPES = [
    "integrations.import.see",
    "integrations.import.run",
    "royalties.exception.decide",
    "royalties.run.see",
    "royalties.run.calculate",
    "royalties.run.post",
    "royalties.statement.see",
    "royalties.statement.all",
]
SALES = """isrc,title,artist,amount,currency,territory,source,channel,units
QZ1110000001,Blue Hour,Kestrel,100.00,USD,US,Tide,stream,1
QZ1110000002,Low Tide,Kestrel,50.01,USD,US,Tide,stream,1
QZ1110000099,Blue Houre,Kestrel,25.00,USD,US,Tide,stream,1
"""


class Worker(threading.Thread):
    """Does the jobs of one organisation until it is told to stop."""

    def __init__(self, org_id):
        super().__init__(daemon=True)
        self.org_id, self.over = org_id, threading.Event()

    def run(self):
        while not self.over.wait(0.1):
            with tenant_atomic(self.org_id):
                waiting = list(Job.objects.open().values_list("pk", flat=True))
            for pk in waiting:
                jobs.work(self.org_id, pk)
        connections.close_all()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.django_db(transaction=True)
def test_the_script_does_the_main_job(live_server, tmp_path):
    org = Organisation.objects.create(slug="harbour", name="Harbour Pictures")
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
    made = Program(org, SCOPES).made
    file = tmp_path / "partner.csv"
    file.write_text(SALES)
    worker = Worker(org.id)
    worker.start()
    try:
        done = subprocess.run(
            ["sh", str(SCRIPT)],
            env={
                "PATH": os.environ["PATH"],
                "BASE": live_server.url,
                "CLIENT_ID": made.client_id,
                "CLIENT_SECRET": made.secret,
                "FILE": str(file),
                "PERIOD": "2026-Q1",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        worker.over.set()
        worker.join()
    assert done.returncode == 0, done.stderr + done.stdout
    # 20 % of 100.00 + 50.01 + 25.00 is 35.00: Ana's 21.00 less her advance of 10.00, Ben's 14.00.
    assert "pays 14.00" in done.stdout
    assert "Blue Hour" in done.stdout
    with tenant_atomic(org.id):
        paid = {row.holder.name: row.content["sums"]["payable"] for row in Statement.objects.all()}
    assert paid == {"Ana Kestrel": "11.00", "Ben Ode": "14.00"}


def test_the_scopes_of_the_test_are_those_that_the_documentation_names():
    told = (SCRIPT.parent / "api.md").read_text()
    assert [scope for scope in SCOPES if scope not in told] == []
