"""Publishing: drafts are the office's, the calendar publishes once, nothing is ever taken back."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import permissions
from accounts.models import Membership
from accounts.services import grants, rowdeeds
from audit.models import Event
from audit.services import deliveries
from foundation import jobs
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from holders.services import portal
from notifications.models import Notification
from royalties import finders, policies
from royalties.models import Publication, PublishDay, Statement
from royalties.selectors import publishing as questions
from royalties.services import calendar, publishing
from royalties.tasks import publish_due
from tests import factories
from tests.royalties.test_statement_pages import posted, text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 5, 5, 9, tzinfo=UTC)


@pytest.fixture
def drafts(org, tmp_path):
    """The statements of Ana Kestrel and Ben Ode as drafts; the calendar says 1 May and 15 May."""
    with tenant_atomic(org.id):
        calendar.set_rule(publish_after=31, pay_after=14, version=0, by=BY, at=NOW)
    return posted(org, tmp_path, publish=False)


@pytest.fixture
def analyst(org):
    """A browser of somebody who publishes."""
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def creator(org, statement):
    """Return somebody whose holder the statement is of."""
    person = factories.person(org, permissions.CREATOR, second_factor=False)
    with tenant_atomic(org.id):
        portal.give(holder_id=statement.holder_id, user_id=person.pk, actor=BY, at=NOW)
    return person


def browser(person):
    """Return the creator's browser."""
    return factories.sign_in(Client(), person, verified=False)


def publish(org, *statements, at=NOW):
    """Publish statements."""
    with tenant_atomic(org.id):
        keys = [each.pk for each in statements]
        return publishing.publish_all(statement_ids=keys, by=BY, at=at)


def test_a_posted_run_makes_drafts_with_the_days_of_the_rule(org, drafts):
    with tenant_atomic(org.id):
        assert {each.state for each in Publication.objects.all()} == {"draft"}
        day = PublishDay.objects.get()
        assert (day.period, day.publish_on, day.pay_on, day.by_rule) == (
            "2026-Q1", date(2026, 5, 1), date(2026, 5, 15), True,
        )  # fmt: skip


def test_a_creator_sees_nothing_of_a_draft_anywhere(org, drafts):
    ana = drafts["Ana Kestrel"]
    person = creator(org, ana)
    client = browser(person)
    base = f"/statements/{ana.pk}/"
    part = ana.content["deals"][0]["result"]
    below = ("", "rows/", f"working/{part}/", f"lines/{part}/", f"receipts/{part}/", "files/csv/")
    assert {client.get(base + each).status_code for each in below} == {404}
    assert client.post(f"{base}files/pdf/").status_code == 404
    assert ana.number not in text(client.get("/statements/"))
    assert "No statement yet" in text(client.get("/portal/"))
    assert client.get(f"/api/v1/statements/{ana.pk}").status_code == 404
    assert client.get("/api/v1/statements").json()["items"] == []
    with tenant_atomic(org.id):
        assert finders._statements(person, ana.number) == []
        assert finders._statements(person, str(ana.pk)) == []
    publish(org, ana)
    assert client.get(base).status_code == 200
    assert client.get(f"{base}files/csv/").status_code == 200
    assert "You will be paid 8.00 USD" in text(client.get("/portal/")).replace(
        "8.00 USD for 2026-Q1 was to be paid", "You will be paid 8.00 USD"
    )
    with tenant_atomic(org.id):
        assert len(finders._statements(person, ana.number)) == 1


def test_a_granted_draft_opens_to_the_office_and_not_to_creators(org, drafts):
    ben = drafts["Ben Ode"]
    reader = factories.person(org, permissions.RIGHTS)
    maker = factories.person(org, permissions.CREATOR, second_factor=False)
    with tenant_atomic(org.id):
        for person in (reader, maker):
            grants.give(
                row=ben, code="royalties.statement.see", user=person, by=BY, at=NOW, reason="Audit"
            )
        assert list(policies.visible(reader)) == [ben]
        assert list(policies.visible(maker)) == []
        publishing.publish(statement_id=ben.pk, by=BY, at=NOW)
        assert list(policies.visible(maker)) == [ben]


def test_the_office_sees_the_state_and_filters_by_it(org, drafts, analyst):
    ana, ben = drafts["Ana Kestrel"], drafts["Ben Ode"]
    publish(org, ana)
    shown = text(analyst.get("/statements/?state=draft"))
    assert ben.number in shown
    assert ana.number not in shown
    shown = text(analyst.get("/statements/?state=published"))
    assert "Published" in shown
    assert ana.number in shown
    assert ben.number not in shown


def test_publishing_in_the_browser_says_that_it_is_for_good(org, drafts, analyst):
    ana = drafts["Ana Kestrel"]
    asked = text(analyst.get(f"/statements/{ana.pk}/publish/"))
    assert "can't be undone" in asked
    assert "15 May 2026" in asked
    assert analyst.post(f"/statements/{ana.pk}/publish/").status_code == 302
    assert "Published" in text(analyst.get(f"/statements/{ana.pk}/"))
    answer = analyst.post(f"/statements/{ana.pk}/hold/", {"reason": "Late"})
    assert answer.status_code == 409
    assert "its payee has it" in text(answer)
    with tenant_atomic(org.id):
        assert Publication.objects.get(statement=ana).state == "published"
        assert Event.objects.filter(code="royalties.statements.published").count() == 1


def test_a_held_statement_waits_until_it_is_released(org, drafts, analyst):
    ana = drafts["Ana Kestrel"]
    assert analyst.post(f"/statements/{ana.pk}/hold/", {}).status_code == 422
    analyst.post(f"/statements/{ana.pk}/hold/", {"reason": "A claim is disputed"})
    assert "A claim is disputed" in text(analyst.get(f"/statements/{ana.pk}/"))
    assert analyst.post(f"/statements/{ana.pk}/publish/").status_code == 409
    assert publish(org, *drafts.values()) == 1
    assert publishing.publish_due(org.id, at=LATER) == 0
    analyst.post(f"/statements/{ana.pk}/release/")
    assert publishing.publish_due(org.id, at=LATER) == 1


@pytest.mark.parametrize(
    "change",
    [
        "published_at = NULL, published_by = NULL",
        "published_at = now()",
        "held_at = now(), held_by = id, reason = 'x'",
        "published_at = NULL, published_by = NULL, held_at = now(), held_by = id, reason = 'x'",
    ],
)
def test_the_database_refuses_to_take_publishing_back(org, drafts, change):
    publish(org, drafts["Ana Kestrel"])
    where = f"WHERE statement_id = '{drafts['Ana Kestrel'].pk}'"
    with (
        tenant_atomic(org.id),
        pytest.raises(IntegrityError, match="stays published"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE royalties_publication SET {change} {where}")  # noqa: S608


def test_the_database_refuses_removal_and_a_hold_without_a_reason(org, drafts):
    for change, told in (
        ("DELETE FROM royalties_publication", "never removed"),
        ("UPDATE royalties_publication SET held_at = now(), held_by = id", "held_with_a_reason"),
        ("UPDATE royalties_publication SET published_at = now()", "published_by_somebody"),
        ("UPDATE royalties_publishday SET publish_on = end_day - 1", "publish_day_after"),
        ("UPDATE royalties_publishday SET pay_on = publish_on - 1", "paid_once_published"),
    ):
        with (
            tenant_atomic(org.id),
            pytest.raises(IntegrityError, match=told),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_the_task_publishes_what_is_due_once_however_often_it_runs(org, drafts, monkeypatch):
    assert publishing.publish_due(org.id, at=datetime(2026, 4, 30, 23, tzinfo=UTC)) == 0
    monkeypatch.setattr(publishing, "BATCH", 1)  # a batch each: a killed worker keeps those before
    found = [publishing.publish_due(org.id, at=LATER + timedelta(days=n)) for n in range(3)]
    assert found == [2, 0, 0]
    with tenant_atomic(org.id):
        made = Event.objects.filter(code="royalties.statements.published")
        assert made.count() == 2
        assert Event.objects.filter(code="royalties.statements.due").count() == 1
        assert set(Publication.objects.values_list("published_at", flat=True)) == {LATER}
    assert publish_due() == 0


def test_the_day_is_the_organisations_own(org, drafts):
    org.zone = "Pacific/Auckland"
    org.save()
    assert publishing.publish_due(org.id, at=datetime(2026, 4, 30, 13, tzinfo=UTC)) == 2


def test_payees_are_told_without_amounts_and_publishers_before(org, drafts):
    ana = drafts["Ana Kestrel"]
    person, boss = creator(org, ana), factories.person(org, permissions.ANALYST)
    publishing.publish_due(org.id, at=datetime(2026, 4, 29, tzinfo=UTC))
    publishing.publish_due(org.id, at=LATER)
    while deliveries.drain(org.id):
        pass
    with tenant_atomic(org.id):
        [told] = Notification.objects.filter(person=person, topic="published")
        assert told.text == f"Statement {ana.number} for 2026-Q1 is there"
        [near] = Notification.objects.filter(person=boss, topic="due")
        assert "2026-05-01" in near.text
    assert all("8.00" not in each.body for each in mail.outbox)


def held_from_the_list(org, analyst, *statements):
    """Hold statements back from their list; return the address of the job's page."""
    said = {"list": "/statements/", "row": [each.pk for each in statements]}
    seen = text(analyst.post("/statements/hold/", said))
    assert "That page can undo it for 10 minutes" in seen
    asked = analyst.post("/statements/hold/", {**said, "sure": "1", "reason": "A claim"})
    assert jobs.work(org.id, UUID(asked["Location"].split("/")[2])) == "done"
    return asked["Location"]


def stand(org):
    """Return where statements stand."""
    with tenant_atomic(org.id):
        return {each.statement_id: each.state for each in Publication.objects.all()}


def test_many_are_published_and_held_from_the_list(org, drafts, analyst):
    ana, ben = drafts["Ana Kestrel"], drafts["Ben Ode"]
    one = {"list": "/statements/", "row": [ana.pk], "sure": "1", "reason": ""}
    assert analyst.post("/statements/hold/", one).status_code == 422
    held_from_the_list(org, analyst, ana)
    both = {"list": "/statements/", "everything": "1", "expected": "2"}
    seen = text(analyst.post("/statements/publish/", both))
    assert "1 draft is published now" in seen
    assert "1 held back: nothing changes there" in seen
    assert "It can't be undone" in seen
    analyst.post("/statements/publish/", {**both, "sure": "1"})
    assert stand(org) == {ana.pk: "held", ben.pk: "published"}


def test_what_was_held_together_is_undone_row_by_row_and_once(org, drafts, analyst):
    ana, ben = drafts["Ana Kestrel"], drafts["Ben Ode"]
    address = held_from_the_list(org, analyst, ana, ben)
    key = address.split("/")[2]
    with tenant_atomic(org.id):
        publishing.release(statement_id=ben.pk, by=BY, at=NOW)  # somebody was first
    assert "Undo what was done" in text(analyst.get(address))
    back = analyst.post("/statements/hold/", {"undo": key})["Location"]
    assert jobs.work(org.id, UUID(back.split("/")[2])) == "done"
    assert stand(org) == {ana.pk: "draft", ben.pk: "draft"}
    assert "1 done, 1 refused" in text(analyst.get(back))
    assert "isn't held back: it is draft" in text(analyst.get(f"{back}rows/"))
    assert "It was undone" in text(analyst.get(address))
    assert analyst.post("/statements/hold/", {"undo": key}).status_code == 409
    with tenant_atomic(org.id):
        assert Event.objects.filter(code="royalties.statement.released").count() == 2


def test_undoing_has_its_time_its_door_and_its_deed(org, drafts, analyst):
    key = held_from_the_list(org, analyst, drafts["Ana Kestrel"]).split("/")[2]
    boss = factories.sign_in(Client(), factories.person(org, permissions.ADMINISTRATOR))
    assert boss.post("/statements/hold/", {"undo": key}).status_code == 403
    assert analyst.post("/statements/publish/", {"undo": key}).status_code == 404
    assert analyst.post("/statements/hold/", {"undo": "x"}).status_code == 404
    with tenant_atomic(org.id):
        job = Job.objects.get(pk=key)
        late = Job.objects.filter(pk=key)
        late.update(ended_at=job.ended_at - timedelta(minutes=11))
    assert analyst.post("/statements/hold/", {"undo": key}).status_code == 409
    assert set(stand(org).values()) == {"held", "draft"}


def test_very_many_are_published_by_a_job_while_who_asked_may(org, drafts):
    person = factories.person(org, permissions.ANALYST)
    with tenant_atomic(org.id):
        keys = [each.pk for each in drafts.values()]
        first, second = (
            rowdeeds.ask(kind=publishing.PUBLISHING, keys=keys, asked={}, by=person, at=NOW)
            for _ in range(2)
        )
    assert jobs.work(org.id, first.pk) == "done"
    assert set(stand(org).values()) == {"published"}
    with tenant_atomic(org.id):
        Membership.objects.filter(user=person).update(ends=NOW)
    assert jobs.work(org.id, second.pk) == "failed"
    with tenant_atomic(org.id):
        second.refresh_from_db()
        assert second.error["code"] == "not_allowed_now"


def test_the_calendar_takes_days_that_fit_and_says_why_not(org, drafts, analyst):
    page = "/statements/calendar/2026-Q1/"
    early = {"publish_on": "2026-03-31", "pay_on": "2026-04-30", "version": "1"}
    assert "ends on 2026-03-31" in text(analyst.post(page, early))
    back = {"publish_on": "2026-05-10", "pay_on": "2026-05-09", "version": "1"}
    assert "can't lie before" in text(analyst.post(page, back))
    fine = {"publish_on": "2026-05-10", "pay_on": "2026-05-20", "version": "1"}
    assert analyst.post(page, fine).status_code == 302
    met = analyst.post(page, {**fine, "base": '{"publish_on": "2026-05-01"}'})
    assert met.status_code == 409  # what was seen isn't what is there
    assert "Publish on 2026-05-01 2026-05-10 2026-05-10" in text(met)
    publish(org, *drafts.values())
    again = {**fine, "pay_on": "2026-06-01", "version": "2"}
    assert "say why" in text(analyst.post(page, again))
    assert analyst.post(page, {**again, "reason": "The bank is shut"}).status_code == 302
    assert analyst.get("/statements/calendar/2031-Q1/").status_code == 404
    assert analyst.get("/statements/calendar/nonsense/").status_code == 404


def test_the_rule_fills_periods_to_come_and_leaves_those_that_are_posted(org, drafts, analyst):
    sent = {"publish_after": "60", "pay_after": "", "version": "1"}
    assert analyst.post("/statements/calendar/", sent).status_code == 302
    assert analyst.post("/statements/calendar/", sent).status_code == 409
    with tenant_atomic(org.id):
        [coming, past] = questions.calendar()
        assert (coming.period, coming.publish_on, coming.pay_on) == (
            "2026-Q2", date(2026, 8, 29), None,
        )  # fmt: skip
        assert past.publish_on == date(2026, 5, 1)


def test_the_portal_says_the_pay_day_or_that_it_isnt_known(org, drafts):
    ana = drafts["Ana Kestrel"]
    client = browser(creator(org, ana))
    publish(org, ana)
    far = date(2031, 11, 30)
    with tenant_atomic(org.id):
        told = {"publish_on": date(2026, 5, 1), "reason": "Agreed", "by": BY, "at": NOW}
        calendar.set_day(period="2026-Q1", pay_on=far, version=1, **told)
    shown = text(client.get("/portal/")).replace("\xa0", " ")
    assert "You will be paid 8.00 USD on 30 Nov 2031" in shown
    with tenant_atomic(org.id):
        calendar.set_day(period="2026-Q1", pay_on=None, version=2, **told)
    assert "8.00 USD for 2026-Q1; the pay day isn't known yet" in text(client.get("/portal/"))


def test_another_organisations_statements_stay_as_they_are(org, other_org, drafts):
    publishing.publish_due(other_org.id, at=LATER)
    with tenant_atomic(other_org.id):
        assert Statement.objects.count() == 0
    with tenant_atomic(org.id):
        assert {each.state for each in Publication.objects.all()} == {"draft"}
