"""Questions about statements, and coverage of sources, in a real browser."""

import pytest

from accounts import permissions
from accounts.models import User
from foundation.tenancy import tenant_atomic
from holders.services import portal
from royalties.services import questions, sources
from tests.royalties.test_statement_pages import posted
from tests.royalties.world import BY, NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(harbour, tmp_path):
    """Ana's statement, a question about it by somebody else, and the rule of its source."""
    ana = posted(harbour, tmp_path)["Ana Kestrel"]
    with tenant_atomic(harbour.id):
        told = {"text": "Why so little?", "by": BY, "at": NOW}
        question = questions.ask(statement_id=ana.pk, asked={"work": "W-1"}, **told)
        rule = sources.set_rule(
            source="Tide", every="month", due_after=15, first="2026-01", by=BY, at=NOW
        )
    return ana, question, rule


def creator(harbour, page_as, statement, **how):
    """Return the window of somebody who has the portal of a statement's holder."""
    eyes = page_as(permissions.CREATOR, **how)
    person = User.objects.get(name="Ada Example")
    with tenant_atomic(harbour.id):
        portal.give(holder_id=statement.holder_id, user_id=person.pk, actor=BY, at=NOW)
    return eyes


def looked_at(eyes, *paths):
    """Open each page; hold it against axe and the width of the window."""
    for path in paths:
        assert eyes.open(path) == 200
        assert eyes.violations() == [], path
        assert eyes.overflows() <= 0, path


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)], ids=["wide", "narrow"])
def test_the_pages_of_both_sides_are_clean_and_fit(page_as, harbour, asked, width, dark):
    ana, question, rule = asked
    office = page_as(permissions.ANALYST, width=width, dark=dark)
    looked_at(
        office, "/questions/", f"/questions/{question.pk}/", f"/statements/{ana.pk}/",
        "/sources/", "/sources/new/", f"/sources/{rule.pk}/",
    )  # fmt: skip
    User.objects.filter(name="Ada Example").update(name="Ines Office")
    payee = creator(harbour, page_as, ana, width=width, dark=dark)
    looked_at(
        payee, "/portal/", "/portal/questions/", f"/portal/questions/{question.pk}/",
        f"/statements/{ana.pk}/ask/", f"/statements/{ana.pk}/rows/?work=W-1",
    )  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_question_is_asked_by_keyboard_alone(page_as, harbour, asked, scripts):
    ana, _, _ = asked
    eyes = creator(harbour, page_as, ana, scripts=scripts)
    eyes.open(f"/statements/{ana.pk}/rows/?work=W-2")
    eyes.tab_to("Ask about Low Tide, 6.00 USD")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/ask/**")
    eyes.tab_to("id_text")
    eyes.page.keyboard.type("Was it so few?")
    eyes.tab_to("Send the question")
    eyes.page.keyboard.press("Enter")
    eyes.page.wait_for_url("**/portal/questions/*/")
    assert "Was it so few?" in eyes.page.inner_text("main")
