"""An event is part of its deed; refusals outlive the rollback; what is personal is sealed."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse

from accounts.models import Organisation, User
from audit import actors, context
from audit.middleware import address, request_context
from audit.models import Delivery, Event, Fact
from audit.selectors import trail
from audit.services import events, subscriptions
from foundation import keys
from foundation.tenancy import tenant_atomic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANNA = UUID(int=1)
DEAL = ("royalties.deal", UUID(int=7))
CLERK = actors.command("clerk")


def in_a_deed(org: Organisation, write: Callable[[], object], *, fails: bool = False) -> None:
    """Do a deed: change a row and write; ``fails`` ends it with an error."""
    with tenant_atomic(org.id):
        Organisation.objects.filter(id=org.id).update(name="Changed")
        write()
        if fails:
            raise ZeroDivisionError


def test_an_event_says_who_what_and_when_in_the_open_and_the_rest_sealed(in_org, superuser):
    event = events.record(
        "holders.holder.renamed",
        subject=("holders.holder", ANNA),
        actor=CLERK,
        at=NOW,
        reason="Married",
        before={"name": "Anna Ash"},
        after={"name": "Anna Birch", "share": Decimal("12.50")},
        facts=[("holders.name.changed", {"holder": ANNA})],
    )
    kept = Event.objects.get(id=event.id)
    assert (kept.code, kept.at, kept.actor_id) == ("holders.holder.renamed", NOW, CLERK.actor_id)
    assert (kept.actor_kind, kept.actor_name) == ("command", "clerk")
    assert "Anna" not in str(kept.body())
    assert all(b"Anna" not in part for part in kept.parts())
    assert trail.told(kept) == {
        "reason": "Married",
        "before": {"name": "Anna Ash"},
        "after": {"name": "Anna Birch", "share": "12.50"},
    }
    assert [(fact.code, fact.data) for fact in Fact.objects.filter(deed_id=kept.id)] == [
        ("holders.name.changed", {"holder": str(ANNA)})
    ]
    assert trail.of_subjects(("holders.holder", ANNA)).get() == kept


def test_a_deed_that_is_rolled_back_leaves_no_event(org):
    with pytest.raises(ZeroDivisionError):
        in_a_deed(
            org, lambda: events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW), fails=True
        )
    with tenant_atomic(org.id):
        assert not Event.objects.exists()


def test_a_deed_fails_when_its_event_cannot_be_written(org):
    with pytest.raises(DatabaseError):
        in_a_deed(org, lambda: events.record("c" * 101, subject=org, actor=CLERK, at=NOW))
    org.refresh_from_db()
    assert org.name == "Harbour Pictures"
    in_a_deed(org, lambda: events.record("x.y.z", subject=org, actor=CLERK, at=NOW))
    org.refresh_from_db()
    assert org.name == "Changed"


def test_a_deed_fails_when_its_key_cannot_be_read(org, settings, tmp_path):
    settings.KEY_DIR = tmp_path / "file"
    settings.KEY_DIR.write_text("not a directory")
    because = {"actor": CLERK, "at": NOW, "reason": "because"}
    with pytest.raises(OSError, match="file"):
        in_a_deed(org, lambda: events.record("x.y.z", subject=org, **because))
    org.refresh_from_db()
    assert org.name == "Harbour Pictures"


@pytest.mark.django_db(transaction=True)
def test_no_event_is_recorded_outside_a_deed(org):
    with pytest.raises(events.NotInADeed):
        events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW)
    with pytest.raises(events.NotInADeed), transaction.atomic():
        events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW)


@pytest.mark.parametrize("value", [0.5, {"rate": 0.5}, object()])
def test_floats_and_unknown_things_are_refused(in_org, value):
    with pytest.raises(TypeError):
        events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW, after={"value": value})


def test_a_refusal_outlives_the_rollback_of_its_deed(org):
    denied = {"subject": DEAL, "actor": CLERK, "at": NOW, "reason": "Prepared by you"}
    with pytest.raises(ZeroDivisionError):
        in_a_deed(org, lambda: events.refuse("royalties.payment.denied", **denied), fails=True)
    org.refresh_from_db()
    assert org.name == "Harbour Pictures"
    with tenant_atomic(org.id):
        refusal = Event.objects.get()
        assert (refusal.refused, refusal.at) == (True, NOW)
        assert trail.told(refusal) == {"reason": "Prepared by you"}


def test_a_refusal_before_any_organisation_is_open_names_one(org):
    someone = ("accounts.user", ANNA)
    events.refuse("accounts.sign_in.failed", subject=someone, actor=actors.ANONYMOUS, org_id=org.id)
    events.refuse("accounts.sign_in.failed", subject=someone, actor=actors.ANONYMOUS)
    with tenant_atomic(org.id):
        assert Event.objects.get().actor_kind == "anonymous"


def test_two_organisations_never_see_each_others_events(org, other_org):
    for tenant in (org, other_org):
        with tenant_atomic(tenant.id):
            events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW, facts=[("x.f", {"a": 1})])
    for tenant in (org, other_org):
        with tenant_atomic(tenant.id):
            assert [event.org_id for event in Event.objects.all()] == [tenant.id]
            assert [fact.org_id for fact in Fact.objects.all()] == [tenant.id]
    assert not Event.objects.exists()


def test_personal_values_are_sealed_for_each_person_of_their_own(in_org):
    bob = UUID(int=2)
    event = events.record(
        "x.y.z", subject=DEAL, actor=CLERK, at=NOW, personal={ANNA: {"n": "A"}, bob: {"n": "B"}}
    )
    keys.destroy(ANNA, at=NOW)
    parts = {part.person: part.content for part in trail.opened(Event.objects.get(id=event.id))}
    assert parts == {ANNA: None, bob: {"personal": {"n": "B"}}}


def test_of_an_erased_person_nothing_personal_is_kept_again(in_org):
    keys.destroy(ANNA, at=NOW)
    event = events.record("x.y.z", subject=("h", ANNA), actor=CLERK, at=NOW, after={"name": "A"})
    assert (event.parts(), trail.told(event)) == ([b""], {})


def test_the_request_gives_its_id_level_and_address(in_org, rf):
    person = User.objects.create_user("anna@harbour.example")
    request = rf.get("/", REMOTE_ADDR="192.0.2.7", headers={"X-Request-ID": "forged"})
    request.user = person

    def view(_: object) -> HttpResponse:
        events.record("x.y.z", subject=DEAL, actor=person, at=NOW)
        return HttpResponse()

    response = request_context(view)(request)
    event = Event.objects.get()
    assert event.request_id == response["X-Request-ID"] != "forged"
    assert (event.auth_level, event.actor_kind) == ("password", "person")
    (part,) = trail.opened(event)
    assert (part.person, part.content) == (person.id, {"ip": "192.0.2.7"})
    assert context.current() == context.NOWHERE


@pytest.mark.parametrize(
    ("hops", "header", "seen"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "1.1.1.1, 198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.1"),
    ],
)
def test_the_address_is_the_one_our_proxies_saw(rf, settings, hops, header, seen):
    settings.PROXY_HOPS = hops
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": header})
    assert address(request) == seen


def test_each_subscriber_gets_a_delivery_of_its_own(in_org):
    task = "tests.nowhere"
    subscriptions.subscribe("x.y.z", task)
    subscriptions.subscribe("x.y.z", task)
    subscriptions.subscribe("x.fact", task)
    try:
        facts = [("x.fact", {"a": 1}), ("x.fact", {"a": 2}), ("x.other", {})]
        event = events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW, facts=facts)
        events.record("x.y.other", subject=DEAL, actor=CLERK, at=NOW)
    finally:
        subscriptions.unsubscribe("x.y.z", task)
        subscriptions.unsubscribe("x.fact", task)
    codes = Delivery.objects.filter(event_id=event.id).order_by("id").values_list("code", flat=True)
    assert sorted(codes) == ["x.fact", "x.fact", "x.y.z"]
    assert Delivery.objects.count() == 3


CHANGES = [
    "UPDATE audit_event SET code = 'forged'",
    "UPDATE audit_event SET seq = 5, hash = '\\x00', code = 'forged'",
    "DELETE FROM audit_event",
    "UPDATE audit_fact SET data = '{}'",
    "DELETE FROM audit_fact",
    "TRUNCATE audit_event",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_application_can_only_add(in_org, change):
    events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW, facts=[("x.f", {"a": 1})])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Event.objects.get().code == "x.y.z"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES[:5])
def test_not_even_a_superuser_changes_a_row_in_passing(org, superuser, change):
    with tenant_atomic(org.id):
        events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW, facts=[("x.f", {"a": 1})])
    with pytest.raises(psycopg.errors.RestrictViolation):
        superuser.execute(change)


def test_an_event_is_sealed_once(in_org):
    event = events.record("x.y.z", subject=DEAL, actor=CLERK, at=NOW)
    assert Event.objects.seal([(event.id, 1, b"\x01" * 32)]) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(id=event.id).update(seq=2, hash=b"\x02" * 32)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event(id=uuid4(), code="x", at=NOW, actor_id=ANNA, subject_id=ANNA, seq=2, hash=b"x").save()
