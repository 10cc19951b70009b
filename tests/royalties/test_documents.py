"""Statements as files: the same figures in each, no cell a formula, a PDF that can be read."""

import csv
import io
import json
import re
import zipfile
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from foundation import jobs, storage
from foundation.exports.cells import plain_cell
from foundation.models import Job
from foundation.tenancy import tenant_atomic
from kernel.canonical import digest
from royalties import documents
from royalties.documents import pdf, sheet
from royalties.management.commands import statement
from royalties.models import Statement
from royalties.selectors import statements
from royalties.services import documents as deeds
from royalties.services import runs
from tests.royalties import world
from tests.royalties.world import BY, NOW

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("https://example.org","paid")'


def post(org, folder, deals=(world.DEAL,), rows=world.LINES[:2], works=()):
    """Run and post a quarter of a small organisation."""
    with tenant_atomic(org.id):
        world.catalogue()
        world.works.create_many(works=list(works), at=NOW)
        for deal in deals:
            world.signed(deal)
        if rows:
            world.sales(folder, rows)
        run, job = runs.begin(period="2026-Q1", by=BY, at=NOW)
    assert jobs.work(org.id, job) == "done"
    with tenant_atomic(org.id):
        runs.post(run_id=run.pk, by=BY, at=NOW)


def written(of, kind, **more):
    """Return a statement's file."""
    file = io.BytesIO()
    documents.write(of, kind, file, by="Rosa Lind", at=NOW, **more)
    return file.getvalue()


@pytest.fixture
def ana(org, tmp_path):
    """Ana's statement, inside the organisation's wall."""
    post(org, tmp_path)
    with tenant_atomic(org.id):
        yield statements.one("ana", "2026-Q1")


@pytest.fixture
def named(org, tmp_path):
    """A statement whose names and titles are formulas and marks of other languages."""
    number = "QZ1110000003"
    work = world.NewWork(
        kind="recording", title=FORMULA, code="W-3", identifiers=[("isrc", number)]
    )
    wild = {"isrc": number, "title": FORMULA, "amount": -1000, "source": "+cmd|' /C calc'!A0"}
    deal = {
        **world.DEAL,
        "title": "@SUM(A1)",
        "payees": {"ana": {"name": "=1+1"}, "ben": {"name": "<b>Ben</b> Ødegård"}},
        "covers": {"work": ["W-1", "W-2", "W-3"]},
    }
    lines = [*world.LINES[:2], wild]
    post(org, tmp_path, [deal], lines, [work])
    with tenant_atomic(org.id):
        yield {each.holder.name: each for each in Statement.objects.select_related("holder")}


def cells(made, name):
    """Return a sheet's rows as a workbook's reader gives them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name(name).to_python()


def test_the_rows_of_the_csv_add_up_to_what_was_earned(ana):
    made = written(ana, "csv")
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"))))
    assert sum(Decimal(row["amount"]) for row in rows) == ana.earned == Decimal("18.00")
    assert rows[0] == {
        "statement": "2026-Q1-00001", "payee": str(ana.holder_id), "period": "2026-Q1",
        "first_day": "2026-01-01", "last_day": "2026-03-31", "deal": "ART-1",
        "clause": "streams", "kind": "sales", "work": "W-1", "title": "Blue Hour",
        "territory": "US", "channel": "stream", "source": "Tide", "right_type": "",
        "units": "1", "amount": "12.00", "currency": "USD",
    }  # fmt: skip
    assert not written(ana, "csv", bom=False).startswith(b"\xef")


def test_the_json_proves_its_own_hash(ana):
    told = json.loads(written(ana, "json"))
    assert told["sha256"] == digest(told["content"]) == ana.sha256
    assert told["names"]["holder"]["name"] == "Ana Kestrel"
    assert sum(Decimal(row["amount"]) for row in told["rows"]) == ana.earned


def test_the_workbook_has_typed_numbers_totals_and_what_it_is(ana):
    made = written(ana, "xlsx")
    assert CalamineWorkbook.from_filelike(io.BytesIO(made)).sheet_names == [
        "Summary", "Detail", "About",
    ]  # fmt: skip
    detail = cells(made, "Detail")
    amount = detail[0].index("Amount")
    assert [row[amount] for row in detail[1:]] == [12, 6, 18]
    assert detail[-1][0] == "Total"
    summary = {row[1]: row[2] for row in cells(made, "Summary")}
    assert (summary["Earned"], summary["Recouped"], summary["Payable"]) == (18, -10, 8)
    assert summary["Last day"] == "2026-03-31"
    about = dict(cells(made, "About"))
    assert about["SHA-256 of the figures"] == ana.sha256
    assert about["File asked for by"] == "Rosa Lind"
    assert about["Chosen by"].endswith("period 2026-Q1, currency USD")


def test_formulas_in_names_stay_text(named):
    wildly = named["=1+1"]
    rows = list(csv.DictReader(io.StringIO(written(wildly, "csv").decode("utf-8-sig"))))
    [wild] = [row for row in rows if row["work"] == "W-3"]
    assert wild["title"] == f"'{FORMULA}"
    assert wild["source"].startswith("'+")
    assert plain_cell(wild["title"]) == FORMULA
    assert Decimal(wild["amount"]) < 0
    made = written(wildly, "xlsx")
    told = [row for row in cells(made, "Detail") if row[3] == "W-3"]
    assert told[0][4] == FORMULA
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "sheets/" in name]
    assert not any("<f>" in sheet for sheet in sheets)


def test_the_pdf_is_tagged_titled_and_says_the_figures(ana):
    reader = PdfReader(io.BytesIO(written(ana, "pdf")))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata.title == "Royalty statement 2026-Q1-00001, Ana Kestrel"
    structure = tags(root["/StructTreeRoot"])
    assert {("TH", "TR"), ("TD", "TR"), ("Caption", "Table"), ("H1", "Document")} <= structure
    assert {parent for kind, parent in structure if kind in ("Table", "H2")} <= {"Document", "Sect"}
    pages = [page.extract_text() for page in reader.pages]
    for said in ("Harbour Pictures", "Ana Kestrel", "18.00", "−10.00", "8.00", "Blue Hour"):
        assert said in "".join(pages)
    for number, page in enumerate(pages, 1):
        assert ana.sha256 in page
        assert f"Page {number} of {len(pages)}" in page
    fonts = {str(font["/BaseFont"]) for font in fonts_of(reader)}
    assert any("Inter" in font for font in fonts)


def test_a_pdf_is_read_aloud_in_the_order_it_is_seen(ana):
    reader = PdfReader(io.BytesIO(written(ana, "pdf")))
    kinds = in_order(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    headings = [int(kind[1]) for kind in kinds if re.fullmatch("H[1-6]", kind)]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    tables = [kinds[at + 1] for at, kind in enumerate(kinds) if kind == "Table"]
    assert tables
    assert set(tables) <= {"Caption", "THead"}
    text = "".join(page.extract_text() for page in reader.pages)
    said = [text.index(words) for words in ("Royalty statement", "18.00", "Blue Hour")]
    assert said == sorted(said)


def in_order(node):
    """Return the kinds of a tagged PDF's elements in their reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [kind for each in node for kind in in_order(each)]
    if not isinstance(node, dict):
        return []
    below = in_order(node["/K"]) if "/K" in node else []
    return [str(node["/S"])[1:], *below] if "/S" in node else below


def test_names_in_a_pdf_are_text_not_markup(named):
    text = "".join(
        page.extract_text()
        for page in PdfReader(io.BytesIO(written(named["<b>Ben</b> Ødegård"], "pdf"))).pages
    )
    assert "<b>Ben</b> Ødegård" in text
    assert "=HYPERLINK" in text
    assert "−0.80" in text


def test_the_pdf_is_the_same_for_whoever_asks(ana):
    assert written(ana, "pdf") == written(ana, "pdf")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png", "http://169.254.169.254/", "file:///etc/passwd",
        "static:../config/settings.py", "data:image/png;base64,AAAA", "//example.org/a.png",
    ],
)  # fmt: skip
def test_a_pdf_takes_nothing_from_elsewhere(address):
    with pytest.raises(pdf.NotOurs):
        pdf.printed(f'<html lang="en"><img src="{address}" alt=""></html>', identifier="x")


def test_a_long_statement_is_cut_and_says_what_it_left_out(org, tmp_path):
    deal = {key: value for key, value in world.DEAL.items() if key != "covers"}
    lines = [
        {**world.LINES[number % 2], "source": f"Shop {number}", "amount": 1000 + number}
        for number in range(700)
    ]
    post(org, tmp_path, [deal], lines)
    with tenant_atomic(org.id):
        ben = statements.one("ben", "2026-Q1")
        told = sheet.of(ben)
        assert told.length <= sheet.ROWS
        assert told.rows_count == 700
        assert told.cut
        [sources] = [each for each in told.breakdowns if each.by == "source"]
        shown = [each.amount for each in (*sources.groups, sources.others)]
        assert sum(map(Decimal, shown)) == Decimal(sources.whole.amount) == ben.earned
        assert sources.others.count == 700 - len(sources.groups)
        html = render_to_string("royalties/statement_print.html", {"sheet": told})
        assert "has 700 rows" in re.sub("<[^>]+>", "", html)
        assert html.count("<tr") < 400


@pytest.mark.slow
def test_a_statement_of_many_deals_shows_the_largest_and_sums_the_others(org, tmp_path):
    deals = [{**world.DEAL, "deal": f"ART-{number:02}"} for number in range(46)]
    post(org, tmp_path, deals)
    with tenant_atomic(org.id):
        ana = statements.one("ana", "2026-Q1")
        told = sheet.of(ana)
        assert told.length <= sheet.ROWS
        assert len(told.shown.parts) == 46
        assert 0 < len(told.accounts) < 46 - sheet.OTHER_DEALS
        assert told.others[-1].label.endswith("further deals")
        full = [line.amount for each in told.accounts for line in each.lines if line.name == "due"]
        shown = [*full, *(each.due for each in told.others)]
        assert sum(map(Decimal, shown)) == Decimal(ana.content["sums"]["due"])
        assert len(PdfReader(io.BytesIO(written(ana, "pdf"))).pages) > 3


def test_a_statement_without_sales_comes_as_every_kind_of_file(org, tmp_path):
    post(org, tmp_path, rows=[])
    with tenant_atomic(org.id):
        ana = statements.one("ana", "2026-Q1")
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(written(ana, "pdf"))).pages
        )
        assert "Nothing is payable for this period." in text
        assert "Advances of 10.00\xa0USD were paid" in text
        assert "10.00\xa0USD is left to recoup." in text
        assert len(written(ana, "csv").splitlines()) == 1
        assert json.loads(written(ana, "json"))["rows"] == []
        assert [row[0] for row in cells(written(ana, "xlsx"), "Detail")] == ["Deal", "Total"]


def test_a_workers_pdf_is_kept_for_a_week(org, ana):
    assert not documents.made_at_once(ana, "pdf")
    assert documents.made_at_once(ana, "csv")
    job = deeds.ask(statement_id=ana.pk, kind="pdf", by=BY, at=NOW)
    assert deeds.ask(statement_id=ana.pk, kind="pdf", by=BY, at=NOW) == job
    assert deeds.ready(job) is None
    assert jobs.work(org.id, job.pk) == "done"
    done = deeds.asked(statement_id=ana.pk, kind="pdf")
    kept = deeds.ready(done)
    assert kept.name == "statement-2026-Q1-00001-USD.pdf"
    assert kept.media_type == "application/pdf"
    assert kept.retain_until is not None
    with storage.open(kept) as file:
        assert file.read() == written(ana, "pdf")


def test_a_command_writes_each_kind_of_file(org, ana, tmp_path, capsys):
    for kind in documents.FORMATS:
        out = tmp_path / f"ana.{kind}"
        call_command(
            "statement", "--org", org.slug, "--payee", "ana", "--period", "2026-Q1",
            "--format", kind, "--out", str(out), "--json",
        )  # fmt: skip
        told = json.loads(capsys.readouterr().out)
        assert (told["statement"], told["payable"]) == ("2026-Q1-00001", "8.00")
        assert told["bytes"] == out.stat().st_size > 100
    assert not list(tmp_path.glob(".*"))


def test_a_command_says_how_to_choose(org, tmp_path):
    dollars = {**world.DEAL, "covers": {"work": ["W-1"]}}
    [example] = world.DEAL["examples"]
    [period] = example["periods"]
    lines = [{"work": "W-2", "amount": "100.00"}]
    euros = {**dollars, "deal": "ART-2", "currency": "EUR", "covers": {"work": ["W-2"]}}
    euros["examples"] = [{**example, "periods": [{**period, "lines": lines}]}]
    rows = [world.LINES[0], {**world.LINES[1], "currency": "EUR"}]
    post(org, tmp_path, [dollars, euros], rows)
    arguments = ["statement", "--org", org.slug, "--payee", "ana", "--period", "2026-Q1"]
    arguments += ["--format", "csv", "--out", str(tmp_path / "a.csv")]
    with pytest.raises(statements.SeveralStatements, match="--currency: EUR, USD"):
        call_command(*arguments)
    call_command(*arguments, "--currency", "eur")
    assert "EUR" in (tmp_path / "a.csv").read_text()
    with pytest.raises(statements.NoStatement):
        call_command(*arguments[:4], "nobody", *arguments[5:])
    with pytest.raises(CommandError) as refused:
        call_command(*arguments[:-1], str(tmp_path / "none" / "a.csv"))
    assert refused.value.returncode == 2


def test_a_refused_command_ends_with_1_and_a_problem_document(org, ana, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        statement.Command().run_from_argv(
            ["manage.py", "statement", "--org", org.slug, "--payee", "ana", "--period", "2026-Q2",
             "--format", "pdf", "--out", str(tmp_path / "a.pdf")]
        )  # fmt: skip
    assert ended.value.code == 1
    problem = json.loads(capsys.readouterr().err)
    assert (problem["code"], problem["period"]) == ("no_statement", "2026-Q2")
    assert not list(tmp_path.glob("*.pdf"))


def test_an_unknown_kind_of_file_is_refused(ana):
    with pytest.raises(documents.UnknownFormat, match="pdf, csv, xlsx, json"):
        written(ana, "docx")
    assert not Job.objects.filter(kind=deeds.KIND).exists()


def tags(root):
    """Return a tagged PDF's structure as pairs of an element's kind and its parent's."""
    found, left = set(), [(root["/K"], "")]
    while left:
        node, parent = left.pop()
        node = node.get_object()
        if isinstance(node, list):
            left += [(each, parent) for each in node]
        elif isinstance(node, dict):
            kind = str(node.get("/S", "/")).removeprefix("/")
            found.add((kind, parent))
            left += [(node["/K"], kind)] if "/K" in node else []
    return found


def fonts_of(reader):
    """Return the fonts of all pages."""
    return [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
