"""Tables of claims, shares and rates: rows become claims, come out and back, and go again."""

from fractions import Fraction

import pytest

from foundation.tenancy import tenant_atomic
from rights.models import Claim, Share
from rights.selectors import claims as registry
from territories.models import OrgRate
from tests.integrations.test_tables import Desk, as_csv, figures
from tests.royalties.test_statement_pages import text as desk_text

pytestmark = pytest.mark.django_db
WORKS = "code,kind,title,isrc\nR1,recording,Blue Hour,USRC17607839\nR2,recording,Low Tide,\n"
HOLDERS = "code,kind,name,ipi\nANA,artist,Ana Kestrel,00014107338\nTIDE,label,Tide Records,\n"
CLAIMS = (
    "Work,Right type,Territory,From,To,Holder,Share,Source,Reason\n"
    "USRC17607839,master,EU - IT,2026-01-01,2027-12-31,ANA,1/3,contract,\n"
    "R1,master,EU - IT,2026-01-01,2027-12-31,Tide Records,66.6666666667 %,contract,\n"
    "R2,master,WORLD,,,14107338,1/3,contract,\n"
    "R2,master,WORLD,,,TIDE,2/3,contract,\n"
)
SOUND = CLAIMS.replace("66.6666666667 %", "2/3")
RATES = (
    "territory,right_type,starts,ends,kind,value,per_minute,currency,basis,source\n"
    "DE,mechanical_physical,2026-01-01,,percent,8.5,,,ppd,Tariff VR\n"
    "US,mechanical_physical,2026-01-01,2026-12-31,per_unit,0.131,0.0252,USD,,CRB\n"
)


@pytest.fixture
def desk(org, settings, tmp_path):
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    found = Desk(org)
    found.taken("works", WORKS)
    found.taken("holders", HOLDERS)
    return found


def held(desk, code):
    with tenant_atomic(desk.org.id):
        rows = Claim.objects.known_at().exclude(source="default").filter(work__code=code)
        return [
            (row.written, {s.holder.code: Fraction(s.parts, row.parts_total) for s in shares})
            for row in rows
            for shares in [Share.objects.filter(claim=row).select_related("holder")]
        ]


def test_rows_become_claims_and_shares_that_are_not_the_whole_name_their_rows(desk):
    row = desk.checked("claims", CLAIMS)
    assert figures(row) == (1, 0, 0, 2)
    assert "rows 2, 3 sum to" in desk.see(row)
    row = desk.taken("claims", SOUND)
    assert row.state == "taken"
    assert figures(row) == (2, 0, 0, 0)
    thirds = {"ANA": Fraction(1, 3), "TIDE": Fraction(2, 3)}
    assert held(desk, "R1") == [("EU - IT", thirds)]
    assert held(desk, "R2") == [("WORLD", thirds)]


def test_the_same_table_again_changes_nothing(desk):
    desk.taken("claims", SOUND)
    assert figures(desk.checked("claims", SOUND)) == (0, 0, 2, 0)


def test_claims_go_out_and_come_back_with_what_changed_from_and_to(desk):
    desk.taken("claims", SOUND)
    rows = desk.standing("claims")
    assert [one["holder_name"] for one in rows[:2]] == ["Ana Kestrel", "Tide Records"]
    assert figures(desk.checked("claims", as_csv(rows))) == (0, 0, 2, 0)
    for one in rows:
        if one["work"] == "R1":
            one["share"] = "50 %"
    row = desk.checked("claims", as_csv(rows))
    assert figures(row) == (0, 1, 1, 0)
    assert "Share 1/3; 2/3 1/2; 1/2" in desk.see(row)
    desk.browser.post(f"/tables/{row.pk}/take/")
    assert desk.worked(row).state == "taken"
    assert held(desk, "R1")[0][1] == {"ANA": Fraction(1, 2), "TIDE": Fraction(1, 2)}
    stale = desk.checked("claims", as_csv([one | {"share": "1/2"} for one in rows]))
    assert stale.counted()["wrong"] == 2
    assert "changed since this table was written" in desk.see(stale)


def test_a_workbook_of_what_is_there_comes_back_as_it_was(desk):
    desk.taken("claims", SOUND)
    desk.taken("rates", RATES)
    for target, count in (("claims", 2), ("rates", 2), ("works", 2), ("holders", 2)):
        content = desk.browser.get(f"/tables/standing/?of={target}&as=xlsx").content
        assert content[:2] == b"PK"
        assert figures(desk.checked(target, content)) == (0, 0, count, 0)


def test_claims_of_a_table_are_taken_back_unless_later_claims_lie_on_them(desk):
    row = desk.taken("claims", SOUND)
    back = {"reason": "Wrong table"}
    lines = ("ANA,1/3", "TIDE,2/3")
    more = [
        SOUND.splitlines()[0],
        *(f"R2,master,DE,,,{each},contract,Side letter" for each in lines),
    ]
    above = desk.taken("claims", "\n".join(more))
    refused = desk.browser.post(f"/tables/{row.pk}/take-back/", back)
    assert refused.status_code == 409
    assert len(held(desk, "R2")) == 2
    assert desk.browser.post(f"/tables/{above.pk}/take-back/", back).status_code == 302
    assert desk.browser.post(f"/tables/{row.pk}/take-back/", back).status_code == 302
    assert held(desk, "R1") == held(desk, "R2") == []
    with tenant_atomic(desk.org.id):
        live = registry.of_work(Claim.objects.first().work_id, on=None)
        assert {one.source for one in live} == {"default"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("NONE,master,WORLD,,,ANA,100,contract,", "There is no work 'NONE' here"),
        ("R1,master,WORLD,,,Nobody,100,contract,", "There is no holder 'Nobody' here"),
        ("R1,master,Atlantis,,,ANA,100,contract,", "Atlantis"),
        ("R1,opera,WORLD,,,ANA,100,contract,", "'opera' is no right type"),
        ("R1,book,WORLD,,,ANA,100,contract,", "has no such right"),
        ("R1,master,WORLD,31.12.2026,,ANA,100,contract,", "like 2026-01-31"),
        ("R1,master,WORLD,2027-01-01,2026-01-01,ANA,100,contract,", "before the first"),
        ("R1,master,WORLD,,,ANA,all,contract,", "is no share"),
        ("R1,master,WORLD,,,ANA,99.99,contract,", "sum to 9999/10000"),
        ("R1,master,WORLD,,,ANA,100,default,", "is none of"),
        ("R1,master,WORLD,,,ANA,50,contract,\nR1,master,WORLD,,,ANA,50,contract,", "twice"),
        ("R1,master,EU,,,ANA,100,contract,\nR1,master,DE,,,TIDE,100,contract,", "In the way"),
        ("R1,master,WORLD,,,=cmd|' /C calc'!A0,100,contract,", "There is no holder"),
    ],
)
def test_what_is_wrong_with_a_claim_is_said_and_nothing_is_taken(desk, line, words):
    row = desk.checked("claims", SOUND.splitlines()[0] + "\n" + line + "\n")
    assert row.counted()["wrong"] > 0
    assert words in desk.see(row)
    assert held(desk, "R1") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.xlsx", b"PK\x03\x04 broken"),
        ("c.csv", b""),
        ("c.csv", b"\xff\xfe\x00"),
        ("c.csv", b"\n"),
    ],
)
def test_files_that_are_no_tables_are_refused(desk, name, content):
    assert desk.bring("claims", content, name).status_code == 422


OVER = (
    "Work,Right type,Territory,Holder,Share,Source,Reason\n"
    "R2,master,DE,{},100,contract,Local contract\n"
)


def test_no_table_overrides_a_claim_alone(desk):
    desk.taken("claims", SOUND)
    row = desk.checked("claims", OVER.format("ANA"))
    assert figures(row) == (0, 0, 0, 1)
    assert "somebody else has to approve it. Leave its rows out" in desk.see(row)
    assert len(held(desk, "R2")) == 1


def test_no_table_hides_an_override_behind_a_change_of_what_it_overrides(desk):
    desk.taken("claims", SOUND)
    rows = desk.standing("claims")
    for each in rows:
        each["source_ref"] = "Contract 7" if each["work"] == "R2" else ""
    first = {**dict.fromkeys(rows[0], ""), "work": "R2", "right_type": "master", "share": "100"}
    first |= {"territory": "DE", "holder": "ANA", "source": "contract", "reason": "Local"}
    first["source_ref"] = "Contract 7"
    row = desk.checked("claims", as_csv([first, *rows]))
    assert "somebody else has to approve it" in desk.see(row)
    assert len(held(desk, "R2")) == 1


def test_a_correction_by_table_overrides_nothing_alone(desk):
    desk.taken("claims", SOUND)
    narrow = OVER.format("ANA").replace("DE", "US").replace(",100,", ",1/3,")
    desk.taken("claims", narrow + "R2,master,US,TIDE,2/3,contract,Local contract\n")
    rows = [each for each in desk.standing("claims") if each["territory"] == "US"]
    rows[0]["share"], rows[1]["share"] = "2/3", "1/3"
    row = desk.checked("claims", as_csv(rows))
    assert figures(row)[:3] == (0, 0, 0)
    assert "somebody else has to approve it" in desk.see(row)


def test_rates_come_change_and_go(desk):
    row = desk.taken("rates", RATES)
    assert figures(row) == (2, 0, 0, 0)
    rows = desk.standing("rates")
    rows[0]["value"] = "9"
    changed = desk.taken("rates", as_csv(rows))
    assert figures(changed) == (0, 1, 1, 0)
    with tenant_atomic(desk.org.id):
        assert OrgRate.objects.known_at().get(territory="DE").value == 9
        assert OrgRate.objects.filter(territory="DE").count() == 2
    back = {"reason": "Wrong table"}
    assert desk.browser.post(f"/tables/{row.pk}/take-back/", back).status_code == 409
    for each in (changed, row):
        answer = desk.browser.post(f"/tables/{each.pk}/take-back/", back)
        assert answer.status_code == 302, desk_text(answer)
    with tenant_atomic(desk.org.id):
        assert not OrgRate.objects.known_at().exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("EU,mechanical_physical,2026-01-01,,percent,8,,,ppd,T", "is a group"),
        ("DE,mechanical_physical,2026-01-01,,percent,8,,EUR,ppd,T", "has no currency"),
        ("DE,mechanical_physical,2026-01-01,,per_unit,8,,,,T", "currency"),
        ("DE,mechanical_physical,2026-01-01,,percent,x,,,ppd,T", "number"),
        ("DE,mechanical_physical,soon,,percent,8,,,ppd,T", "like 2026-01-31"),
    ],
)
def test_wrong_rates_say_what_is_wrong(desk, line, words):
    row = desk.checked("rates", RATES.splitlines()[0] + "\n" + line + "\n")
    assert figures(row) == (0, 0, 0, 1)
    assert words in desk.see(row)


def test_artists_and_parents_of_known_works_change_and_change_back(desk):
    desk.taken("works", "code,kind,title\nS1,release,Harbour Songs\n")
    rows = {one["code"]: one for one in desk.standing("works")}
    rows["R1"] |= {"parent": "S1", "artists": "Kestrel; Ana Ode"}
    desk.taken("works", as_csv(list(rows.values())))
    assert {one["code"]: (one["parent"], one["artists"]) for one in desk.standing("works")} == {
        "R1": ("S1", "Kestrel; Ana Ode"), "R2": ("", ""), "S1": ("", ""),
    }  # fmt: skip
    rows = {one["code"]: one for one in desk.standing("works")}
    rows["R1"] |= {"parent": "", "artists": "Ana Ode; The Tides"}
    row = desk.taken("works", as_csv(list(rows.values())))
    there = {one["code"]: one for one in desk.standing("works")}
    assert (there["R1"]["parent"], there["R1"]["artists"]) == ("", "Ana Ode; The Tides")
    answer = desk.browser.post(f"/tables/{row.pk}/take-back/", {"reason": "Wrong table"})
    assert answer.status_code == 302
    there = {one["code"]: one for one in desk.standing("works")}
    assert (there["R1"]["parent"], there["R1"]["artists"]) == ("S1", "Kestrel; Ana Ode")


def test_no_table_puts_a_work_below_itself(desk):
    desk.taken("works", "code,kind,title,parent\nS1,release,Harbour,\nS2,release,Tides,S1\n")
    row = desk.checked("works", "code,parent\nS1,S2\n")
    assert figures(row) == (0, 0, 0, 1)
    assert "can't stand below itself" in desk.see(row)


def test_the_result_leads_to_the_list_of_what_a_table_brought(desk):
    row = desk.taken("claims", SOUND.replace("R2,master,WORLD", "R1,master,US"))
    address = f"/works/?batch={row.pk}"
    assert address in desk.browser.get(f"/tables/{row.pk}/").content.decode()
    shown = desk_text(desk.browser.get(address))
    assert "Import table.csv" in shown or "Import: table.csv" in shown
    assert "Blue Hour" in shown
    assert "Low Tide" not in shown
    assert "Low Tide" in desk_text(desk.browser.get("/works/"))
    holders = desk.taken("holders", "kind,name\nartist,Zoe\n")
    shown = desk_text(desk.browser.get(f"/holders/?batch={holders.pk}"))
    assert "Zoe" in shown
    assert "Tide Records" not in shown
