"""The list of works: licensed out, until soon, from later on, or not; column and filter agree."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Work
from foundation.tenancy import tenant_atomic
from rights.selectors import licensed
from tests import factories
from tests.licenses.world import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_each_work_says_how_it_is_licensed_and_the_list_is_narrowed_by_it(org):
    today = timezone.now().date()
    near, far = today + licensed.SOON - DAY, today + licensed.SOON
    terms = {
        "NOW": [(today - DAY, far)],
        "ENDS": [(today - DAY, near)],
        "LATER": [(today + DAY, far)],
        "OVER": [(today - 9 * DAY, today - DAY)],
        "NEVER": [],
        "TAKES-OVER": [(today - DAY, near), (near + DAY, far + 9 * DAY)],
    }
    with tenant_atomic(org.id):
        world = World(org)
        for code, windows in terms.items():
            world.film(code, title=code)
            for number, (first, last) in enumerate(windows):
                term = {"start": first.isoformat(), "end": last.isoformat()}
                grant = World.grant(works=[code])
                document = world.document(f"L-{code}-{number}", term=term, grants=[grant])
                world.sign(document, at=timezone.now())
    browser = factories.sign_in(Client(), world.legal)
    expected = {
        "now": {"NOW", "TAKES-OVER"},
        "ends": {"ENDS"},
        "later": {"LATER"},
        "not": {"OVER", "NEVER"},
    }
    with tenant_atomic(org.id):
        ids = dict(Work.objects.values_list("pk", "code"))
        said = {ids[key]: state for key, state in licensed.of_works(ids, on=today).items()}
        narrowed = {
            state: set(
                Work.objects.filter(licensed.stands(state, on=today)).values_list("code", flat=True)
            )
            for state in expected
        }
    assert narrowed == expected
    assert said == {code: s for s, codes in expected.items() for code in codes if s != "not"}
    page = browser.get("/works/?licensed=ends").content.decode()
    assert "Ends within 90 days" in page
    assert ">ENDS<" in page
    assert ">LATER<" not in page
