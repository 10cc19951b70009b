"""People are told of what concerns them, once, as they wish; and of nothing else."""

import html
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from accounts.services import changes, memberships, people
from audit.services import deliveries
from foundation.tenancy import tenant_atomic
from notifications.models import Notification
from notifications.models.notices import Mail
from notifications.selectors import inbox
from notifications.services import digests, notices
from tests import factories
from tests.accounts.test_change_pages import asked
from tests.matrix import World, workbench

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def analyst(org):
    """Somebody who asks for changes."""
    return factories.person(org, permissions.ANALYST, name="Ines & Co")


@pytest.fixture
def boss(org):
    """Somebody who approves them."""
    return factories.person(org, permissions.ADMINISTRATOR, name="Ada Administrator")


@pytest.fixture
def drain(org, django_capture_on_commit_callbacks):
    """Return a function that delivers whatever waits, mail included."""

    def drained():
        with django_capture_on_commit_callbacks(execute=True):
            deliveries.drain(org.id)

    return drained


def told(org, person):
    """Return what somebody was told, the oldest first."""
    with tenant_atomic(org.id):
        return list(
            Notification.objects.filter(person=person).order_by("at").values_list("text", flat=True)
        )


def wish(org, person, **chosen):
    """Keep somebody's wishes."""
    with tenant_atomic(org.id):
        notices.wish(person=person, chosen=chosen, at=NOW)


def words(answer):
    """Return a page's words."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_who_can_approve_is_asked_at_once_and_the_maker_is_not(org, analyst, boss, drain):
    factories.person(org, permissions.OPS)
    asked(org, analyst)
    drain()
    text = "Ines & Co asks for your approval: Sign a deal: D2 The standard hardback scale"
    assert told(org, boss)[-1:] == [text]
    assert text not in told(org, analyst)
    (letter,) = [each for each in mail.outbox if each.to == [boss.email]]
    assert letter.subject == text
    assert text in letter.body  # as it was written: nothing is escaped in plain text
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_maker_reads_the_decision(org, analyst, boss, drain):
    request = asked(org, analyst)
    with tenant_atomic(org.id):
        changes.reject(request_id=request.pk, reason="Too dear", by=boss, at=NOW)
    drain()
    assert told(org, analyst)[-1] == "Your change was rejected: D2 The standard hardback scale"


def test_an_event_told_twice_is_told_once(org, analyst, boss):
    request = asked(org, analyst)
    notice = deliveries.Notice(
        delivery_id=uuid4(),
        event_id=uuid4(),
        code="accounts.change.proposed",
        at=NOW,
        actor_id=analyst.pk,
        actor_kind="person",
        subject_kind="accounts.changerequest",
        subject_id=request.pk,
        data={},
    )
    with tenant_atomic(org.id):
        notices.tell(notice)
        notices.tell(notice)
    assert len(told(org, boss)) == 1


def test_who_wishes_neither_is_not_told(org, analyst, boss, drain):
    wish(org, boss, approval=(False, Mail.NEVER))
    asked(org, analyst)
    drain()
    assert not [text for text in told(org, boss) if "asks for" in text]
    assert not [each for each in mail.outbox if each.to == [boss.email]]


def test_a_digest_comes_in_the_morning_of_the_persons_zone_and_once(org, analyst, boss, drain):
    boss.zone = "America/New_York"
    boss.save(update_fields=["zone"])
    wish(org, boss, approval=(True, Mail.DAILY), role=(True, Mail.NEVER))
    asked(org, analyst)
    drain()
    night = datetime(2026, 3, 2, 11, tzinfo=UTC)  # six in the morning in New York
    assert digests.send(org.id, at=night) == 0
    morning = night.replace(hour=12)
    assert digests.send(org.id, at=morning) == 1
    assert digests.send(org.id, at=morning) == 0
    (letter,) = [each for each in mail.outbox if each.to == [boss.email]]
    assert "Needs you" in letter.body
    assert "/changes/" in letter.body


def test_a_weekly_digest_comes_on_mondays(org, analyst, boss, drain):
    wish(org, boss, approval=(True, Mail.WEEKLY), role=(True, Mail.NEVER))
    asked(org, analyst)
    drain()
    assert digests.send(org.id, at=datetime(2026, 3, 3, 9, tzinfo=UTC)) == 0
    assert digests.send(org.id, at=datetime(2026, 3, 9, 9, tzinfo=UTC)) == 1


def test_topics_that_do_not_concern_somebody_are_not_offered(org, analyst):
    olu = factories.person(org, permissions.OPS)
    shown = words(factories.sign_in(Client(), olu).get("/notifications/settings/"))
    assert "My roles changed" in shown
    assert "waits for my approval" not in shown
    with tenant_atomic(org.id), pytest.raises(notices.WishRefused):
        notices.wish(person=olu, chosen={"approval": (True, Mail.NEVER)}, at=NOW)


def test_the_bell_counts_and_opening_one_reads_it(org, boss, drain):
    drain()
    client = factories.sign_in(Client(), boss)
    assert "Notifications 1 new" in words(client.get("/"))
    with tenant_atomic(org.id):
        row = Notification.objects.get(person=boss)
    answer = client.get(f"/notifications/{row.pk}/")
    assert answer["Location"] == "/"
    assert "1 new" not in words(client.get("/"))


def test_the_list_costs_the_same_however_long_it_is(org, boss):
    client, found = factories.sign_in(Client(), boss), []
    for more in (1, 7):
        with tenant_atomic(org.id):
            for _ in range(more):
                notices.test(person=boss, at=NOW)
        client.get("/notifications/")
        with CaptureQueriesContext(connection) as made:
            client.get("/notifications/")
        found.append(len(made))
    assert found[0] == found[1]


def test_a_mails_link_stops_its_topic_without_signing_in(org, analyst, boss, drain):
    asked(org, analyst)
    drain()
    letter = next(each for each in mail.outbox if each.to == [boss.email])
    address = re.search(r"https?://[^/]+(/notifications/stop/[^\s]+)", letter.body).group(1)
    visitor = Client(enforce_csrf_checks=True)
    assert visitor.get(address).status_code == 200
    assert "no more mail" in words(visitor.post(address, {"List-Unsubscribe": "One-Click"}))
    assert visitor.get("/notifications/stop/wrong/").status_code == 404
    with tenant_atomic(org.id):
        wished = {wish.topic.name: wish.mail for wish in inbox.wishes(boss)}
    assert wished["approval"] == Mail.NEVER


def test_nobody_outside_is_told(org, other_org, analyst, drain):
    stranger = factories.person(other_org, permissions.ADMINISTRATOR)
    asked(org, analyst)
    drain()
    assert told(org, stranger) == []
    assert told(other_org, stranger) == []


def test_a_role_given_by_a_team_is_told_to_its_people(org, boss, drain):
    with tenant_atomic(org.id):
        nia = people.enrol(
            email="nia@harbour.example", name="Nia", password=None, by=factories.TESTS, at=NOW
        )
        memberships.give(user=nia, role=permissions.LEGAL, by=boss, at=NOW)
    drain()
    assert told(org, nia) == ["You have the role Legal and compliance now"]


def test_who_decides_is_told_how_many_titles_of_a_file_wait(org, analyst, drain):
    with tenant_atomic(org.id):
        workbench.waiting(World(org, org, {}))
    drain()
    assert "An import came in: 2 titles wait for a decision" in told(org, analyst)
