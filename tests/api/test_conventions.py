"""What holds for every address: keys, ETags, pages, problems, limits, ids made by clients."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from accounts import permissions
from audit.models import Event
from catalog.models import Work
from foundation.tenancy import tenant_atomic
from tests import factories
from tests.api.conftest import Program

pytestmark = pytest.mark.django_db
SONG = {"kind": "recording", "title": "Blue Hour"}


def count(org):
    """Return how many works there are."""
    with tenant_atomic(org.id):
        return Work.objects.count()


def test_the_same_key_is_one_deed_and_the_same_answer(program, org):
    first = program.post("works", SONG, Idempotency_Key="k1")
    again = program.post("works", SONG, Idempotency_Key="k1")
    assert (first.status_code, again.status_code, count(org)) == (201, 201, 1)
    assert first.content == again.content
    for name in ("Location", "ETag"):
        assert first[name] == again[name]
    assert "Idempotent-Replay" in again
    assert "Idempotent-Replay" not in first


def test_the_same_key_with_another_body_is_refused(program, org):
    program.post("works", SONG, Idempotency_Key="k1")
    other = program.post("works", {**SONG, "title": "Low Tide"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert count(org) == 1


def test_another_programs_key_is_another_key(program, org):
    program.post("works", SONG, Idempotency_Key="k1")
    assert Program(org).post("works", SONG, Idempotency_Key="k1").status_code == 201
    assert count(org) == 2


def test_a_deed_without_a_key_is_refused(program, org):
    answer = program.post("works", SONG, Idempotency_Key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_needed")
    assert count(org) == 0


def test_an_id_made_by_the_client_is_kept_and_names_one_thing(program, org):
    mine = {**SONG, "id": str(uuid4())}
    assert program.post("works", mine).json()["id"] == mine["id"]
    again = program.post("works", mine)
    assert (again.status_code, again.json()["id"]) == (200, mine["id"])
    other = program.post("works", {**mine, "title": "Low Tide"})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
    assert count(org) == 1


def test_a_change_holds_against_what_was_read(program):
    address = program.post("works", SONG)["Location"]
    tag = program.get(address)["ETag"]
    change = {"title": "Blue Hour, live", "reason": "Label copy"}
    bare = program.patch(address, change)
    assert (bare.status_code, bare.json()["code"]) == (428, "if_match_needed")
    changed = program.patch(address, change, If_Match=tag)
    assert (changed.status_code, changed.json()["title"]) == (200, "Blue Hour, live")
    late = program.patch(address, {**change, "title": "Mine"}, If_Match=tag)
    assert (late.status_code, late.json()["code"]) == (412, "outdated")
    now = program.get(address)
    assert now["ETag"] == changed["ETag"] != tag
    assert program.get(address, If_None_Match=now["ETag"]).status_code == 304


def test_pages_follow_each_other_without_a_gap(program):
    for number in range(7):
        program.post("works", {**SONG, "title": f"Song {number}"})
    seen, address = [], "works?limit=3&sort=-title&kind=recording"
    while address:
        page = program.get(address).json()
        seen += [item["title"] for item in page["items"]]
        address = page["next"]
    assert seen == [f"Song {number}" for number in reversed(range(7))]


def test_a_cursor_answers_its_own_question_alone(program):
    for number in range(3):
        program.post("works", {**SONG, "title": f"Song {number}"})
    cursor = program.get("works?limit=1").json()["next"].partition("after=")[2]
    for question in ("works?sort=-title&", "works?kind=film&", "holders?"):
        assert program.get(f"{question}after={cursor}").status_code == 422
    assert program.get(f"works?limit=2&after={cursor}").status_code == 200


def test_a_list_costs_the_same_for_many_rows(program, django_assert_max_num_queries):
    for number in range(12):
        numbers = [{"kind": "own", "value": f"A-{number}"}]
        program.post("works", {**SONG, "title": f"Song {number}", "identifiers": numbers})
    with django_assert_max_num_queries(16):
        assert len(program.get("works?limit=12").json()["items"]) == 12


@pytest.mark.parametrize(
    ("body", "status", "errors"),
    [
        ({"kind": "recording"}, 422, [("/title", "missing")]),
        ({**SONG, "titel": "x"}, 422, [("/titel", "unknown")]),
        ({**SONG, "kind": "opera"}, 422, [("/kind", "not_a_choice")]),
        ({**SONG, "id": "7"}, 422, [("/id", "wrong_form")]),
        ({**SONG, "number": -1}, 422, [("/number", "wrong_form")]),
        ({**SONG, "credits": [{"artist": "", "role": "main"}]}, 422,
         [("/credits/0/artist", "too_short")]),
        ([], 422, [("", "wrong_type")]),
        ('{"kind": "recording", "title": "a\\u0000b"}', 400, None),
        ('{"kind": "recording", "title": "\\ud800"}', 400, None),
        ('{"number": 1.5}', 400, None),
        ('{"number": NaN}', 400, None),
        ('{"number": 1' + "0" * 5000 + "}", 400, None),
        ('{"title": "a", "title": "b"}', 400, None),
        ("[" * 100_000, 400, None),
        (" ", 400, None),
        (b"\xff", 400, None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(program, org, body, status, errors):
    answer = program.post("works", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    if errors is not None:
        assert [(each["path"], each["code"]) for each in problem["errors"]] == errors
    assert count(org) == 0


@pytest.mark.parametrize(
    "query", ["sort=colour", "limit=0", "limit=x", "colour=red", "kind=opera", "q=a&q=b", "q=%00"]
)
def test_a_question_that_makes_no_sense_is_refused(program, query):
    answer = program.get(f"works?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == f"?{query.partition('=')[0]}"


def test_too_much_is_refused_and_so_is_another_kind(program, org):
    big = program.post("works", json.dumps({**SONG, "subtitle": "x" * (3 << 20)}))
    assert (big.status_code, big.json()["code"]) == (413, "too_large")
    headers = {"Authorization": f"Bearer {program.token}", "Idempotency-Key": "k"}
    form = Client().post("/api/v1/works", SONG, headers=headers)
    assert (form.status_code, form.json()["code"]) == (415, "wrong_media_type")
    assert count(org) == 0


def test_who_asks_too_often_waits_and_nobody_else_does(program, org, settings):
    settings.API_LIMITS = {"read": 3, "write": 1}
    answers = [program.get("works") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert Program(org).get("works").status_code == 200


def test_a_refused_deed_leaves_nothing_but_its_refusal(org):
    reader = Program(org, ["catalog.work.view"])
    answer = reader.post("works", SONG)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert count(org) == 0
    with tenant_atomic(org.id):
        assert Event.objects.filter(refused=True).count() == 1


def test_events_are_read_in_their_order(program, org):
    from audit.services import sealing

    program.post("works", SONG)
    sealing.seal(org.id)
    page = program.get("events?limit=1").json()
    assert [each["seq"] for each in page["items"]] == [1]
    more = program.get(page["next"]).json()["items"]
    assert [each["seq"] for each in more][:1] == [2]
    assert "rights.work.registered" in [each["code"] for each in page["items"] + more]


def test_the_description_is_sound_and_tells_every_address(program):
    told = program.get("openapi.json").json()
    validate_schema(told)
    assert told["openapi"].startswith("3.1")
    work = told["components"]["schemas"]["NewWork"]
    assert work["examples"][0]["title"] == "Blue Hour"
    post = told["paths"]["/api/v1/works"]["post"]
    assert post["x-permission"] == "catalog.work.edit"
    assert "Idempotency-Key" in [each["name"] for each in post["parameters"]]


def test_the_page_about_the_api_shows_every_operation(org):
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    content = page.content.decode()
    for written in ("POST /api/v1/works", "GET /api/v1/ledger/entries", "Blue Hour"):
        assert written in content


def test_a_person_posts_a_run_only_with_a_fresh_second_factor(org):
    from tests.matrix import World
    from tests.matrix.api import _statement

    with tenant_atomic(org.id):
        run = _statement(World(org, org, {})).run_id
    analyst = factories.person(org, permissions.ANALYST)
    for fresh, status in ((False, 403), (True, 200)):
        browser = factories.sign_in(Client(), analyst, fresh=fresh)
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
        answer = browser.post(f"/api/v1/runs/{run}/post", headers=headers)
        assert answer.status_code == status
