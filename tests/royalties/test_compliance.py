"""The compliance report: each kind of breach is planted and found, and clean use yields none."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from licenses.models import Instalment
from licenses.services import paying
from royalties.models import SourceRule
from royalties.selectors import compliance
from royalties.services import intake, sources
from tests import factories
from tests.licenses.world import ACTOR
from tests.licenses.world import World as Licences
from tests.royalties import world
from tests.royalties.test_statement_pages import text
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 10, 9, tzinfo=UTC)
CLEAN = {
    "isrc": None, "artist": None, "own": "F-1", "title": "Film F-1", "source": "NORD",
    "territory": "US", "right_type": "svod", "sold_on": "2026-02-03", "amount": 1050,
}  # fmt: skip


@pytest.fixture
def licences(org, in_org):
    made = Licences(org)
    made.film(identifiers=[("own", "F-1")])
    sources.set_rule(source="Nord", every="quarter", due_after=30, first="2026-Q1", by=BY, at=NOW)
    return made


def used(folder, *rows, period="2026-Q1", name="nord.csv"):
    """Accept a file of the licensee's; each row says what differs from clean use."""
    return world.sales(folder, [{**CLEAN, **row} for row in rows], period=period, name=name)


def told(license="", at=MAY, period="2026-Q1"):
    """Return the report."""
    return compliance.report(licensee="NORD", label=period, at=at, license=license)


def found(**more):
    """Return code and clause of each finding, in the report's order."""
    return [(one.code, one.clause) for section in told(**more).sections for one in section.findings]


def the_one(code, **more):
    [one] = [
        one for section in told(**more).sections for one in section.findings if one.code == code
    ]
    return one


def test_clean_use_yields_nothing(licences, tmp_path):
    licences.sign(licences.document())
    used(tmp_path, {}, {"sold_on": "2026-01-01"}, {"sold_on": "2026-03-31", "territory": "US-CA"})
    report = told()
    assert found() == []
    assert (report.breaches, report.open, report.lines) == (0, 0, 3)
    assert [one.license.code for one in report.sections if one.license] == ["L-1"]


BREACHES = {
    "place": ({"territory": "DE"}, {}, "use_outside_territory", "about US"),
    "day before": ({"sold_on": "2026-01-31"}, {"term": {"start": "2026-02-01", "end": None}},
                   "use_outside_window", "from 2026-02-01"),
    "day after": ({"sold_on": "2026-03-01"}, {"term": {"start": "2026-01-01",
                                                       "end": "2026-02-28"}},
                  "use_outside_window", "to 2026-02-28"),
    "right": ({"right_type": "avod"}, {}, "use_of_other_right", "grants svod"),
    "work": ({"own": "F-2", "title": "Film F-2"}, {}, "use_without_license", "no licence"),
    "holdback": ({}, {"holdbacks": [{"clause": "3", "binds": "licensee", "rights": ["svod"],
                                     "territory": "US", "start": "2026-02-01",
                                     "end": "2026-02-28"}]},
                 "use_held_back", "holds it back from 2026-02-01 to 2026-02-28"),
    "runs": ({"units": 3}, {"limits": [{"clause": "5", "rights": ["svod"], "runs": 3}]},
             "runs_exceeded", "4 runs, where the clause allows 3"),
    "exhibition days": ({"sold_on": "2026-02-05"},
                        {"limits": [{"clause": "5", "rights": ["svod"], "exhibition_days": 1}]},
                        "exhibition_days_exceeded", "2 exhibition days"),
    "unknown right": ({"right_type": None}, {}, "use_unclear", "don't tell their right"),
    "unknown place": ({"territory": None}, {}, "use_unclear", "don't tell their territory"),
    "wide place": ({"territory": "WORLD"}, {}, "use_unclear", "more places than the clause"),
    "several days": ({"sold_on": None}, {"term": {"start": "2026-02-01", "end": None}},
                     "use_unclear", "more days than the clause"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "terms", "code", "said"), list(BREACHES.values()), ids=list(BREACHES)
)
def test_each_breach_is_found_with_its_line_beside_clean_use(
    licences, tmp_path, row, terms, code, said
):
    licences.film("F-2", identifiers=[("own", "F-2")])
    licences.sign(licences.document(**terms))
    file = used(tmp_path, {"amount": 700}, row)
    assert [one for one, _ in found()] == [code]
    one = the_one(code)
    assert said in one.what
    assert one.then
    whole = code in ("runs_exceeded", "exhibition_days_exceeded")
    held = code == "use_held_back"
    assert [(rows.file, rows.numbers) for rows in one.rows] == [
        (file, (2, 3) if whole or held else (3,))
    ]
    assert one.money == ((Decimal("17.50" if whole or held else "10.50"), "USD"),)


def test_use_under_another_licence_of_the_licensee_is_clean(licences, tmp_path):
    licences.sign(licences.document())
    german = [licences.grant(territory="DE", clause="4")]
    licences.sign(licences.document("L-2", grants=german))
    used(tmp_path, {}, {"territory": "DE"}, {"territory": "FR"})
    assert found(license="L-1") == [("use_outside_territory", "2.1")]
    assert found(license="L-2") == []
    with pytest.raises(compliance.NoLicensee, match="no signed licence 'L-3'"):
        told(license="L-3")


def test_a_term_that_may_renew_itself_is_no_certain_breach(licences, tmp_path):
    term = {"term": {"start": "2026-01-01", "end": "2026-02-28"}}
    licences.sign(licences.document(**term, renewal={"months": 12, "times": 1}))
    used(tmp_path, {"sold_on": "2026-03-01"})
    assert found() == [("use_unclear", "2.1")]
    assert "hangs on renewal" in the_one("use_unclear").what


def test_runs_before_the_period_count_and_later_ones_dont(licences, tmp_path):
    licences.sign(licences.document(limits=[{"clause": "5", "rights": ["svod"], "runs": 4}]))
    used(tmp_path, {"units": 3})
    used(tmp_path, {"units": 2, "sold_on": "2026-04-02"}, period="2026-Q2", name="q2.csv")
    assert found() == []
    over = the_one("runs_exceeded", period="2026-Q2")
    assert (over.clause, over.quantity) == ("5", "1 over")
    assert [one.name for one in over.rows] == ["q2.csv"]


def test_use_told_by_a_later_file_belongs_to_the_day_it_was(licences, tmp_path):
    licences.sign(licences.document())
    used(tmp_path, {})
    used(tmp_path, {"territory": "DE"}, period="2026-Q2", name="late.csv")
    assert the_one("use_outside_territory").rows[0].name == "late.csv"
    assert told(period="2026-Q2").lines == 0


def test_files_taken_back_and_other_sources_say_nothing(licences, tmp_path):
    licences.sign(licences.document())
    used(tmp_path, {})
    file = used(tmp_path, {"territory": "DE"}, name="wrong.csv")
    used(tmp_path, {"territory": "DE", "source": "Tide"}, name="tide.csv")
    assert [code for code, _ in found()] == ["use_outside_territory"]
    intake.take_back(file_id=file, reason="Wrong file", by=BY, at=NOW)
    assert found() == []


def test_lines_that_nobody_matched_are_said(licences, tmp_path):
    licences.sign(licences.document())
    used(tmp_path, {}, {"own": "X-9", "title": "Who knows"})
    assert the_one("use_unmatched").rows[0].numbers == (3,)
    assert told().open == 1


@pytest.mark.parametrize(
    ("paid", "code", "money", "quantity"),
    [
        (None, "instalment_overdue", "60.00", "99 days late"),
        (("20.00", date(2026, 1, 31)), "instalment_overdue", "40.00", "99 days late"),
        (("60.00", date(2026, 1, 31)), None, "", ""),
        (("60.00", date(2026, 2, 1)), "instalment_paid_late", "60.00", "1 day late"),
    ],
    ids=["nothing", "a part", "on the day", "the day after"],
)
def test_instalments_due_paid_and_late(licences, tmp_path, paid, code, money, quantity):
    terms = [{"label": "Signature", "due": "2026-01-31", "amount": "60.00"}]
    licences.sign(licences.document(fee="60.00", instalments=terms))
    used(tmp_path, {})
    if paid:
        amount, on = paid
        row = Instalment.objects.get()
        paying.paid(
            instalment_id=row.pk, paid_on=on, reference="", amount=Decimal(amount), by=ACTOR, at=MAY
        )
    assert [one for one, _ in found()] == ([code] if code else [])
    if code:
        one = the_one(code)
        assert (one.money, one.quantity) == (((Decimal(money), "EUR"),), quantity)
    assert [due.label for due in told().sections[0].due] == ["Signature"]
    assert not any(section.due for section in told(period="2025-Q4").sections)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [(None, "report_overdue"), (NOW, None), (datetime(2026, 5, 2, tzinfo=UTC), "report_late")],
    ids=["not at all", "in time", "late"],
)
def test_reports_due_against_files_received(licences, tmp_path, accepted, code, monkeypatch):
    licences.sign(licences.document())
    if accepted:
        monkeypatch.setattr(world, "NOW", accepted)
        used(tmp_path, {})
    assert [one for one, _ in found()] == ([code] if code else [])


def test_without_a_rule_it_is_said_that_nothing_says_when_reports_are_due(licences, tmp_path):
    rule = SourceRule.objects.get()
    sources.remove(rule_id=rule.pk, version=1, by=BY, at=NOW)
    licences.sign(licences.document())
    used(tmp_path, {})
    assert [code for code, _ in found()] == ["reports_not_expected"]


def test_the_number_of_questions_doesnt_grow_with_licences_works_and_lines(licences, tmp_path):
    def asked():
        with CaptureQueriesContext(connection) as made:
            told()
        return len(made)

    part = [{"label": "One", "due": "2026-02-28", "amount": "5.00"}]
    licences.sign(licences.document(fee="5.00", instalments=part))
    used(tmp_path, {}, {"territory": "DE"})
    told()
    few = asked()
    for n in range(2, 6):
        licences.film(f"F-{n}", identifiers=[("own", f"F-{n}")])
        grant = licences.grant(works=[f"F-{n}"])
        licences.sign(licences.document(f"L-{n}", grants=[grant], fee="5.00", instalments=part))
    used(tmp_path, *({"own": f"F-{n}", "territory": "DE"} for n in range(2, 6)), name="more.csv")
    assert told().breaches > 5
    assert asked() == few <= 20


@pytest.fixture
def legal(licences):
    """A browser of somebody who reads compliance reports."""
    return factories.sign_in(Client(), licences.legal)


ASKED = "/licenses/compliance/?licensee=NORD&period=2026-Q1"


def test_the_page_shows_each_finding_with_its_lines_and_gives_files(licences, legal, tmp_path):
    licence = licences.sign(licences.document())
    file = used(tmp_path, {}, {"territory": "DE", "title": "=1+1"})
    assert "Choose a licensee" in text(legal.get("/licenses/compliance/"))
    legal.get(ASKED)
    with CaptureQueriesContext(connection) as made:
        page = legal.get(ASKED)
    assert len(made) <= 30
    shown = text(page)
    assert "1 breach" in shown
    assert "use_outside_territory" in shown
    for address in (f"/sales/{file}/", f"/licenses/{licence.pk}/"):
        assert f'href="{address}"' in page.content.decode()
    for kind in ("csv", "xlsx"):
        sent = legal.get(f"{ASKED}&as={kind}")
        assert sent["Content-Disposition"] == (
            f'attachment; filename="compliance-NORD-2026-Q1.{kind}"'
        )
    rows = list(
        csv.DictReader(legal.get(f"{ASKED}&as=csv").content.decode("utf-8-sig").split("\r\n"))
    )
    assert [(row["Licence"], row["Code"], row["Where"], row["Money"]) for row in rows] == [
        ("L-1", "use_outside_territory", "nord.csv row 3", "10.5 USD"),
        ("", "", "", ""),
    ]
    assert Event.objects.filter(code="royalties.compliance.exported").count() == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("licensee=NORD&period=soon", "is not a period"),
        ("licensee=NORD&period=0000", "is not a period"),
        ("licensee=NORD&period=9999", "is not a period"),
        ("licensee=NOBODY&period=2026", "Select a valid choice"),
        ("licensee=NORD&period=2026&license=L-9", "no signed licence"),
    ],
    ids=["words", "year 0", "last year", "nobody", "no licence"],
)
def test_what_cant_be_asked_is_said(licences, legal, query, said):
    licences.sign(licences.document())
    page = legal.get(f"/licenses/compliance/?{query}")
    assert page.status_code == 422
    assert said in text(page)


def test_the_command_and_the_api_tell_the_same(licences, tmp_path):
    licences.sign(licences.document())
    used(tmp_path, {}, {"territory": "DE"})
    out = StringIO()
    call_command(
        "compliance_report", org=licences.org.slug, licensee="NORD", period="2026-Q1", json=True,
        stdout=out,
    )  # fmt: skip
    answer = json.loads(out.getvalue())
    [section, whole] = answer["sections"]
    [one] = section["findings"]
    assert (one["code"], one["money"]) == (
        "use_outside_territory", [{"amount": "10.5", "currency": "USD"}],
    )  # fmt: skip
    assert one["rows"][0]["rows"] == "3"
    assert whole["findings"] == []
    plain = StringIO()
    call_command(
        "compliance_report", org=licences.org.slug, licensee="NORD", period="2026-Q1", stdout=plain
    )
    assert "use_outside_territory, clause 2.1" in plain.getvalue()
