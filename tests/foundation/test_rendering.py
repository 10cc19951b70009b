"""The organisation's rows are there while the view runs and while its answer is rendered."""

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import path

from accounts import permissions
from accounts.models import Organisation
from foundation import jobs
from foundation.middleware import outside_tenant
from foundation.models import Job
from foundation.tenancy import current_org, tenant_atomic
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "{% for job in jobs %}[{{ job.kind }}]{% endfor %}"


def listing(request):
    """Hand a queryset to the template that nobody has asked yet."""
    template = engines["django"].from_string(LIST)
    return TemplateResponse(request, template, {"jobs": Job.objects.order_by("kind")})


def adding(request, status):
    """Add a job, then answer with ``status`` or raise."""
    jobs.enqueue("test.added", {}, actor=request.user)
    if status == 404:
        raise Http404
    if status == 500:
        raise RuntimeError("on purpose")
    return HttpResponse(status=status)


@outside_tenant
def abroad(request):
    """Talk to the network: no transaction may be open."""
    return HttpResponse(f"{current_org()} {connection.in_atomic_block}")


urlpatterns = [
    path("jobs", listing),
    path("add/<int:status>", adding),
    path("abroad", abroad),
]


@pytest.fixture
def signed_in(settings):
    """A browser for each of two organisations that have one job each."""
    settings.ROOT_URLCONF = __name__
    browsers = []
    for slug in ("harbour", "lantern"):
        org = Organisation.objects.create(slug=slug, name=slug)
        user = factories.person(org, permissions.LEGAL)
        with tenant_atomic(org.id):
            jobs.enqueue(f"of.{slug}", {}, actor=user)
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        session = browser.session
        session["org"] = str(org.id)
        session.save()
        browsers.append((browser, org))
    return browsers


def kinds(org):
    """Return the kinds of all jobs of an organisation."""
    with tenant_atomic(org.id):
        return sorted(Job.objects.values_list("kind", flat=True))


def test_a_template_rendered_after_the_view_sees_the_organisations_rows_alone(signed_in):
    (harbour, _), (lantern, _) = signed_in
    assert harbour.get("/jobs").content == b"[of.harbour]"
    assert lantern.get("/jobs").content == b"[of.lantern]"


def test_without_an_organisation_there_are_no_rows(signed_in):
    assert Client().get("/jobs").content == b""


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (422, True), (503, False)])
def test_an_answer_of_the_servers_failure_rolls_back(signed_in, status, kept):
    browser, org = signed_in[0]
    assert browser.get(f"/add/{status}").status_code == status
    assert ("test.added" in kinds(org)) is kept


@pytest.mark.parametrize("status", [404, 500])
def test_an_exception_rolls_back_whatever_answer_it_becomes(signed_in, status):
    browser, org = signed_in[0]
    assert browser.get(f"/add/{status}").status_code == status
    assert kinds(org) == ["of.harbour"]


def test_a_view_that_opts_out_has_no_organisation_and_no_transaction(signed_in):
    assert signed_in[0][0].get("/abroad").content == b"None False"
