"""What waits, decided in the browser: money by cause, one exception, rules and undoing them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import permissions
from catalog.services import identifiers
from foundation import jobs
from foundation.tenancy import tenant_atomic
from royalties.models import MatchKey, MatchRule, SalesException
from royalties.selectors import causes, matching
from royalties.services import rematching, runs
from tests import factories
from tests.royalties import world
from tests.royalties.test_statement_pages import links, text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
ODD = [
    {"isrc": "QZ1110000098", "title": "Nobody's Song", "artist": "Nobody", "amount": 700},
    {"title": "Low Tide", "artist": "Somebody", "amount": 50, "currency": "EUR"},
    {"amount": 5, "currency": "EUR"},
]


@pytest.fixture
def sold(org, tmp_path):
    """Sales of which three names wait beside 'Blue Houre' (25.00 USD)."""
    with tenant_atomic(org.id):
        works = world.catalogue()
        world.signed(world.DEAL)
        world.sales(tmp_path, [*world.LINES, *ODD])
        return works


@pytest.fixture
def analyst(org):
    return factories.sign_in(Client(), factories.person(org, permissions.ANALYST))


def key_of(org, title):
    with tenant_atomic(org.id):
        return SalesException.objects.filter(title=title)[0].fingerprint


def test_money_is_at_stake_by_cause_and_a_cause_narrows_the_list(analyst, org, sold):
    page = analyst.get("/exceptions/")
    shown = text(page)
    assert "Number in no catalogue 2 exceptions, 32.00 USD" in shown
    assert "Title in no catalogue 1 exception, 0.50 EUR" in shown
    assert "Known title, unknown number 1" not in shown
    assert "Largest: Blue Houre, 25.00 USD" in shown
    [one] = links(page, "cause=untitled")
    narrowed = text(analyst.get(one))
    assert "1 exception" in narrowed
    assert "Somebody" in narrowed


def test_every_doubt_that_matching_says_has_its_cause():
    texts = {name: [""] for name in ("isrc", "iswc", "upc", "own", "title", "artist")}
    doubts = [
        "ISRC A names several works.",
        "ISRC and own number name different works.",
        "The product is known, ISRC A isn't.",
        "ISRC A is in no catalogue.",
        "The line names no work.",
        "No work of that title by that artist.",
        "2 works of that title by that artist.",
        "Title and artist are known, ISRC A isn't.",
        "A decision was undone.",
    ]
    assert matching._by_title({n: v[0] for n, v in texts.items()}, []).doubt in doubts
    for doubt in doubts:
        told = SalesException(doubt=doubt)
        fits = [each.name for each in causes.CAUSES if _holds(each.where, told)]
        assert len(fits) == 1, doubt


def _holds(where, row):
    [(name, value)] = where.children
    _, _, how = name.partition("__")
    test = {"endswith": str.endswith, "startswith": str.startswith, "": str.__eq__}[how]
    return test(row.doubt, value)


def test_an_exception_shows_lines_and_works_and_a_choice_shows_what_moves(analyst, org, sold):
    address = f"/exceptions/{key_of(org, 'Blue Houre')}/"
    page = analyst.get(address)
    assert "QZ1110000099" in text(page)
    assert "partner.csv 4 Tide US stream 1 25.00 USD" in text(page)
    choice = next(link for link in links(page, "work=") if str(sold[0].pk) in link)
    chosen = text(analyst.get(choice))
    assert "It is Blue Hour by Kestrel, W-1" in chosen
    assert "1 line with 25.00 USD moves to this work" in chosen
    assert "partner.csv 2026-Q1 1 25.00 USD Counts in its period" in chosen
    assert "Low Tide" in text(analyst.get(f"{address}?q=low+tide"))
    assert "No work is found" in text(analyst.get(f"{address}?q=zzzzqqqq"))


def test_a_decision_becomes_a_rule_and_undoing_it_brings_the_lines_back(analyst, org, sold):
    key = key_of(org, "Blue Houre")
    sent = {"work": str(sold[0].pk), "lines": "1", "reason": "Misspelt"}
    assert analyst.post(f"/exceptions/{key}/", sent).status_code == 302
    with tenant_atomic(org.id):
        assert not SalesException.objects.filter(fingerprint=key).exists()
        rule = MatchRule.objects.get()
    assert "Blue Houre" in text(analyst.get("/exceptions/rules/"))
    shown = text(analyst.get(f"/exceptions/rules/{rule.pk}/"))
    assert "Lines under it 1 Their money 25.00 USD" in shown
    assert analyst.post(f"/exceptions/rules/{rule.pk}/", {"reason": "Wrong"}).status_code == 302
    with tenant_atomic(org.id):
        assert SalesException.objects.filter(fingerprint=key).exists()
    assert "undone" in text(analyst.get("/exceptions/rules/?state=undone"))


def test_lines_that_came_since_stop_the_decision(analyst, org, sold):
    key = key_of(org, "Blue Houre")
    answer = analyst.post(f"/exceptions/{key}/", {"work": str(sold[0].pk), "lines": "7"})
    assert answer.status_code == 409
    assert "Other lines have come since you looked" in text(answer)
    assert analyst.post(f"/exceptions/{key}/", {"work": "x", "lines": "1"}).status_code == 422
    with tenant_atomic(org.id):
        assert not MatchRule.objects.exists()


def test_posted_lines_cant_be_undone_but_move(analyst, org, sold):
    key = key_of(org, "Blue Houre")
    analyst.post(f"/exceptions/{key}/", {"work": str(sold[0].pk), "lines": "1"})
    with tenant_atomic(org.id):
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)
        rule = MatchRule.objects.get()
    assert "it can't be undone" in text(analyst.get(f"/exceptions/rules/{rule.pk}/"))
    assert analyst.post(f"/exceptions/rules/{rule.pk}/", {}).status_code == 409
    moved = text(analyst.get(f"/exceptions/{key}/?work={sold[1].pk}"))
    assert "Posted: moves from one work to the other in the open period" in moved
    sent = {"work": str(sold[1].pk), "lines": "1"}
    assert analyst.post(f"/exceptions/{key}/", sent).status_code == 302
    again = text(analyst.get(f"/exceptions/{key}/?work={sold[1].pk}"))
    assert "counted as this work already" in again


def test_looking_again_is_a_job_that_says_how_many_it_found(analyst, org, sold):
    with tenant_atomic(org.id):
        identifiers.add(work_id=sold[0].pk, kind="isrc", value="QZ1110000099", actor=BY, at=NOW)
    assert analyst.post("/exceptions/again/").status_code == 302
    assert "Looking" in text(analyst.get("/exceptions/again/"))
    with tenant_atomic(org.id):
        job = rematching.latest()
    assert jobs.work(org.id, job.pk) == "done"
    assert "1 name found its work" in text(analyst.get("/exceptions/again/"))
    with tenant_atomic(org.id):
        assert MatchKey.objects.open().count() == len(ODD)


def test_the_lists_cost_as_many_queries_for_many_rows_as_for_one(analyst, org, sold, tmp_path):
    def cost(path):
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert analyst.get(path).status_code == 200
        return len(counted)

    cost("/exceptions/")  # the first request fills what later ones keep
    few = cost("/exceptions/")
    with tenant_atomic(org.id):
        more = [{"title": f"T{n}", "artist": "A", "amount": n + 1} for n in range(40)]
        world.sales(tmp_path, more, name="more.csv")
        keys = list(SalesException.objects.values_list("fingerprint", flat=True)[:20])
    assert cost("/exceptions/") == few
    analyst.post(f"/exceptions/{keys[0]}/", {"work": str(sold[0].pk), "lines": "1"})
    one = cost("/exceptions/rules/")
    for key in keys[1:]:
        analyst.post(f"/exceptions/{key}/", {"work": str(sold[0].pk), "lines": "1"})
    assert cost("/exceptions/rules/") == one


@pytest.fixture
def waiting(org, sold):
    """The keys of what waits, by title."""
    with tenant_atomic(org.id):
        return {row.title: row for row in SalesException.objects.all()}


def together(analyst, rows, **sent):
    sent = {"list": "/exceptions/", "row": [str(row.pk) for row in rows], **sent}
    return analyst.post("/exceptions/together/", sent)


def lines_of(rows):
    return {f"lines-{row.fingerprint}": row.lines for row in rows}


def test_several_are_shown_with_their_likeliest_works_and_the_clear_ones_picked(
    analyst, sold, waiting
):
    page = together(analyst, waiting.values())
    shown = page.content.decode()
    assert "Nothing is done yet" in text(page)
    assert f'<option value="{sold[0].pk}" selected>' in shown
    assert f'<option value="{sold[1].pk}">' in shown  # Low Tide by Somebody else
    assert 'list="id_work-offered"' in shown
    with CaptureQueriesContext(connection) as few:
        together(analyst, [waiting["Blue Houre"]])
    with CaptureQueriesContext(connection) as many:
        together(analyst, waiting.values())
    assert len(many) == len(few)


def test_what_is_picked_is_decided_at_once_and_the_rest_waits(analyst, org, sold, waiting):
    rows = [waiting["Blue Houre"], waiting["Low Tide"]]
    sent = {**lines_of(rows), f"work-{rows[0].fingerprint}": sold[0].pk, "reason": "Misspelt"}
    answer = together(analyst, rows, sure="1", **sent)
    assert answer.status_code == 302
    assert "Decided: 1 exception, 1 line." in text(analyst.get("/exceptions/"))
    with tenant_atomic(org.id):
        assert MatchRule.objects.get().work_id == sold[0].pk
        left = set(SalesException.objects.values_list("title", flat=True))
    assert left == set(waiting) - {"Blue Houre"}


def test_all_of_them_are_one_work_when_that_is_said(analyst, org, sold, waiting):
    rows = [waiting["Blue Houre"], waiting["Nobody's Song"]]
    wrong = together(analyst, rows, sure="1", work="zzzzqqqq", **lines_of(rows))
    assert wrong.status_code == 422
    assert "No work has this title, code or number." in text(wrong)
    near = together(analyst, rows, sure="1", work="Blue Houre", **lines_of(rows))
    assert near.status_code == 422  # only near to a title: whose money it is, is asked
    assert "Which one? Blue Hour" in text(near)
    together(analyst, rows, sure="1", work="W-2", **lines_of(rows))
    with tenant_atomic(org.id):
        assert set(MatchRule.objects.values_list("work_id", flat=True)) == {sold[1].pk}
        assert MatchRule.objects.count() == 2


def test_lines_that_came_since_stop_every_decision(analyst, org, sold, waiting):
    rows = [waiting["Blue Houre"], waiting["Low Tide"]]
    sent = lines_of(rows) | {f"lines-{rows[1].fingerprint}": 7}
    picked = {f"work-{row.fingerprint}": sold[0].pk for row in rows}
    assert together(analyst, rows, sure="1", **sent, **picked).status_code == 409
    with tenant_atomic(org.id):
        assert not MatchRule.objects.exists()


def test_a_work_that_is_gone_leaves_all_of_them_waiting(analyst, org, sold, waiting):
    rows = [waiting["Blue Houre"], waiting["Low Tide"]]
    works = {rows[0].fingerprint: sold[0].pk, rows[1].fingerprint: rows[0].pk}
    picked = {f"work-{key}": work for key, work in works.items()}
    assert together(analyst, rows, sure="1", **lines_of(rows), **picked).status_code == 404
    with tenant_atomic(org.id):
        assert not MatchRule.objects.exists()
