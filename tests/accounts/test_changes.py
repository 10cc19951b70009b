"""Four eyes: one asks, another approves what they saw, once; PostgreSQL is the last line."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import changes, permissions
from accounts.models import Approval, ChangeRequest, Organisation, User
from accounts.services import changes as deeds
from accounts.services import memberships
from audit.actors import command
from audit.models import Event
from foundation.tenancy import tenant_atomic
from kernel.ids import uuid7

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROPOSE = permissions.declare(
    "tests.thing.propose", "Ask", roles=[permissions.ANALYST, permissions.ADMINISTRATOR]
)
APPROVE = permissions.declare(
    "tests.thing.approve", "Approve", roles=[permissions.ADMINISTRATOR], high=True
)


class Things:
    """What the changes change: versions by target."""

    def __init__(self):
        self.versions = {}

    def apply(self, *, target_id, payload, request, by, at):
        """Do the change."""
        self.versions[target_id] = self.versions.get(target_id, 0) + 1

    def version(self, target_id):
        """Return the present version."""
        return self.versions.get(target_id, 0)


@pytest.fixture
def things():
    """A kind of change, registered."""
    made = Things()
    changes.register(
        changes.Kind(
            "tests.thing", "Thing", PROPOSE, APPROVE, made.apply, made.version, lambda p: []
        )
    )
    return made


def person(name, role):
    """Return a person with a role in the open organisation."""
    user = User.objects.create_user(f"{name}@example.org", name=name)
    memberships.give(user=user, role=role, by=command("tests"), at=NOW)
    return user


def ask(by, *, target=None, base_version=0, **more):
    """Ask for a change."""
    return deeds.propose(
        kind="tests.thing",
        target_id=target or uuid7(),
        base_version=base_version,
        payload={"rate": "8"},
        reason="Amendment 2",
        by=by,
        at=NOW,
        **more,
    )


def approve(request, by, *, seen=None, at=NOW, fresh=True):
    """Approve a change."""
    return deeds.approve(
        request_id=request.pk, payload_hash=seen or request.payload_hash, by=by, at=at, fresh=fresh
    )


@pytest.mark.django_db
class TestOneOrganisation:
    """The state machine, in one transaction."""

    @pytest.fixture(autouse=True)
    def _people(self, in_org, things):
        self.things = things
        self.maker = person("maker", permissions.ADMINISTRATOR)
        self.boss = person("boss", permissions.ADMINISTRATOR)
        self.analyst = person("analyst", permissions.ANALYST)

    def test_another_person_approves_and_it_is_done(self):
        request = approve(ask(self.maker), self.boss)
        assert request.state == "applied"
        assert self.things.version(request.target_id) == 1
        codes = Event.objects.filter(subject_id=request.pk).values_list("code", flat=True)
        assert set(codes) == {"accounts.change.proposed", "accounts.change.applied"}

    def test_nobody_approves_their_own(self):
        request = ask(self.maker)
        with pytest.raises(deeds.ChangeRefused, match="somebody else"):
            approve(request, self.maker)
        assert self.things.versions == {}
        with pytest.raises(IntegrityError, match="maker"), transaction.atomic():
            Approval.objects.create(
                request=request, approver=self.maker, payload_hash=request.payload_hash, at=NOW
            )

    def test_the_approver_needs_the_permission_and_a_fresh_second_factor(self):
        request = ask(self.maker)
        with pytest.raises(deeds.NotAllowed):
            approve(request, self.analyst)
        with pytest.raises(deeds.StepUpNeeded):
            approve(request, self.boss, fresh=False)
        assert self.things.versions == {}

    def test_only_what_was_seen_is_approved(self):
        request = ask(self.maker)
        with pytest.raises(deeds.ChangeRefused, match="isn't the one you saw"):
            approve(request, self.boss, seen="0" * 64)

    def test_a_change_of_something_changed_meanwhile_is_refused(self):
        request = ask(self.maker)
        self.things.versions[request.target_id] = 5
        with pytest.raises(deeds.ChangeRefused, match="version 5"):
            approve(request, self.boss)

    def test_two_approvals_are_two_people(self):
        request = ask(self.analyst, needs=2)
        assert approve(request, self.boss).state == "pending"
        with pytest.raises(deeds.ChangeRefused, match="already"):
            approve(request, self.boss)
        assert self.things.versions == {}
        assert approve(request, self.maker).state == "applied"

    def test_one_change_of_a_thing_waits_at_a_time(self):
        first = ask(self.maker)
        with pytest.raises(deeds.ChangeRefused, match="already waits"):
            ask(self.boss, target=first.target_id)

    def test_an_ended_or_expired_change_is_over(self):
        request = ask(self.maker)
        deeds.reject(request_id=request.pk, reason="No", by=self.boss, at=NOW)
        with pytest.raises(deeds.ChangeRefused, match="not waiting"):
            approve(request, self.boss)
        late = ask(self.maker)
        with pytest.raises(deeds.ChangeRefused, match="expired"):
            approve(late, self.boss, at=NOW + timedelta(days=15))

    def test_only_the_maker_takes_it_back(self):
        request = ask(self.maker)
        with pytest.raises(deeds.ChangeRefused, match="Only the person"):
            deeds.withdraw(request_id=request.pk, by=self.boss, at=NOW)
        assert deeds.withdraw(request_id=request.pk, by=self.maker, at=NOW).state == "withdrawn"

    @pytest.mark.parametrize(
        "change",
        [{"payload": {"rate": "9"}}, {"maker_id": None}, {"state": "applied", "ended_at": NOW}],
    )
    def test_postgresql_keeps_what_was_asked(self, change):
        request = ask(self.maker)
        if "maker_id" in change:
            change = {"maker_id": self.boss.pk}
        with pytest.raises(IntegrityError), transaction.atomic():
            ChangeRequest.objects.filter(pk=request.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            ChangeRequest.objects.filter(pk=request.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_sixteen_approvals_at_once_do_the_change_once(things):
    org = Organisation.objects.create(slug="harbour", name="Harbour Pictures")
    with tenant_atomic(org.id):
        maker = person("maker", permissions.ADMINISTRATOR)
        bosses = [person(f"boss{n}", permissions.ADMINISTRATOR) for n in range(16)]
        request = ask(maker)
    start, outcomes = threading.Barrier(len(bosses)), []

    def press(boss):
        try:
            start.wait()
            with tenant_atomic(org.id):
                approve(request, boss)
            outcomes.append("done")
        except deeds.ChangeRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(boss,)) for boss in bosses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] + ["refused"] * 15
    assert things.version(request.target_id) == 1
