"""manage.py run_royalties --org SLUG --period 2026-Q1 [--post]: calculate a period, and post it."""

import json
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit.actors import command
from foundation import jobs
from foundation.commands import TenantCommand
from foundation.tenancy import tenant_atomic
from royalties.selectors import approving
from royalties.selectors import runs as questions
from royalties.services import runs


class Command(TenantCommand):
    """Exit codes: 0 done; 1 the period can't be run, or a deal refuses; 2 wrong usage."""

    help = "Calculate the royalties of a period over all deals; with --post, post them."
    one_transaction = False

    def arguments(self, parser: ArgumentParser) -> None:
        """Take the period and whether to post."""
        parser.add_argument("--period", required=True, metavar="2026-Q1")
        parser.add_argument("--post", action="store_true", help="post the run, closing the period")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Begin the run, do its job here (or wait for the worker that does), and post it."""
        by = command("run_royalties")
        with tenant_atomic(org.id):
            posted = _to_post(options["period"]) if options["post"] else None
            if posted is None:
                run, job = runs.begin(period=options["period"], by=by, at=timezone.now())
                posted = run.pk
            else:
                job = None
        if job is not None:
            with suppress(jobs.JobFailed):  # `sound` says what the run lacks
                jobs.finish(org.id, job)
        with tenant_atomic(org.id):
            questions.sound(posted)
        if options["post"]:
            with tenant_atomic(org.id):
                runs.post(run_id=posted, by=by, at=timezone.now())
        with tenant_atomic(org.id):
            answer = questions.summary(posted)
        self.stdout.write(json.dumps(answer, indent=2) if options["json"] else _text(answer))


def _to_post(period: str) -> UUID | None:
    """Return the run that is posted, or has the review or approval that posting needs: calculating
    it anew would lose that."""
    return questions.posted(period) or approving.ready(period)


def _text(answer: dict[str, Any]) -> str:
    said = [
        f"{answer['period']}: {answer['state']}, {answer['deals']} deals, {answer['lines']} lines",
        f"Results hash {answer['results_hash']}",
    ]
    for each in answer["payable"]:
        said.append(f"  {each['amount']:>16} {each['currency']}  {each['name']} ({each['payee']})")
    for each in answer["uncovered"]:
        said.append(
            f"No deal covers {each['lines']} lines with {each['amount']} {each['currency']}."
        )
    for each in answer["untaken"]:
        said.append(
            f"No clause of {each['deal']} takes {each['lines']} lines with {each['amount']} "
            f"{each['currency']}."
        )
    return "\n".join(said)
