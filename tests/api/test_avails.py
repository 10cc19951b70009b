"""What is free to license, asked by a program."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SavedView
from catalog.services.works import NewWork
from foundation.models import IdempotencyKey
from foundation.tenancy import tenant_atomic
from holders.services import holders
from rights.engine.boxes import Window
from rights.engine.written import Grant
from rights.services import granting
from rights.services.registration import register_work
from territories.geography import resolver
from tests import factories
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ASKED = {
    "rights": ["svod"], "territory": "US + CA", "from": "2026-05-01", "to": "2026-12-31",
    "exclusive": True,
}  # fmt: skip


def film(org, title, **more):
    with tenant_atomic(org.id):
        return register_work(
            work=NewWork(more.pop("kind", "film"), title, **more), actor=factories.TESTS, at=NOW
        )


def sell(org, work):
    """Grant it exclusively in the US until the end of June."""
    with tenant_atomic(org.id):
        to = holders.register(kind="other", name=f"N {uuid4()}", actor=factories.TESTS, at=NOW).pk
        row = Grant(
            work_id=work.pk, clause="2.1", territory="US", right="svod", exclusive=True,
            span=resolver.resolve("US", on=NOW.date()),
            window=Window(date(2026, 1, 1), date(2026, 7, 1)),
        )  # fmt: skip
        source = granting.Source(uuid4(), 1, to, "L-1, version 1")
        granting.lock(source.license, [row])
        granting.settle(source=source, rows=[row], at=NOW)
        return source.license


def every(program, body, address="avails?limit=2"):
    """Ask page by page; return the titles' answers in order."""
    found = []
    while address:
        answer = program.post(address, body, Idempotency_Key=None)
        assert answer.status_code == 200, answer.content
        found += answer.json()["items"]
        address = answer.json()["next"]
    return found


def test_the_answer_is_the_commands_title_by_title(program, org):
    sold, free = film(org, "Sold"), film(org, "Free")
    license = sell(org, sold)
    found = every(program, ASKED)
    assert [(one["work"], one["answer"]) for one in found] == [
        (str(free.pk), "yes"), (str(sold.pk), "no"),
    ]  # fmt: skip
    out = StringIO()
    call_command(
        "avails", "--org", org.slug, "--right", "svod", "--territory", "US + CA", "--from",
        "2026-05-01", "--to", "2026-12-31", "--exclusive", "--json", stdout=out,
    )  # fmt: skip
    told = {one["work"]: one for one in json.loads(out.getvalue())["results"]}
    assert {one["work"]: one for one in found} == told
    [block] = found[1]["blocking"]
    assert (block["license"], block["by"], block["needed"]) == (str(license), None, True)


def test_pages_follow_each_other_and_a_cursor_belongs_to_its_question(program, org):
    for number in range(5):
        film(org, f"Film {number}")
    titles = [one["work"] for one in every(program, ASKED)]
    assert len(titles) == len(set(titles)) == 5
    following = program.post("avails?limit=2", ASKED).json()["next"]
    other = program.post(following, {**ASKED, "exclusive": False})
    assert (other.status_code, other.json()["errors"][0]["path"]) == (422, "?after")


def test_works_are_named_found_or_all_and_never_anothers(program, org, other_org):
    song, film_ = film(org, "Tide", kind="recording"), film(org, "Low Water", code="LW")
    hers = film(other_org, "Hers")
    asked = {**ASKED, "rights": ["any"]}
    both = {str(song.pk), str(film_.pk)}
    assert {one["work"] for one in every(program, asked)} == both
    for chosen, expected in (
        ({"kind": "film"}, film_), ({"q": "Tide"}, song), ({"code": "lw"}, film_),
    ):  # fmt: skip
        [one] = every(program, {**asked, "filter": chosen})
        assert one["work"] == str(expected.pk)
    [one] = every(program, {**asked, "works": [str(song.pk)]})
    assert one["work"] == str(song.pk)
    strange = program.post("avails", {**asked, "works": [str(song.pk), str(hers.pk)]})
    assert (strange.status_code, strange.json()["code"]) == (404, "unknown_work")
    assert strange.json()["works"] == [str(hers.pk)]
    assert {one["work"] for one in every(Program(other_org), asked)} == {str(hers.pk)}


def test_a_saved_view_of_the_works_can_be_asked_about(program, org):
    film(org, "Tide", kind="recording")
    wanted = film(org, "Low Water")
    with tenant_atomic(org.id):
        person = factories.person(org, "rights_manager")
        SavedView.objects.create(
            list=reverse("works"), name="films", label="Films", query="kind=film",
            owner=person, shared="organisation", changed_at=NOW,
        )  # fmt: skip
    [one] = every(program, {**ASKED, "filter": {"view": "films"}})
    assert one["work"] == str(wanted.pk)
    missing = program.post("avails", {**ASKED, "filter": {"view": "songs"}})
    assert (missing.status_code, missing.json()["code"]) == (404, "no_view")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"rights": ["svodd"]}, "unknown_right_type"),
        ({"rights": []}, "invalid_request"),
        ({"territory": "Germny"}, "unknown_territory"),
        ({"from": "2027-01-01"}, "bad_avails_question"),
        ({"territory": "US - US"}, "bad_avails_question"),
        ({"languages": ["D1"]}, "invalid_value"),
        ({"match": "at_least", "days": 400}, "invalid_value"),
        ({"match": "sometimes"}, "invalid_request"),
        ({"works": ["x"]}, "invalid_request"),
        ({"works": [str(uuid4())], "filter": {}}, "invalid_request"),
        ({"colour": "red"}, "invalid_request"),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
def test_what_cant_be_asked_is_a_problem(program, wrong, code):
    answer = program.post("avails", {**ASKED, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer["Content-Type"] == "application/problem+json"
    if code == "unknown_territory":
        assert answer.json()["suggestions"]


def test_a_question_needs_no_key_keeps_nothing_and_counts_as_a_read(program, org, settings):
    film(org, "Low Water")
    settings.API_LIMITS = {"read": 50, "write": 0}
    first = program.post("avails", ASKED, Idempotency_Key="k")
    sell(org, film(org, "Sold"))
    again = program.post("avails", ASKED, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(again.json()["items"]) == 2
    with tenant_atomic(org.id):
        assert not IdempotencyKey.objects.exists()
    told = program.get("openapi.json").json()["paths"]["/api/v1/avails"]["post"]
    assert "Idempotency-Key" not in [each["name"] for each in told["parameters"]]


def test_it_costs_the_same_for_many_titles_and_asks_for_the_permission(program, org):
    counts = []
    program.post("avails", ASKED)  # the world and the tree of rights are read once a process
    for more in (1, 9):
        for number in range(more):
            sell(org, film(org, f"Film {more} {number}"))
        with CaptureQueriesContext(connection) as asked:
            assert len(program.post("avails", ASKED).json()["items"])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 22
    stranger = Program(org, ["catalog.work.view"])
    assert stranger.post("avails", ASKED).status_code == 403
