"""A run between its calculation and its posting: review, second person, and what forgets both."""

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import permissions
from accounts.models import ChangeRequest
from accounts.services import changes
from foundation.tenancy import tenant_atomic
from kernel.errors import DomainError
from royalties.models import Run
from royalties.services import approving, runs
from tests import factories
from tests.royalties import world
from tests.royalties.test_run_pages import calculated, text

pytestmark = pytest.mark.django_db
PERIOD = "2026-Q1"


@pytest.fixture
def sold(org, tmp_path):
    """Works, a signed deal and a quarter's sales; return the folder for more."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path)
    return tmp_path


@pytest.fixture
def analyst(org):
    """A browser of an analyst who has confirmed just now."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


@pytest.fixture
def administrator(org):
    """A browser of an administrator who has confirmed just now."""
    return factories.sign_in(Client(), factories.person(org, permissions.ADMINISTRATOR))


def asks(org, what):
    """Set the rule; return its version."""
    with tenant_atomic(org.id):
        return approving.set_rule(asks=what, version=0, by=world.BY, at=world.NOW).version


def hash_of(org):
    """Return the results hash of the calculated run."""
    with tenant_atomic(org.id):
        return Run.objects.get(state="calculated").results_hash


def reviewed(client, org, address, note="Tide's new price"):
    """Review the run in the browser."""
    answer = client.post(f"{address}review/", {"note": note, "results_hash": hash_of(org)})
    assert answer["Location"] == address, text(answer)


def test_a_run_goes_through_review_and_a_second_person(analyst, administrator, org, sold):
    assert "Now: Nothing" in text(analyst.get("/runs/rule/"))
    answer = administrator.post("/runs/rule/", {"asks": "approval", "version": 0})
    assert answer["Location"] == "/runs/rule/"
    assert administrator.post("/runs/rule/", {"asks": "nothing", "version": 0}).status_code == 409
    address = calculated(analyst, org, PERIOD)
    shown = text(analyst.get(address))
    assert "Open Calculated Reviewed Approved Posted" in shown
    assert "Review…" in shown
    assert "Post…" not in shown
    asked = {"results_hash": hash_of(org)}
    refused = analyst.post(f"{address}post/", asked)
    assert (refused.status_code, "isn't reviewed yet" in text(refused)) == (409, True)
    assert analyst.post(f"{address}approval/", {"reason": "now"}).status_code == 409
    stale = analyst.post(f"{address}review/", {"note": "x", "results_hash": "0" * 64})
    assert "calculated anew" in text(stale)
    reviewed(analyst, org, address)
    assert "Tide's new price" in text(analyst.get(address))
    assert "isn't approved yet" in text(analyst.post(f"{address}post/", asked))
    change = analyst.post(f"{address}approval/", {"reason": "first quarter"})["Location"]
    assert "Waits for approval" in text(analyst.get(address))
    told = text(administrator.get(change))
    for words in ("Run of 2026-Q1", "Tide's new price", "20.00 USD"):
        assert words in told
    with tenant_atomic(org.id):
        sent = {"payload_hash": ChangeRequest.objects.latest("asked_at").payload_hash}
    assert administrator.post(f"{change}approve/", sent).status_code == 302
    assert "Post…" in text(analyst.get(address))
    again = analyst.post(f"{address}review/", {"note": "other", **asked})
    assert "its review stays" in text(again)
    assert analyst.post(f"{address}post/", asked)["Location"] == address
    with tenant_atomic(org.id):
        assert Run.objects.get().state == "posted"


def test_who_asked_does_not_approve_and_new_results_need_it_again(org, analyst, sold):
    asks(org, "approval")
    address = calculated(analyst, org, PERIOD)
    reviewed(analyst, org, address)
    with tenant_atomic(org.id):
        maker = world.person("both", permissions.ANALYST)
        run = Run.objects.get(state="calculated")
        asked = approving.ask(run_id=run.pk, reason="first", by=maker, at=timezone.now())
        approve = {"request_id": asked.pk, "payload_hash": asked.payload_hash, "fresh": True}
        for person in (maker, world.person("legal", permissions.LEGAL)):
            with pytest.raises(DomainError):
                changes.approve(by=person, at=timezone.now(), **approve)
    calculated(analyst, org, PERIOD)
    with tenant_atomic(org.id):
        boss = world.person("administrator", permissions.ADMINISTRATOR)
        with pytest.raises(changes.ChangeRefused, match="changed meanwhile"):
            changes.approve(by=boss, at=timezone.now(), **approve)
        run = Run.objects.get(state="calculated")
        assert run.reviewed_at is None
        with pytest.raises(runs.NotLookedAt):
            runs.post(run_id=run.pk, by=world.BY, at=timezone.now())


def test_what_changed_since_the_review_is_not_approved(org, analyst, sold):
    address = calculated(analyst, org, PERIOD)
    reviewed(analyst, org, address)
    with tenant_atomic(org.id):
        run = Run.objects.get(state="calculated")
        maker = world.person("analyst", permissions.ANALYST)
        asked = approving.ask(run_id=run.pk, reason="first", by=maker, at=timezone.now())
        world.sales(sold, world.LINES[:1], name="more.csv")
        with pytest.raises(runs.RunNotReady, match="Calculate it anew"):
            changes.approve(
                request_id=asked.pk,
                payload_hash=asked.payload_hash,
                by=world.person("administrator", permissions.ADMINISTRATOR),
                at=timezone.now(),
                fresh=True,
            )


@pytest.mark.parametrize("what", ["review", "approval"])
def test_the_database_refuses_a_run_nobody_looked_at(org, analyst, sold, what):
    asks(org, what)
    calculated(analyst, org, PERIOD)
    now = timezone.now()
    looked = {"reviewed_at": now, "reviewed_by": org.id} if what == "approval" else {}
    forged = {"approved_at": now, "approved_by_request": org.id} if what == "approval" else {}
    with tenant_atomic(org.id):
        run = Run.objects.filter(state="calculated")
        with pytest.raises(IntegrityError, match="posts"), transaction.atomic():
            run.update(state="posted", posted_at=now, **looked, **forged)
        if forged:
            with pytest.raises(IntegrityError, match="run_approved"), transaction.atomic():
                run.update(**forged)


def test_the_command_posts_what_was_reviewed_instead_of_calculating_anew(org, sold, capsys):
    asks(org, "review")
    told = {"org": org.slug, "period": PERIOD, "post": True, "json": True}
    with pytest.raises(runs.NotLookedAt, match="isn't reviewed yet"):
        call_command("run_royalties", **told)
    with tenant_atomic(org.id):
        run = Run.objects.get(state="calculated")
        approving.review(
            run_id=run.pk,
            results_hash=run.results_hash,
            note="fine",
            by=world.BY,
            at=timezone.now(),
        )
    capsys.readouterr()
    call_command("run_royalties", **told)
    said = json.loads(capsys.readouterr().out)
    assert (said["run"], said["state"]) == (str(run.pk), "posted")
