"""Questions about statements: asked by a payee's people, answered by the office, told both ways."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from audit.models import Event
from audit.services import deliveries
from foundation.tenancy import tenant_atomic
from holders.models import HolderUser
from holders.services import portal
from notifications.models import Notification
from royalties.models import Question, Reply
from royalties.selectors.why import NoFigure
from royalties.services import publishing, questions
from tests import factories
from tests.royalties.test_statement_pages import links, posted, text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 5, 5, 9, tzinfo=UTC)


@pytest.fixture
def issued(org, tmp_path):
    """The published statements of Ana Kestrel (18.00 earned, 8.00 payable) and Ben Ode (12.00)."""
    return posted(org, tmp_path)


@pytest.fixture
def ana(issued):
    """Ana's statement."""
    return issued["Ana Kestrel"]


@pytest.fixture
def analyst(org):
    """Somebody who answers."""
    return factories.person(org, permissions.ANALYST, name="Ines Office")


def payee(org, *statements, name="Ana Kestrel"):
    """Return somebody who has the portal of these statements' holders."""
    person = factories.person(org, permissions.CREATOR, name=name, second_factor=False)
    with tenant_atomic(org.id):
        for each in statements:
            portal.give(holder_id=each.holder_id, user_id=person.pk, actor=BY, at=NOW)
    return person


def browser(person):
    """Return a creator's browser."""
    return factories.sign_in(Client(), person, verified=False)


def ask(org, statement, person, words="Why so little?", **asked):
    """Ask a question; return it."""
    with tenant_atomic(org.id):
        return questions.ask(statement_id=statement.pk, asked=asked, text=words, by=person, at=NOW)


def told(org, person, topic):
    """Deliver what waits; return what the person was told of a topic."""
    while deliveries.drain(org.id):
        pass
    with tenant_atomic(org.id):
        rows = Notification.objects.filter(person=person, topic=topic).order_by("at")
        return list(rows.values_list("text", flat=True))


def test_a_creator_asks_about_a_line_and_reads_the_answer(org, ana, analyst):
    asker = payee(org, ana)
    mine, office = browser(asker), factories.sign_in(Client(), analyst)
    rows = mine.get(links(mine.get(f"/statements/{ana.pk}/"), "work=W-2")[0])
    [whole, line] = links(rows, "/ask/")
    assert "about Low Tide: 6.00 USD" in text(mine.get(whole))
    asked = mine.get(line)
    assert "about Low Tide, United States, Tide, stream, streams, ART-1, 2026-Q1: 6.00" in text(
        asked
    )
    made = mine.post(line, {"text": "Was it really\nso few?"}, follow=True)
    assert "The office has your question" in text(made)
    with tenant_atomic(org.id):
        question = Question.objects.get()
    assert (question.figure["work"], str(question.amount)) == ("W-2", "6.0000")

    listed = office.get("/questions/?state=open")
    assert "Low Tide, United States, Tide" in text(listed)
    seen = text(office.get(f"/questions/{question.pk}/"))
    assert "Was it really so few?" in seen
    assert "Ana Kestrel" in seen
    office.post(f"/questions/{question.pk}/", {"text": "It was <one> stream.", "version": "1"})
    shown = mine.get(f"/portal/questions/{question.pk}/")
    assert "Ines Office, for the office" in text(shown)
    assert "It was &lt;one&gt; stream." in shown.content.decode()
    assert "Answered" in text(mine.get("/portal/"))
    assert "Answered" in text(mine.get("/portal/questions/"))


@pytest.mark.parametrize(
    ("asked", "figure", "amount"),
    [
        ({}, {}, "8.0000"),
        ({"step": "earned"}, {"step": "earned"}, "18.0000"),
        ({"deal": "ART-1", "step": "recouped"}, {"deal": "ART-1", "step": "recouped"}, "-10.0000"),
        ({"work": "W-1"}, {"work": "W-1"}, "12.0000"),
        ({"source": "Tide", "as": "csv"}, {"source": "Tide"}, "18.0000"),
    ],
    ids=["whole", "step", "step of a deal", "work", "source"],
)
def test_a_question_holds_its_figure_and_what_it_comes_to(org, ana, asked, figure, amount):
    made = ask(org, ana, payee(org, ana), **asked)
    with tenant_atomic(org.id):
        made.refresh_from_db()
    assert (made.figure, str(made.amount)) == (figure, amount)


@pytest.mark.parametrize(
    "asked",
    [
        {"work": "W-9"},
        {"step": "sum"},
        {"step": "earned", "work": "W-1"},
        {"step": "earned", "deal": "ART-9"},
        {"result": "no-result"},
        {"work": "W-1", "period": "2025-Q1"},
    ],
    ids=["work", "step", "step and work", "step of no deal", "result", "period"],
)
def test_what_the_statement_doesnt_have_isnt_asked_about(org, ana, asked):
    person = payee(org, ana)
    with pytest.raises(NoFigure):
        ask(org, ana, person, **asked)
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    answer = browser(person).post(f"/statements/{ana.pk}/ask/?{query}", {"text": "Why?"})
    assert answer.status_code == 404
    with tenant_atomic(org.id):
        assert not Question.objects.exists()


def test_the_form_offers_the_steps_and_says_what_is_missing(org, ana):
    mine = browser(payee(org, ana))
    page = f"/statements/{ana.pk}/ask/"
    assert "Recouped: −10.00\xa0USD" in mine.get(page).content.decode()
    empty = mine.post(page, {"step": "recouped", "text": "  "})
    assert empty.status_code == 422
    assert mine.post(page, {"step": "sum", "text": "Why?"}).status_code == 422
    sent = mine.post(page, {"step": "recouped", "text": "Which advance?"}, follow=True)
    assert "About Recouped: −10.00" in text(sent)


def test_only_ones_own_holders_published_statements_are_asked_about(org, tmp_path, analyst):
    drafts = posted(org, tmp_path, publish=False)
    ana, ben = drafts["Ana Kestrel"], drafts["Ben Ode"]
    asker = payee(org, ana)
    mine = browser(asker)
    assert mine.get(f"/statements/{ana.pk}/ask/").status_code == 404
    with pytest.raises(questions.NotPublished):
        ask(org, ana, asker)
    with tenant_atomic(org.id):
        publishing.publish_all(statement_ids=[ana.pk, ben.pk], by=BY, at=NOW)
    assert mine.get(f"/statements/{ana.pk}/ask/").status_code == 200
    assert mine.get(f"/statements/{ben.pk}/ask/").status_code == 404
    assert mine.post(f"/statements/{ben.pk}/ask/", {"text": "?"}).status_code == 404
    theirs = ask(org, ben, payee(org, ben, name="Ben Ode"), "A secret of Ben's")
    assert mine.get(f"/portal/questions/{theirs.pk}/").status_code == 404
    assert mine.get(f"/questions/{theirs.pk}/").status_code == 404
    assert "Ben" not in text(mine.get("/portal/questions/"))
    office = factories.sign_in(Client(), analyst)
    assert office.get(f"/statements/{ana.pk}/ask/").status_code == 404
    assert "Ask about" not in text(office.get(f"/statements/{ana.pk}/"))


def test_whose_access_has_ended_reads_and_is_told_nothing_more(org, ana, analyst):
    asker = payee(org, ana)
    made = ask(org, ana, asker)
    with tenant_atomic(org.id):
        [access] = HolderUser.objects.filter(user_id=asker.pk)
        portal.end(access_id=access.pk, actor=BY, at=LATER, reason="They parted")
        questions.answer(question_id=made.pk, text="So.", version=1, by=analyst, at=LATER)
    assert browser(asker).get(f"/portal/questions/{made.pk}/").status_code == 404
    assert told(org, asker, "answered") == []


def test_both_sides_are_told_and_no_amount_or_word_is_mailed(org, ana, analyst):
    asker, other = payee(org, ana), payee(org, ana, name="Their manager")
    made = ask(org, ana, asker)
    assert told(org, analyst, "question") == [
        f"A question about statement {ana.number} waits for an answer"
    ]
    with tenant_atomic(org.id):
        questions.answer(question_id=made.pk, text="Few streams", version=1, by=analyst, at=NOW)
    assert told(org, asker, "answered") == [
        f"Your question about statement {ana.number} has an answer"
    ]
    assert told(org, other, "answered") == []
    with tenant_atomic(org.id):
        questions.ask_on(question_id=made.pk, text="How few?", version=2, by=asker, at=LATER)
    assert len(told(org, analyst, "question")) == 2
    assert all("Few streams" not in each.body and "8.00" not in each.body for each in mail.outbox)


def test_a_question_waits_again_and_is_closed_for_good(org, ana, analyst):
    asker = payee(org, ana)
    made = ask(org, ana, asker)
    key = {"question_id": made.pk}
    with tenant_atomic(org.id):
        questions.answer(**key, text="Few streams", version=1, by=analyst, at=NOW)
        again = questions.ask_on(**key, text="How few?", version=2, by=asker, at=LATER)
        assert (again.state, again.waits_since) == ("open", LATER)
        done = questions.close(**key, text="", version=3, from_office=True, by=analyst, at=LATER)
        assert (done.state, done.closed_at) == ("closed", LATER)
        with pytest.raises(questions.QuestionClosed):
            questions.ask_on(**key, text="But", version=4, by=asker, at=LATER)
        codes = [
            f"royalties.question.{each}" for each in ("asked", "answered", "asked_on", "closed")
        ]
        found = Event.objects.filter(subject_id=made.pk).order_by("at", "pk")
        assert sorted(found.values_list("code", flat=True)) == sorted(codes)
    shown = text(browser(asker).get(f"/portal/questions/{made.pk}/"))
    assert "Ask something new about this statement" in shown
    assert "Close the question" not in shown


def test_the_office_doesnt_close_without_a_word_what_it_never_answered(org, ana, analyst):
    made = ask(org, ana, payee(org, ana))
    office, page = factories.sign_in(Client(), analyst), f"/questions/{made.pk}/"
    refused = office.post(page, {"text": "", "version": "1", "deed": "close"})
    assert refused.status_code == 422
    assert "say why it is closed" in text(refused)
    assert (
        office.post(page, {"text": "Asked twice", "version": "1", "deed": "close"}).status_code
        == 302
    )
    with tenant_atomic(org.id):
        assert Reply.objects.get().text == "Asked twice"
        assert Question.objects.get().state == "closed"


def test_who_asked_closes_what_is_settled(org, ana, analyst):
    asker = payee(org, ana)
    made = ask(org, ana, asker)
    page = f"/portal/questions/{made.pk}/"
    assert browser(asker).post(page, {"version": "1", "deed": "close"}).status_code == 302
    assert told(org, asker, "answered") == []
    assert told(org, analyst, "question") == []  # nothing waits any more


def test_an_answer_to_what_was_not_read_is_refused_and_kept(org, ana, analyst):
    asker = payee(org, ana)
    made = ask(org, ana, asker)
    with tenant_atomic(org.id):
        questions.ask_on(question_id=made.pk, text="In Peru", version=1, by=asker, at=NOW)
    office, page = factories.sign_in(Client(), analyst), f"/questions/{made.pk}/"
    refused = office.post(page, {"text": "In Chile it was one", "version": "1"})
    assert refused.status_code == 409
    assert "Something was written meanwhile" in text(refused)
    assert "In Peru" in text(refused)
    assert "In Chile it was one" in refused.content.decode()
    assert 'name="version" value="2"' in refused.content.decode()
    with tenant_atomic(org.id):
        assert not Reply.objects.filter(from_office=True).exists()


def test_the_same_question_twice_is_one_and_nobody_has_too_many(org, ana, monkeypatch):
    asker = payee(org, ana)
    assert ask(org, ana, asker).pk == ask(org, ana, asker).pk
    monkeypatch.setattr(questions, "ASKED_AT_ONCE", 2)
    ask(org, ana, asker, "And this?")
    with pytest.raises(questions.TooManyQuestions):
        ask(org, ana, asker, "And that?")
    page = browser(asker).post(f"/statements/{ana.pk}/ask/", {"text": "And that?"})
    assert page.status_code == 409
    assert "wait for an answer" in text(page)


@pytest.mark.parametrize(
    ("change", "told_why"),
    [
        ("UPDATE royalties_question SET text = 'x'", "stays as it was asked"),
        ('UPDATE royalties_question SET figure = \'{"work": "W-1"}\'', "stays as it was asked"),
        ("UPDATE royalties_question SET amount = 1", "stays as it was asked"),
        ("DELETE FROM royalties_question", "never removed"),
        ("UPDATE royalties_question SET waits_since = NULL", "question_waits_while_open"),
        (
            "UPDATE royalties_question SET state = 'closed', waits_since = NULL",
            "question_closed_at",
        ),
    ],
    ids=["text", "figure", "amount", "removal", "waits", "closed"],
)
def test_the_database_keeps_what_was_asked(org, ana, change, told_why):
    ask(org, ana, payee(org, ana))
    with (
        tenant_atomic(org.id),
        pytest.raises(IntegrityError, match=told_why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_the_database_lets_a_closed_question_rest(org, ana):
    asker = payee(org, ana)
    made = ask(org, ana, asker)
    with tenant_atomic(org.id):
        questions.close(
            question_id=made.pk, text="", version=1, from_office=False, by=asker, at=LATER
        )
        with (
            pytest.raises(IntegrityError, match="stays closed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE royalties_question SET state = 'answered', closed_at = NULL")


def test_home_counts_what_waits_for_those_who_answer(org, ana, analyst):
    ask(org, ana, payee(org, ana))
    waits = text(factories.sign_in(Client(), analyst).get("/"))
    assert "1 Questions about statements" in waits
    boss = factories.person(org, permissions.ADMINISTRATOR)
    assert "Questions about statements" not in text(factories.sign_in(Client(), boss).get("/"))


def test_a_list_costs_the_same_for_one_question_and_for_many(org, ana, analyst):
    asker = payee(org, ana)
    office = factories.sign_in(Client(), analyst)
    counts = []
    for words in (["a"], ["b", "c", "d"]):
        for each in words:
            ask(org, ana, asker, each, work="W-1")
        for client, page in ((office, "/questions/"), (browser(asker), "/portal/questions/")):
            client.get(page)
            with CaptureQueriesContext(connection) as made:
                assert client.get(page).status_code == 200
            counts.append(len(made))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 16
    assert "Questions about it" in text(office.get(f"/statements/{ana.pk}/"))
