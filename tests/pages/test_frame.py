"""The frame around pages: menus by permission, forms whose errors are said, refusals."""

import json
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import path

from foundation.pages import errors, navigation
from foundation.pages.surroundings import Surroundings
from kernel.errors import DomainError

PAGE = '{% extends "kit/base.html" %}{% block title %}Test{% endblock %}'
FORM = (
    '{% import "kit/forms.html" as forms %}'
    '<form method="post">{{ shell.csrf() }}{{ forms.fields(form) }}</form>'
)


class Refused(DomainError):
    """A refusal."""

    code = "tests_refused"
    status = 422


def refusing(request):
    """Refuse."""
    raise Refused("Version 3 is closed. Open version 4.")


def forbidding(request):
    """Forbid."""
    raise PermissionDenied("Only analysts may do this.")


def failing(request):
    """Fail."""
    raise RuntimeError("on purpose")


handler400 = "foundation.pages.errors.bad_request"
handler403 = "foundation.pages.errors.forbidden"
handler404 = "foundation.pages.errors.not_found"
handler500 = "foundation.pages.errors.failed"
urlpatterns = [
    path("forbidden/", forbidding),
    path("failing/", failing),
    path("", lambda request: HttpResponse(), name="tests_home"),
    path("things/", lambda request: render(request, "kit/base.html"), name="tests_things"),
    path("refusing/", refusing, name="tests_refusing"),
    path("help/", lambda request: HttpResponse(), name="help"),
]


@pytest.fixture
def menu(settings, monkeypatch):
    """A menu of three pages."""
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr(navigation, "_items", {})
    navigation.add(navigation.Item("tests_home", "Home", order=1))
    navigation.add(navigation.Item("tests_things", "Things", "tests.see", order=2))
    navigation.add(navigation.Item("tests_refusing", "Refusing", place="person"))


def shown(template, path="/", surroundings=None, **context):
    """Render a template for a request."""
    request = RequestFactory().get(path)
    request._messages = []
    if surroundings:
        request.surroundings = surroundings
    return engines["jinja2"].from_string(template).render(context, request)


def test_the_menu_shows_what_the_permissions_open(menu):
    seen = shown(PAGE, surroundings=Surroundings("Ana", "Harbour", frozenset({"tests.see"})))
    assert ">Home</a>" in seen
    assert ">Things</a>" in seen
    assert ">Refusing</a>" in seen
    assert "Harbour" in seen
    assert ">Things</a>" not in shown(PAGE, surroundings=Surroundings("Ana"))
    assert ">Home</a>" not in shown(PAGE)


def test_the_page_one_is_on_is_marked(menu):
    surroundings = Surroundings("Ana", codes=frozenset({"tests.see"}))
    seen = shown(PAGE, "/things/7/", surroundings)
    assert '<a href="/things/" aria-current="page">Things</a>' in seen
    assert '<a href="/">Home</a>' in seen


def test_every_page_has_landmarks_live_regions_and_a_way_to_skip(menu):
    seen = shown(PAGE)
    for part in ('href="#main"', '<main id="main"', 'id="status" role="status"', 'role="alert"'):
        assert part in seen


class Question(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(help_text="As in the contract")
    note = forms.CharField(required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label="I am sure")
    way = forms.ChoiceField(choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)


def test_errors_are_named_linked_and_tied_to_their_fields():
    seen = shown(FORM, form=Question({"name": "", "sure": "on", "way": "a"}))
    assert '<a href="#id_name">Name</a>: This field is required.' in seen
    assert 'id="id_name_error"' in seen
    assert 'aria-describedby="id_name_helptext id_name_error"' in seen
    assert 'aria-invalid="true"' in seen
    assert "Please correct this" in seen


def test_fields_have_labels_and_say_when_they_may_be_left_out():
    seen = shown(FORM, form=Question())
    assert '<label for="id_name">Name</label>' in seen
    assert '<label for="id_note">Note <span class="optional">(optional)</span></label>' in seen
    assert "<legend>Way</legend>" in seen
    assert "error-summary" not in seen
    assert 'name="csrfmiddlewaretoken"' in seen


def test_a_refusal_is_a_page_that_says_what_next(menu):
    answer = Client().get("/refusing/")
    assert answer.status_code == 422
    assert b"Version 3 is closed. Open version 4." in answer.content
    assert "HX-Request" in answer.headers["Vary"]


def test_style_sheets_and_scripts_stay_small():
    from django.contrib.staticfiles.finders import find

    kit = Path(find("kit/kit.css")).parent
    sheets, scripts = ([each.read_text() for each in kit.glob(f"*.{end}")] for end in ("css", "js"))
    assert sum(map(len, sheets)) <= 30_000
    assert sum(map(len, scripts)) <= 25_000
    assert max(len(sheet.splitlines()) for sheet in sheets) <= 400


def test_htmx_gets_a_refusal_it_can_show_in_place(menu):
    answer = Client().get("/refusing/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.content.startswith(b'<div class="notice error" role="alert"')


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere/", 404), ("/api/v1/nowhere/", 404), ("/forbidden/", 403)]
)
def test_errors_are_pages_for_people_and_problems_for_machines(menu, address, status):
    answer = Client().get(address)
    assert answer.status_code == status
    machine = address.startswith("/api/")
    assert ("problem+json" in answer.headers["Content-Type"]) is machine
    assert (b"<h1>" in answer.content) is not machine
    if machine:
        assert answer.json()["code"] == "not_found"


def test_a_failure_is_a_problem_for_machines_too(rf):
    answer = errors.failed(rf.get("/api/v1/works"))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (500, "internal_error")


def test_a_failure_is_said_without_asking_the_database(menu, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client(raise_request_exception=False).get("/failing/")
    assert answer.status_code == 500
    assert b"Something went wrong" in answer.content
    assert answer.headers["X-Request-Id"].encode() in answer.content


def test_a_form_from_elsewhere_is_refused_in_words(menu):
    answer = Client(enforce_csrf_checks=True).post("/things/")
    assert answer.status_code == 403
    assert b"This form is too old" in answer.content
