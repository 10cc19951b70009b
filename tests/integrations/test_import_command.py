"""manage.py import_sales: its keys, its exit codes, the errors file out and in again."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from python_calamine import CalamineWorkbook

from accounts.models import Organisation
from foundation import jobs
from foundation.tenancy import tenant_atomic
from integrations.management.commands.import_sales import Command
from integrations.models import Import
from kernel.errors import DomainError
from royalties.models import SalesFile
from tests.integrations.conftest import SAMPLES

pytestmark = pytest.mark.django_db

KEYS = [
    "file", "sha256", "profile", "rows_read", "accepted", "quarantined", "rejected",
    "reported_total", "accepted_total", "currency", "totals", "errors",
]  # fmt: skip
MIXED = (
    "title,territory,sold_on,amount,currency\n"
    "A,SE,2026-01,10.00,EUR\n"
    "C,Atlantis,2026-02,4.00,EUR\n"
    "D,SE,2026-02,ten,EUR\n"
    "Total,,,21.00,EUR\n"
)
Import_ = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def own_directories(settings: Any, tmp_path: Path) -> None:
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


@pytest.fixture
def run(org: Organisation) -> Import_:
    """Return a function that runs the command and returns its JSON answer."""

    def import_sales(path: Path, *more: str, slug: str = org.slug) -> dict[str, Any]:
        out = io.StringIO()
        call_command("import_sales", str(path), "--org", slug, "--json", *more, stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer

    return import_sales


@pytest.fixture
def tell(org: Organisation) -> Callable[..., str]:
    """Return a function that runs the command and returns its text."""

    def import_sales(path: Path, *more: str) -> str:
        out = io.StringIO()
        call_command("import_sales", str(path), "--org", org.slug, *more, stdout=out)
        return out.getvalue()

    return import_sales


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "mixed.csv"
    path.write_text(MIXED)
    return path


def test_the_answer_has_exactly_the_promised_keys(run: Import_, mixed: Path) -> None:
    answer = run(mixed)
    assert list(answer) == KEYS
    assert answer["file"] == "mixed.csv"
    assert (answer["rows_read"], answer["accepted"]) == (3, 1)
    assert (answer["quarantined"], answer["rejected"]) == (1, 1)
    assert (answer["reported_total"], answer["accepted_total"]) == ("21.00", "10.00")
    assert answer["currency"] == "EUR"
    assert answer["totals"] == [{"currency": "EUR", "reported": "21.00", "accepted": "10.00"}]
    assert [list(error) for error in answer["errors"]] == [["row", "column", "code", "message"]] * 2
    assert {(error["row"], error["column"]) for error in answer["errors"]} == {
        (3, "territory"),
        (4, "amount"),
    }


def test_several_currencies_leave_the_single_figures_empty(run: Import_) -> None:
    answer = run(SAMPLES / "bandcamp.csv")
    single = [answer[name] for name in ("reported_total", "accepted_total", "currency")]
    assert single == [None, None, None]
    assert [total["currency"] for total in answer["totals"]] == ["EUR", "USD"]
    assert [total["accepted"] for total in answer["totals"]] == ["43.30", "0.79"]


def test_a_second_upload_answers_the_first_ones_figures(
    run: Import_, mixed: Path, org: Organisation
) -> None:
    first = run(mixed)
    assert run(mixed) == first
    with tenant_atomic(org.id):
        assert (Import.objects.count(), SalesFile.objects.count()) == (1, 1)
    out = io.StringIO()
    call_command("import_sales", str(mixed), "--org", org.slug, stdout=out)
    assert "imported before" in out.getvalue()


def test_an_import_left_half_way_is_taken_up_again(
    run: Import_, tmp_path: Path, org: Organisation
) -> None:
    path = tmp_path / "own.csv"
    path.write_text("Titel,Amount,Currency\nA,1.00,EUR\n")
    with pytest.raises(DomainError, match="profile"):
        run(path, "--profile", "kdp")
    assert run(path, "--profile", "mediatrack", "--period", "2025-Q4")["accepted"] == 1
    with tenant_atomic(org.id):
        assert Import.objects.get(state="committed").period == "2025-Q4"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_errors_file_goes_down_and_up_again(
    form: str, run: Import_, mixed: Path, tmp_path: Path, org: Organisation
) -> None:
    errors = tmp_path / f"errors.{form}"
    run(mixed, "--errors", str(errors))
    if form == "csv":
        text = errors.read_text("utf-8-sig")
        assert text.splitlines()[0].startswith("_row,_error,title,")
        errors.write_text(text.replace("Atlantis", "FI").replace(",ten,", ",7.00,"), "utf-8")
    else:
        rows = CalamineWorkbook.from_path(str(errors)).get_sheet_by_index(0).to_python()
        assert rows[0][:3] == ["_row", "_error", "title"]
        rows[1][3], rows[2][5] = "FI", 7
        with xlsxwriter.Workbook(str(errors)) as book:
            sheet = book.add_worksheet("errors")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    answer = run(errors)
    assert (answer["rows_read"], answer["accepted"], answer["accepted_total"]) == (2, 2, "11.00")
    with tenant_atomic(org.id):
        second = Import.objects.get(sha256=answer["sha256"])
        assert second.corrects.file_name == "mixed.csv"
    rest = tmp_path / "rest.csv"
    run(mixed, "--errors", str(rest))
    assert len(rest.read_text("utf-8-sig").splitlines()) == 1


def test_a_refused_file_ends_with_a_problem_document(
    tmp_path: Path, org: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = next(SAMPLES.glob("DSR_*.tsv"))
    broken = tmp_path / sample.name
    broken.write_text(sample.read_text("utf-8").replace("FOOT\t11", "FOOT\t12"), "utf-8")
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(
            ["manage.py", "import_sales", str(broken), "--org", org.slug, "--json"]
        )
    assert ended.value.code == 1
    told = capsys.readouterr()
    problem = json.loads(told.err)
    assert (problem["code"], problem["status"]) == ("file_refused", 422)
    assert {(e["row"], e["column"]) for e in problem["errors"]} == {(11, "NumberOfLinesInFile")}
    assert json.loads(told.out)["rows_read"] == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "unreadable_file"), ("a,b\n1,2\n", "profile_unknown"), ("%PDF-1.7", "unreadable_file")],
)
def test_what_is_no_sales_file_ends_with_a_problem_document(
    text: str,
    code: str,
    tmp_path: Path,
    org: Organisation,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "import_sales", str(path), "--org", org.slug])
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().err)["code"] == code


@pytest.mark.parametrize("words", [["nowhere.csv"], [], ["--reported", "12"]])
def test_wrong_usage_ends_with_two(words: list[str], org: Organisation, mixed: Path) -> None:
    argv = ["manage.py", "import_sales", *words, "--org", org.slug]
    if words[:1] == ["--reported"]:
        argv.append(str(mixed))
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(argv)
    assert ended.value.code == 2


def test_a_missing_file_is_wrong_usage(run: Import_, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as wrong:
        run(tmp_path / "nowhere.csv")
    assert wrong.value.returncode == 2


def test_another_organisations_import_is_out_of_sight(
    run: Import_, mixed: Path, other_org: Organisation
) -> None:
    first = run(mixed)
    assert run(mixed, slug=other_org.slug)["sha256"] == first["sha256"]
    with tenant_atomic(other_org.id):
        assert Import.objects.count() == 1


def test_the_well_formed_dsr_file_of_the_samples(run: Import_, partner_samples: Path) -> None:
    path = next((partner_samples / "ddex-dsr").glob("DSR_TEST_YouTube_*.tsv"))
    answer = run(path)
    assert (answer["reported_total"], answer["accepted_total"]) == ("15763.58", "15763.58")
    assert (answer["currency"], answer["profile"]) == ("USD", "ddex-dsr")
    assert answer["rows_read"] == answer["accepted"]


def test_the_statement_in_no_currency_of_the_samples(
    run: Import_, partner_samples: Path, tmp_path: Path
) -> None:
    path = partner_samples / "cwr" / "royaltystatement.csv"
    held = run(path)
    assert (held["rows_read"], held["quarantined"], held["currency"]) == (6, 6, None)
    assert [error["row"] for error in held["errors"]] == list(range(2, 8))
    errors = tmp_path / "errors.csv"
    run(path, "--errors", str(errors))
    errors.write_text(errors.read_text("utf-8-sig").replace(",Really\n", ",EUR\n"), "utf-8")
    assert run(errors)["accepted_total"] == "600.51"


def test_a_job_that_failed_says_why(org: Organisation) -> None:
    with tenant_atomic(org.id):
        job = jobs.enqueue("nobody.knows", {}, actor=_actor())
    with pytest.raises(jobs.JobFailed) as failed:
        jobs.finish(org.id, job.pk)
    assert failed.value.problem()["code"] == "unknown_job_kind"


def _actor() -> Any:
    from audit.actors import command

    return command("test")


def test_the_text_says_what_was_not_taken_where_and_how_much(
    tell: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "mixed.csv"
    path.write_text(MIXED + "E,SE,2026-02,3.00,Coins\nF,Atlantis,2026-02,1.50,EUR\n")
    told = tell(path)
    for line in (
        "  EUR: accepted 10.00, quarantined 5.50, rejected 0.00, file's own total 21.00",
        "  no currency: accepted 0.00, quarantined 3.00, rejected 0.00, file's own total "
        "not reported",
        "  quarantined: territory_unknown in territory, 'Atlantis': 2 rows, the first of them "
        "row 3; holds 5.50 EUR",
        "      'Atlantis' is not a known territory. Write an ISO code or the country's name.",
        "  quarantined: currency_unknown in currency, 'Coins': row 6; holds 3.00 in no currency",
        "  rejected: number_unreadable in amount, 'ten': row 4; holds no readable amount",
    ):
        assert any(said.startswith(line) for said in told.splitlines()), line


def test_what_is_only_noted_is_told_as_a_note_and_last(
    tell: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "noted.csv"
    path.write_text("title,isrc,amount,currency\nA,ODD-1,1.00,EUR\nB,ODD-1,1.00,EUR\nC,,ten,EUR\n")
    causes = [line for line in tell(path).splitlines() if " in " in line and line[2] != " "]
    assert [line.split()[0] for line in causes] == ["rejected:", "note:"]
    assert causes[1].endswith("'ODD-1': 2 rows, the first of them row 2")


def test_a_broken_dsr_file_is_told_in_full_sentences(
    tmp_path: Path, org: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = next(SAMPLES.glob("DSR_*.tsv"))
    broken = tmp_path / sample.name
    broken.write_text(sample.read_text("utf-8").replace("FOOT\t11", "FOOT\t"), "utf-8")
    with pytest.raises(SystemExit):
        Command().run_from_argv(["manage.py", "import_sales", str(broken), "--org", org.slug])
    told = capsys.readouterr().out
    assert "Refused whole; nothing of it was taken." in told
    assert "      FOOT needs NumberOfLinesInFile in cell 2; it is empty." in told
    assert "holds" not in told


def test_a_file_with_only_a_header_is_called_that(tell: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text("title,amount,currency\n")
    assert "The file has a header and no rows." in tell(path)


def test_the_same_content_for_another_period_names_the_first_one(
    tell: Callable[..., str], run: Import_, mixed: Path
) -> None:
    first = run(mixed, "--period", "2026-Q1")
    told = tell(mixed, "--period", "2025-Q4")
    assert "It counts in period 2026-Q1; --period 2025-Q4 changes nothing." in told
    assert "changes nothing" not in tell(mixed, "--period", "2026-Q1")
    assert run(mixed, "--period", "2025-Q4") == first


def test_a_place_that_cannot_be_written_is_found_before_anything_is_taken(
    run: Import_, mixed: Path, tmp_path: Path, org: Organisation
) -> None:
    for target in (tmp_path / "nodir" / "e.csv", tmp_path, tmp_path / ("long" * 100)):
        with pytest.raises(CommandError) as wrong:
            run(mixed, "--errors", str(target))
        assert wrong.value.returncode == 2
    with tenant_atomic(org.id):
        assert not Import.objects.exists()
    gone = tmp_path / "gone.csv"
    gone.symlink_to(tmp_path / "nodir" / "e.csv")
    with pytest.raises(CommandError, match="could not be written"):
        run(mixed, "--errors", str(gone))


def test_currency_says_what_a_word_or_an_empty_cell_is_in(
    run: Import_, tell: Callable[..., str], tmp_path: Path
) -> None:
    text = (
        "Work Title,Work ID,Right Type,Source,Amount,Currency\n"
        "Harbour Lights,W-1,PR,Radio One,100.51,Moneys\n"
        "Low Tide,W-2,PR,Radio One,99.49,\n"
        "Night Ferry,W-3,PR,Radio One,10.00,GBP\n"
    )
    path = tmp_path / "society.csv"
    path.write_text(text)
    answer = run(path, "--currency", "USD")
    assert (answer["accepted"], answer["errors"]) == (3, [])
    accepted = {total["currency"]: total["accepted"] for total in answer["totals"]}
    assert accepted == {"GBP": "10.00", "USD": "200.00"}
    assert "  note: currency_unknown in Currency, 'Moneys': row 2" in tell(path)

    path.write_text(text + "Ebb,W-4,PR,Radio One,1.00,Moneys\n")
    held = run(path)
    assert (held["accepted"], held["quarantined"]) == (1, 3)
    errors = tmp_path / "errors.csv"
    run(path, "--errors", str(errors))
    assert run(errors, "--currency", "USD")["accepted_total"] == "201.00"


NO_CURRENCY = (
    "Work Title,Work ID,Composers,Right Type,Source,Amount,Currency\n"
    "Not in there,X123,Who knows?,PR,100.51Really?,100.51,Really\n"
    '"A title, long",X125,Who knows?,PR,,99.49,Really\n'
    "Known,X126,Who knows?,PR,,5.00,EUR\n"
    "Broken,X127,Who knows?,PR,,ten,Really\n"
)


def test_rows_in_no_known_currency_are_told_apart_and_taken_once_it_is_said(
    run: Import_, tell: Callable[..., str], tmp_path: Path, org: Organisation
) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(NO_CURRENCY)
    told = tell(path)
    assert "currency_unknown in Currency, 'Really': 3 rows, the first of them row 2" in told
    assert "Still open: 3 rows. What next:" in told
    assert f"./manage.py import_sales {path} --org {org.slug} --currency EUR" in told
    answer = run(path, "--currency", "usd")
    assert (answer["rows_read"], answer["accepted"], answer["rejected"]) == (3, 2, 1)
    assert answer["accepted_total"] == "200.00"
    assert answer["currency"] == "USD"
    again = tell(path, "--currency", "USD")
    assert "imported before; nothing was taken again" in again
    assert "Still open: 1 row. What next:" in again
    assert "--currency EUR" not in again


def test_a_currency_said_again_that_is_none_is_refused(
    run: Import_, tmp_path: Path, org: Organisation
) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(NO_CURRENCY)
    assert run(path)["accepted"] == 1
    with pytest.raises(DomainError, match="'QQQ'"):
        run(path, "--currency", "QQQ")
    with tenant_atomic(org.id):
        assert Import.objects.count() == 1
