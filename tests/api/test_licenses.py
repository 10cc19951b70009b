"""Licences by programs: drafts with their own ids, changes held against what was read, asking."""

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import ChangeRequest
from foundation.tenancy import tenant_atomic
from licenses.management.commands.import_license import DocumentUnreadable
from licenses.models import Instalment, License, LicenseVersion
from licenses.services.registering import InTheWay
from tests.licenses.world import World

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
WHY = {"reason": "The long form of 5 January"}


@pytest.fixture
def world(org):
    with tenant_atomic(org.id):
        made = World(org)
        made.work = made.film()
        made.document(licensee="NORD")
    return made


def written(world, **more):
    """Return a document with two instalments."""
    with tenant_atomic(world.org.id):
        return world.document(
            fee="100.00",
            instalments=[
                {"label": "Signature", "due": (TODAY - timedelta(days=3)).isoformat(),
                 "amount": "60.00"},
                {"label": "Delivery", "due": "2031-01-31", "amount": "40.00"},
            ],
            **more,
        )  # fmt: skip


def signed(world, **more):
    """Return the address of a licence in force."""
    with tenant_atomic(world.org.id):
        return f"licenses/{world.sign(written(world, **more), at=timezone.now()).pk}"


def test_a_draft_is_made_once_under_the_programs_id(program, world):
    sent = {"id": str(uuid4()), "document": written(world)}
    made = program.post("licenses", sent)
    assert (made.status_code, made.json()["id"]) == (201, sent["id"])
    assert made["Location"].endswith(sent["id"])
    assert made.json()["status"] == "pending"
    assert [one["number"] for one in made.json()["versions"]] == [1]
    assert made.json()["work_count"] == 1
    again = program.post("licenses", sent)
    assert (again.status_code, again.json()) == (200, made.json())
    other = program.post("licenses", {**sent, "document": written(world, title="Other")})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
    taken = program.post("licenses", {"document": written(world)})
    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    with tenant_atomic(world.org.id):
        assert LicenseVersion.objects.count() == 1


def test_a_draft_changes_only_as_it_was_read_and_keeps_its_code(program, world):
    address = f"licenses/{program.post('licenses', {'document': written(world)}).json()['id']}"
    tag = program.get(address)["ETag"]
    sent = {"document": written(world, title="Renamed")}
    assert program.patch(address, sent).status_code == 428
    done = program.patch(address, sent, If_Match=tag)
    assert (done.status_code, done.json()["title"]) == (200, "Renamed")
    assert program.patch(address, sent, If_Match=tag).status_code == 412
    strange = program.patch(address, {"document": written(world, code="L-9")}, If_Match="*")
    assert (strange.status_code, strange.json()["code"]) == (409, "license_refused")
    assert "keeps its code" in strange.json()["detail"]
    version = program.get(f"{address}/versions/1").json()
    assert version["document"]["title"] == "Renamed"
    assert version["works"] == [str(world.work.pk)]
    assert any(line.startswith("Clause 2.1: grants svod in US") for line in version["terms"])
    assert program.get(f"{address}/versions/2").status_code == 404


def test_faults_have_their_places_and_a_check_keeps_nothing(program, world):
    wrong = {**written(world), "fee": "7.00", "term": {"start": "soon", "end": None}}
    refused = program.post("licenses", {"document": wrong})
    paths = {one["path"] for one in refused.json()["errors"]}
    assert (refused.status_code, paths) == (422, {"/document/instalments", "/document/term/start"})
    checked = program.post("licenses/check", {"document": wrong}).json()
    assert {one["path"] for one in checked["problems"]} == {"/instalments", "/term/start"}
    fine = program.post("licenses/check", {"document": written(world)}).json()
    assert (fine["problems"], fine["obstacles"]) == ([], [])
    assert "Term: from 2026-01-01 to 2026-12-31" in fine["terms"]
    with tenant_atomic(world.org.id):
        assert not License.objects.exists()


def test_what_stands_in_the_way_is_told_before_and_refused_at_the_asking(program, world):
    signed(world)
    second = written(world, code="L-2", licensee="SUED")
    [obstacle] = program.post("licenses/check", {"document": second}).json()["obstacles"]
    assert (obstacle["code"], obstacle["clause"]) == ("sold_exclusively", "2.1")
    address = f"licenses/{program.post('licenses', {'document': second}).json()['id']}"
    refused = program.post(f"{address}/signature", WHY, If_Match="*")
    assert (refused.status_code, refused.json()["code"]) == (409, "license_in_the_way")
    assert refused.json()["obstacles"][0]["clause"] == "2.1"
    breach = {**WHY, "breach": "The first licensee agreed by letter"}
    asked = program.post(f"{address}/signature", breach, If_Match=program.get(address)["ETag"])
    assert (asked.status_code, asked.json()["state"]) == (201, "pending")


def test_a_signature_an_amendment_and_an_end_are_asked_for_and_done_by_another(program, world):
    address = f"licenses/{program.post('licenses', {'document': written(world)}).json()['id']}"
    assert program.post(f"{address}/signature", WHY).status_code == 428

    def ask(deed, sent):
        told = program.post(f"{address}/{deed}", sent, If_Match=program.get(address)["ETag"])
        assert told.status_code == 201, told.json()
        with tenant_atomic(world.org.id):
            world.approve(ChangeRequest.objects.get(pk=told.json()["id"]), at=timezone.now())

    ask("signature", WHY)
    assert program.get(address).json()["in_force"] == 1
    amended = written(world, title="With Canada", grants=[world.grant(territory="US + CA")])
    tag = program.get(address)["ETag"]
    draft = program.patch(address, {"document": amended}, If_Match=tag).json()
    assert [one["number"] for one in draft["versions"]] == [1, 2]
    assert (draft["in_force"], draft["title"]) == (1, "Licence L-1")
    ask("signature", {"reason": "Amendment 1"})
    assert program.get(address).json()["title"] == "With Canada"
    ask("termination", {"last_day": (TODAY - timedelta(days=1)).isoformat(), **WHY})
    assert program.get(address).json()["status"] == "terminated"


def test_an_instalment_is_paid_in_parts_and_once(program, world):
    address = signed(world)
    first, second = program.get(address).json()["instalments"]
    assert (first["state"], second["state"]) == ("overdue", "later")
    pay = f"{address}/instalments/{first['id']}/payments"
    sent = {"paid_on": TODAY.isoformat(), "reference": "Bank 14"}
    part = program.post(pay, {**sent, "amount": "20"}, If_Match=program.get(address)["ETag"])
    assert part.status_code == 200
    assert (part.json()["instalments"][0]["left"], part.json()["instalments"][0]["state"]) == (
        "40",
        "overdue",
    )
    more = program.post(pay, {**sent, "amount": "40.01"}, If_Match="*")
    assert (more.status_code, more.json()["code"]) == (409, "license_refused")
    done = program.post(pay, sent, If_Match=program.get(address)["ETag"])
    assert done.status_code == 200
    paid = done.json()["instalments"][0]
    assert (paid["state"], paid["paid_on"]) == ("paid", TODAY.isoformat())
    assert [one["amount"] for one in paid["payments"]] == ["20", "40"]
    again = program.post(pay, sent, If_Match="*")
    assert (again.status_code, again.json()["code"]) == (409, "license_refused")
    strange = f"{address}/instalments/{uuid4()}/payments"
    assert program.post(strange, sent, If_Match="*").status_code == 404
    with tenant_atomic(world.org.id):
        assert Instalment.objects.exclude(paid_on=None).count() == 1
    back = f"{address}/payments/{paid['payments'][1]['id']}/reversal"
    open_again = program.post(back, WHY, If_Match="*").json()["instalments"][0]
    assert (open_again["left"], open_again["paid_on"]) == ("40", None)
    assert [one["taken_back"] for one in open_again["payments"]] == [None, WHY["reason"]]
    assert program.post(back, WHY, If_Match="*").status_code == 409


def test_a_renewal_is_declined(program, world):
    term = {"start": "2026-01-01", "end": (TODAY + timedelta(days=90)).isoformat()}
    address = signed(world, term=term, renewal={"months": 12})
    assert program.get(address).json()["renews"]
    done = program.post(f"{address}/decline", WHY, If_Match=program.get(address)["ETag"])
    assert (done.status_code, done.json()["renews"]) == (200, False)


def test_the_list_narrows_as_the_page_does_at_the_same_price(
    program, world, django_assert_max_num_queries
):
    last = TODAY + timedelta(days=20)
    signed(world, term={"start": "2026-01-01", "end": last.isoformat()})
    two = {"code": "L-2", "licensee": "SUED", "grants": [world.grant(territory="DE")]}
    signed(world, **two, term={"start": "2026-01-01", "end": None})
    with tenant_atomic(world.org.id):
        nord = License.objects.get(code="L-1").licensee_id
    for query, codes in {
        "": ["L-1", "L-2"],
        "?sort=-code": ["L-2", "L-1"],
        "?soon=30": ["L-1"],
        "?status=active": ["L-1", "L-2"],
        "?status=expired": [],
        "?right=video_on_demand": ["L-1", "L-2"],
        "?territory=EU": ["L-2"],
        f"?licensee={nord}": ["L-1"],
        "?licensee=sued": ["L-2"],
        f"?work={world.work.pk}": ["L-1", "L-2"],
        f"?ends_from={last}&ends_to={last}": ["L-1"],
        f"?ends_from={last + timedelta(days=1)}": [],
        "?q=L-2": ["L-2"],
    }.items():
        with django_assert_max_num_queries(30):
            items = program.get(f"licenses{query}").json()["items"]
        assert [one["code"] for one in items] == codes, query
    page = program.get("licenses?limit=1").json()
    assert [one["code"] for one in program.get(page["next"]).json()["items"]] == ["L-2"]
    assert program.get("licenses?territory=Atlantis").status_code == 422


def test_the_neighbours_licence_is_nowhere(program, world, other_org):
    address = signed(world)
    from tests.api.conftest import Program

    strange = Program(other_org)
    assert strange.get(address).status_code == 404
    assert strange.get("licenses").json()["items"] == []


def told(*arguments, org):
    """Return what the command answers as JSON."""
    out = StringIO()
    call_command("import_license", *arguments, "--org", org.slug, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_enters_a_file_and_asks(world, tmp_path, capsys):
    file = tmp_path / "licence.json"
    file.write_text(json.dumps(written(world)))
    answer = told(str(file), org=world.org)
    assert (answer["license"], answer["version"], answer["in_the_way"]) == ("L-1", 1, [])
    assert answer["change_request"] is None
    asked = told(str(file), "--ask", "Deal done", "--by", world.legal.email, org=world.org)
    assert asked["change_request"]
    signed(world, code="L-3")
    second = tmp_path / "second.json"
    second.write_text(json.dumps(written(world, code="L-2", licensee="SUED")))
    call_command("import_license", str(second), "--org", world.org.slug)
    assert "in the way: sold exclusively by L-3" in capsys.readouterr().out
    with pytest.raises(InTheWay):
        told(str(second), "--ask", "x", "--by", world.legal.email, org=world.org)


@pytest.mark.parametrize("text", ["[]", "{", '{"fee": 1.5}', '{"a": "1", "a": "2"}'])
def test_the_command_refuses_what_is_no_document(world, tmp_path, text):
    file = tmp_path / "licence.json"
    file.write_text(text)
    with pytest.raises(DocumentUnreadable):
        told(str(file), org=world.org)
    with pytest.raises(DocumentUnreadable):
        told(str(tmp_path / "none.json"), org=world.org)


def test_a_compliance_report_is_read_by_licensee_and_period(program, world):
    path = signed(world)
    told = program.get("compliance?licensee=NORD&period=2026")
    assert told.status_code == 200
    sections = told.json()["sections"]
    assert [one["license"] and f"licenses/{one['license']}" for one in sections] == [path, None]
    late = [one["code"] for section in sections for one in section["findings"]]
    assert "reports_not_expected" in late
    nobody = program.get("compliance?licensee=NOBODY&period=2026")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "no_licensee")
    assert program.get("compliance?licensee=NORD&period=soon").status_code == 422
    assert program.get("compliance?licensee=NORD&period=0000").status_code == 422
    assert program.get("compliance?licensee=NORD").status_code == 422
