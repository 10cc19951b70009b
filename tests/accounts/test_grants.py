"""Permissions on single rows: what can() says of each row, scope() says of all of them."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from accounts import permissions
from accounts.models import Team, TeamMember, User
from accounts.policies import can, scope
from accounts.services import grants, memberships
from accounts.views.base import Page
from audit.models import Event
from catalog.permissions import WORK_VIEW
from foundation.tenancy import tenant_atomic
from holders.permissions import HOLDER_VIEW
from holders.services import holders, portal
from royalties import policies as royalties
from royalties.engine.statement import SUMS
from royalties.models import Deal, DealGrant, Publication, Run, Statement
from royalties.permissions import DEAL_SEE, DEAL_SIGN, STATEMENT_SEE
from tests import factories
from tests.royalties.world import catalogue

pytestmark = pytest.mark.django_db
PAST = datetime(2026, 2, 1, tzinfo=UTC)
FUTURE = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture
def ana(org):
    """Somebody whose role sees no deals."""
    return factories.person(org, permissions.OPS)


def deal(code):
    """Return a deal."""
    return Deal.objects.create(code=code, title=code, direction="out", currency="USD")


def give(user, row, code=DEAL_SEE, at=PAST, **more):
    """Grant a permission on one row."""
    return grants.give(user=user, code=code, row=row, by=factories.TESTS, at=at, reason="r", **more)


def test_a_grant_opens_its_row_and_no_other(ana, in_org):
    one, other = deal("a"), deal("b")
    give(ana, one)
    assert (can(ana, DEAL_SEE, one), can(ana, DEAL_SEE, other), can(ana, DEAL_SEE)) == (
        True,
        False,
        False,
    )
    assert list(scope(ana, DEAL_SEE, Deal.objects.all())) == [one]
    assert Event.objects.filter(code="accounts.grant.given").count() == 1


def test_a_grant_ends(ana, in_org):
    row = deal("a")
    held = give(ana, row)
    grants.end(grant=held, by=factories.TESTS, at=PAST + timedelta(days=1), reason="over")
    assert not can(ana, DEAL_SEE, row)
    with pytest.raises(grants.GrantRefused):
        grants.end(grant=held, by=factories.TESTS, at=FUTURE, reason="again")


def test_what_cannot_be_granted_is_refused(ana, in_org):
    row = deal("a")
    give(ana, row)
    with pytest.raises(grants.GrantRefused, match="already"):
        give(ana, row, at=PAST + timedelta(days=3))
    with pytest.raises(grants.GrantRefused, match="single"):
        give(ana, row, code=DEAL_SIGN)
    with pytest.raises(grants.GrantRefused, match="single"):
        give(ana, ana)
    with pytest.raises(grants.GrantRefused, match="after"):
        give(ana, deal("c"), ends=PAST - timedelta(days=1))


def team(*people, name="Catalogue"):
    """Return a team of these people."""
    made = Team.objects.create(name=name)
    for person in people:
        TeamMember.objects.create(team=made, user=person)
    return made


def test_a_teams_grant_is_every_members_and_ends_with_the_membership(ana, org, in_org):
    ben = factories.person(org, permissions.OPS)
    row, others = deal("a"), team(ana)
    give(None, row, team=others)
    assert (can(ana, DEAL_SEE, row), can(ben, DEAL_SEE, row)) == (True, False)
    assert list(scope(ana, DEAL_SEE, Deal.objects.all())) == [row]
    TeamMember.objects.filter(user=ana).delete()
    TeamMember.objects.create(team=others, user=ben)
    assert (can(ana, DEAL_SEE, row), can(ben, DEAL_SEE, row)) == (False, True)
    with pytest.raises(grants.GrantRefused, match="already"):
        give(None, row, team=others)
    give(ana, row)  # beside the team's
    for wrong in ({"user": ana, "team": others}, {"user": None, "team": None}):
        with pytest.raises(grants.GrantRefused, match="a person or a team"):
            give(wrong["user"], deal("b"), team=wrong["team"])
        Deal.objects.filter(code="b").delete()


@pytest.mark.parametrize("kind", ["deal", "work", "holder", "statement"])
def test_rows_of_these_kinds_are_granted_one_by_one(ana, org, in_org, kind):
    holder, other = (
        holders.register(kind="person", name=f"Payee {n}", actor=factories.TESTS, at=PAST)
        for n in range(2)
    )
    rows, code = {
        "deal": (lambda: [deal("a"), deal("b")], DEAL_SEE),
        "work": (lambda: list(catalogue()), WORK_VIEW),
        "holder": (lambda: [holder, other], HOLDER_VIEW),
        "statement": (lambda: [statement(each) for each in (holder, other)], STATEMENT_SEE),
    }[kind]
    one, _ = rows()
    give(None, one, code=code, team=team(ana))
    assert list(scope(ana, code, type(one).objects.all())) == [one]
    assert can(ana, code, one)
    if kind == "statement":
        assert list(royalties.visible(ana)) == [one]


def test_a_granted_statement_opens_its_pages_and_no_other(ana, org):
    browser = factories.sign_in(Client(), ana)
    with tenant_atomic(org.id):
        payees = [
            holders.register(kind="person", name=f"Payee {n}", actor=factories.TESTS, at=PAST)
            for n in range(2)
        ]
        one, other = map(statement, payees)
    assert browser.get("/statements/").status_code == 403
    with tenant_atomic(org.id):
        give(ana, one, code=STATEMENT_SEE)
    shown = browser.get("/statements/").content.decode()
    assert one.number in shown
    assert other.number not in shown
    assert browser.get(f"/statements/{one.pk}/").status_code == 200
    assert browser.get(f"/statements/{other.pk}/").status_code == 404


def test_a_creator_sees_their_own_statements_and_the_granted_one(org):
    creator = factories.person(org, permissions.CREATOR)
    with tenant_atomic(org.id):
        payees = [
            holders.register(kind="person", name=f"Payee {n}", actor=factories.TESTS, at=PAST)
            for n in range(3)
        ]
        own, granted, _ = map(statement, payees)
        portal.give(holder_id=payees[0].pk, user_id=creator.pk, actor=factories.TESTS, at=PAST)
        give(creator, granted, code=STATEMENT_SEE)
        assert set(royalties.visible(creator)) == {own, granted}


def statement(holder):
    """Return an issued statement of a holder."""
    days = {"period": "2026-Q1", "first_day": PAST.date(), "end_day": FUTURE.date()}
    run = Run.objects.first() or Run.objects.create(
        state="posted", posted_at=PAST, begun_at=PAST, begun_by=holder.pk, **days
    )
    sums = dict.fromkeys(SUMS, "0.00")
    made = Statement.objects.create(
        holder=holder,
        run=run,
        number=f"2026-Q1-{holder.name[-1]}",
        currency="USD",
        earned="0.00",
        payable="0.00",
        content={"deals": [], "sums": sums},
        sha256="0" * 64,
        issued_at=PAST,
        **days,
    )
    Publication.objects.create(statement=made, published_at=PAST, published_by=holder.pk)
    return made


def world(seed, orgs):
    """Make people, roles, deals and grants of all times at random, in two organisations."""
    chance = random.Random(seed)
    people = [User.objects.create_user(f"p{n}@example.org") for n in range(5)]
    people[0].is_active = False
    people[0].save()
    rows = []
    for org in orgs:
        with tenant_atomic(org.id):
            mine, teams = [deal(f"{org.slug}-{n}") for n in range(8)], []
            for person in people:
                if chance.random() < 0.3:
                    role = chance.choice(sorted(permissions.ROLES))
                    memberships.give(user=person, role=role, by=factories.TESTS, at=PAST)
                if chance.random() < 0.5:
                    teams.append(team(person, name=str(person.pk)))
                for row in chance.sample(mine, 3):
                    at = chance.choice([PAST, FUTURE])
                    ends = chance.choice([None, at + timedelta(days=1)])
                    give(person, row, at=at, ends=ends)
            for each in teams:
                give(None, chance.choice(mine), at=chance.choice([PAST, FUTURE]), team=each)
            rows += mine
    return people, rows


@pytest.mark.parametrize("seed", range(8))
def test_can_and_scope_agree_in_every_world(org, other_org, seed):
    people, rows = world(seed, [org, other_org])
    asked = 0
    for here in (org, other_org, None):
        for person in people:

            def compare(person=person):
                reached = {row.pk for row in scope(person, DEAL_SEE, Deal.objects.all())}
                assert reached == {row.pk for row in rows if can(person, DEAL_SEE, row)}
                return len(reached)

            if here is None:
                assert compare() == 0
                continue
            with tenant_atomic(here.id):
                asked += compare()
    assert asked > 0


class Deals(Page):
    """A page that people with grants reach, too."""

    permission = DEAL_SEE
    by_grant = True

    def get(self, request):
        """Answer with the codes within reach."""
        return HttpResponse(",".join(row.code for row in self.rows(Deal.objects.order_by("code"))))


urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("deals", Deals.as_view(), name="deals"),
]


def test_a_page_may_let_in_whoever_has_a_grant(ana, org, settings):
    settings.ROOT_URLCONF = __name__
    browser = factories.sign_in(Client(), ana)
    with tenant_atomic(org.id):
        one, _ = deal("a"), deal("b")
    assert browser.get("/deals").status_code == 403
    with tenant_atomic(org.id):
        give(ana, one)
    assert browser.get("/deals").content == b"a"
    analyst = factories.sign_in(Client(), factories.person(org, permissions.ANALYST))
    assert analyst.get("/deals").content == b"a,b"


def test_a_list_costs_one_query_whatever_its_length(ana, in_org):
    for number in range(30):
        row = deal(f"d{number}")
        if number % 2:
            give(ana, row)
    with CaptureQueriesContext(connection) as asked:
        assert len(scope(ana, DEAL_SEE, Deal.objects.all())) == 15
    assert len([q for q in asked if "royalties_deal" in q["sql"]]) == 1


def test_grants_of_another_organisation_are_not_seen(ana, org, other_org):
    with tenant_atomic(org.id):
        give(ana, deal("a"))
    with tenant_atomic(other_org.id):
        assert not DealGrant.objects.exists()
        assert not scope(ana, DEAL_SEE, Deal.objects.all())
