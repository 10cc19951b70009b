"""Every view says who may come; whoever may not is sent on, refused, or told nothing is there."""

import json
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client
from django.urls import clear_url_caches, include, path
from django.utils import timezone

from accounts import permissions, sessions
from accounts.checks import every_view_has_a_door
from accounts.models import Membership
from accounts.services import held
from accounts.views.base import Page
from audit.models import Event
from foundation.tenancy import tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db


class Open(Page):
    """A page for anybody."""

    public = "a test"

    def get(self, request):
        """Answer."""
        return HttpResponse("open")


class Inside(Page):
    """A page for every role."""

    signed_in = True

    def get(self, request):
        """Answer."""
        return HttpResponse("inside")


class People(Page):
    """A page that reads by one permission and acts by a high one."""

    permission = {"GET": permissions.PEOPLE_SEE, "POST": permissions.PEOPLE_MANAGE}  # noqa: RUF012

    def get(self, request):
        """Answer."""
        return HttpResponse("people")

    def post(self, request):
        """Act."""
        return HttpResponse(f"did {request.POST['what']} {self.fresh}")


class Roles(Page):
    """A page of one row."""

    permission = permissions.PEOPLE_MANAGE
    seen_with = permissions.PEOPLE_SEE

    def get(self, request, pk):
        """Answer."""
        return HttpResponse(self.one(Membership.objects.all(), pk).role)


class Undeclared(Page):
    """A page that forgot its door."""

    def get(self, request):
        """Never reached."""
        return HttpResponse("leak")


def bare(request):
    """A function without a door."""
    return HttpResponse("leak")


urlpatterns = [
    path("", include("config.urls")),
    path("open", Open.as_view(), name="open"),
    path("inside", Inside.as_view(), name="inside"),
    path("people", People.as_view(), name="people"),
    path("roles/<uuid:pk>", Roles.as_view(), name="roles"),
]
doorless = [
    path("undeclared", Undeclared.as_view(), name="undeclared"),
    path("bare", bare, name="bare"),
    path("", Open.as_view()),
]


@pytest.fixture(autouse=True)
def _ours(settings):
    settings.ROOT_URLCONF = __name__


def signed_in(org, *roles, **how):
    """Return a browser of a person with these roles."""
    return factories.sign_in(Client(), factories.person(org, *roles), **how)


def test_anybody_reaches_a_public_page_alone():
    assert Client().get("/open").content == b"open"
    answer = Client().get("/inside?page=2")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=%2Finside%3Fpage%3D2",
    )


@pytest.mark.parametrize("role", sorted(permissions.ROLES))
def test_every_role_reaches_a_page_for_all_and_its_own_ones(org, role):
    browser = signed_in(org, role)
    assert browser.get("/inside").content == b"inside"
    allowed = permissions.PEOPLE_SEE in permissions.of_role(role)
    assert browser.get("/people").status_code == (200 if allowed else 403)


def test_a_refusal_is_recorded_and_nothing_was_done(org):
    browser = signed_in(org, permissions.OPS)
    assert browser.post("/people", {"what": "it"}).status_code == 403
    with tenant_atomic(org.id):
        refused = Event.objects.get(code="accounts.page.refused")
        assert (refused.refused, refused.actor_kind, refused.auth_level) == (
            True,
            "person",
            "step_up",
        )


def test_other_methods_are_answered_405_before_anything_is_said(org):
    assert signed_in(org, permissions.ADMINISTRATOR).delete("/people").status_code == 405


@pytest.mark.parametrize("role", sorted(permissions.ROLES.keys() - {permissions.CREATOR}))
def test_without_a_second_factor_only_the_way_to_one_is_open(org, role):
    browser = signed_in(org, role, verified=False)
    answer = browser.get("/inside")
    assert answer["Location"] == "/accounts/second-factor/?next=%2Finside"
    onward = browser.get(answer["Location"])
    assert onward["Location"] == "/accounts/2fa/reauthenticate/?next=%2Finside"


def test_creators_need_no_second_factor_unless_they_are_more(org):
    assert signed_in(org, permissions.CREATOR, verified=False).get("/inside").status_code == 200
    both = signed_in(org, permissions.CREATOR, permissions.OPS, verified=False)
    assert both.get("/inside").status_code == 302


def test_a_factor_that_was_removed_opens_nothing(org):
    browser = signed_in(org, permissions.OPS)
    assert browser.get("/inside").status_code == 200
    Authenticator.objects.all().delete()
    assert browser.get("/inside").status_code == 302


def test_what_is_outside_is_not_there_and_what_is_inside_may_be_refused(org, other_org):
    administrator = signed_in(org, permissions.ADMINISTRATOR)
    with tenant_atomic(org.id):
        own = Membership.objects.get()
    assert administrator.get(f"/roles/{own.pk}").status_code == 200
    assert administrator.get(f"/roles/{uuid4()}").status_code == 404
    stranger = signed_in(other_org, permissions.ADMINISTRATOR)
    assert stranger.get(f"/roles/{own.pk}").status_code == 404
    assert signed_in(org, permissions.LEGAL).get(f"/roles/{own.pk}").status_code == 403
    assert signed_in(org, permissions.ANALYST).get(f"/roles/{own.pk}").status_code == 404


def test_fragments_and_scripts_get_a_problem_and_the_way_on(org):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inside?page=2"}
    answer = Client().get("/inside", headers=asked)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Finside%3Fpage%3D2"
    browser = signed_in(org, permissions.ADMINISTRATOR, fresh=False)
    answer = browser.post("/people", {"what": "it"}, headers=asked)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "step_up_needed")
    assert answer["HX-Redirect"].startswith("/accounts/confirm/")


def test_a_high_deed_needs_the_factor_again_and_what_was_filled_in_survives(org):
    browser = signed_in(org, permissions.ADMINISTRATOR, fresh=False)
    assert browser.get("/people").status_code == 200
    answer = browser.post("/people?tab=1", {"what": "all of it", "each": ["1", "2"]})
    assert answer.status_code == 302
    address, _, back = answer["Location"].partition("?next=")
    assert address == "/accounts/confirm/"
    assert "all of it" not in json.dumps(browser.session["held_forms"])
    (token,) = browser.session["held_forms"]
    assert token in back
    with tenant_atomic(org.id):
        user = Membership.objects.get().user
        kept = held.look_up(session=browser.session, token=token, by=user, at=timezone.now())
    assert kept.path == "/people?tab=1"
    assert kept.fields == (("what", "all of it"), ("each", "1"), ("each", "2"))


def test_a_confirmation_lasts_five_minutes_in_its_own_session(org, settings):
    user = factories.person(org, permissions.ADMINISTRATOR)
    browser = factories.sign_in(Client(), user)
    other = factories.sign_in(Client(), user, fresh=False)
    assert browser.post("/people", {"what": "it"}).content == b"did it True"
    assert other.post("/people", {"what": "it"}).status_code == 302
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    session.save()
    assert browser.post("/people", {"what": "it"}).status_code == 302


def test_the_start_fails_for_a_view_without_a_door(settings):
    assert every_view_has_a_door() == []
    urlpatterns.extend(doorless)
    clear_url_caches()
    try:
        faulty = [error.msg.partition(":")[0] for error in every_view_has_a_door()]
        assert faulty == ["undeclared", "bare", ""]
        assert Client().get("/undeclared").status_code == 403
    finally:
        del urlpatterns[-len(doorless) :]
        clear_url_caches()


def test_the_products_own_addresses_all_have_doors(settings):
    settings.ROOT_URLCONF = "config.urls"
    assert run_checks(tags=["urls"]) == []


def test_sessions_end_after_thirty_idle_minutes_and_after_twelve_hours(org):
    for key, seconds in (("seen", 30 * 60), ("began", 12 * 3600)):
        browser = signed_in(org, permissions.LEGAL)
        assert browser.get("/inside").status_code == 200
        session = browser.session
        session[key] -= seconds - 20
        session.save()
        assert browser.get("/inside").status_code == 200
        session = browser.session
        session[key] -= seconds
        session.save()
        assert browser.get("/inside").status_code == 302
        assert sessions.ORGANISATION not in browser.session
