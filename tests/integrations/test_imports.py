"""The staged import: each step, repeated, interrupted, corrected, taken back."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organisation
from audit.actors import command
from foundation import jobs
from foundation.models import Job, StoredFile
from foundation.tenancy import tenant_atomic
from integrations import tasks
from integrations.files.contract import ProfileUnknown, UnreadableFile
from integrations.files.reading import Choices
from integrations.models import Import
from integrations.selectors import imports as questions
from integrations.services import errors_files, import_jobs, imports
from royalties.engine.lines import Lines
from royalties.linestore import blocks
from royalties.models import MatchKey, SalesBlock, SalesFile
from tests.integrations.conftest import SAMPLES

pytestmark = pytest.mark.django_db

BY = command("test")
NOW = timezone.now()
GOOD = "title,territory,sold_on,amount,currency\nA,SE,2026-01,10.00,EUR\nB,NO,2026-03,2.50,EUR\n"
MIXED = GOOD + "C,Atlantis,2026-02,4.00,EUR\nD,SE,2026-02,ten,EUR\n"


@pytest.fixture(autouse=True)
def own_directories(settings: Any, tmp_path: Path) -> None:
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


class Desk:
    """Somebody who takes files through the steps for one organisation."""

    def __init__(self, org: Organisation, folder: Path) -> None:
        self.org, self.folder = org, folder

    def begin(self, text: str, name: str = "sales.csv", **choices: Any) -> imports.Begun:
        path = self.folder / name
        path.write_text(text, "utf-8")
        with tenant_atomic(self.org.id):
            return imports.begin(source=path, name=name, by=BY, at=NOW, choices=Choices(**choices))

    def validate(self, row: Import) -> Import:
        return self._job(imports.validate, row)

    def commit(self, row: Import) -> Import:
        return self._job(imports.commit, row)

    def take(self, text: str, name: str = "sales.csv", **choices: Any) -> Import:
        return self.commit(self.validate(self.begin(text, name, **choices).row))

    def look(self, row: Import) -> Import:
        with tenant_atomic(self.org.id):
            return Import.objects.get(pk=row.pk)

    def errors(self, row: Import, name: str = "errors.csv") -> Path:
        with tenant_atomic(self.org.id):
            errors_files.write(row, self.folder / name)
        return self.folder / name

    def _job(self, step: Any, row: Import) -> Import:
        with tenant_atomic(self.org.id):
            job = step(import_id=row.pk, by=BY, at=NOW)
        jobs.finish(self.org.id, job.pk)
        return self.look(row)


@pytest.fixture
def desk(org: Organisation, tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(org, folder)


def test_a_file_goes_through_its_steps(desk: Desk) -> None:
    begun = desk.begin(MIXED)
    assert (begun.again, begun.row.state, begun.row.profile) == (False, "mapped", "mediatrack")
    row = desk.validate(begun.row)
    assert (row.state, row.period) == ("validated", "2026-Q1")
    counted = row.counted()
    assert (counted["rows_read"], counted["accepted"]) == (4, 2)
    assert (counted["quarantined"], counted["rejected"]) == (1, 1)
    row = desk.commit(row)
    assert row.state == "committed"
    with tenant_atomic(desk.org.id):
        sales = SalesFile.objects.get(pk=row.sales_file_id)
    assert (sales.sha256, sales.lines, sales.period) == (row.sha256, 2, "2026-Q1")


def test_the_file_is_kept_sealed_under_its_hash_with_a_day_to_go(
    desk: Desk, tmp_path: Path
) -> None:
    row = desk.begin(GOOD).row
    with tenant_atomic(desk.org.id):
        stored = StoredFile.objects.get(pk=row.file_id)
    assert (stored.sha256, stored.size) == (row.sha256, len(GOOD))
    assert stored.retain_until == (NOW + imports.KEPT).date()
    kept = [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert kept
    assert all(b"title,territory" not in data for data in kept)


def test_the_same_content_is_the_first_import(desk: Desk) -> None:
    first = desk.take(MIXED)
    again = desk.begin(MIXED, "other name.csv")
    assert (again.again, again.row.pk, again.row.file_name) == (True, first.pk, "sales.csv")
    with tenant_atomic(desk.org.id):
        assert (Import.objects.count(), SalesFile.objects.count()) == (1, 1)


def test_another_organisation_may_import_the_same_file(desk: Desk, other_org: Organisation) -> None:
    first = desk.take(GOOD)
    second = Desk(other_org, desk.folder).take(GOOD)
    assert first.pk != second.pk
    with tenant_atomic(other_org.id):
        assert Import.objects.count() == 1


def test_mapping_again_forgets_what_was_checked(desk: Desk) -> None:
    text = "title,amount,currency\nA,1.50,Shells\n"
    row = desk.validate(desk.begin(text).row)
    assert row.counted()["quarantined"] == 1
    with tenant_atomic(desk.org.id):
        row = imports.map(
            import_id=row.pk, choices=Choices(currency="EUR"), period="2025-Q4", by=BY, at=NOW
        )
    assert (row.state, row.figures, row.period) == ("mapped", {}, "2025-Q4")
    row = desk.validate(row)
    assert (row.counted()["accepted"], row.counted()["totals"][0]["accepted"]) == (1, "1.50")


def test_a_file_without_a_profile_waits_for_one(desk: Desk) -> None:
    row = desk.begin("Titel,Geld\nA,1.50\n").row
    assert row.state == "detected"
    with pytest.raises(imports.NotAtThatStep):
        desk.validate(row)
    with pytest.raises(ProfileUnknown):
        desk.begin("Title,Geld\nA,1.50\n", "other.csv", profile="nosuch")


def test_a_file_broken_further_down_is_refused_and_may_come_again(desk: Desk) -> None:
    rows = "x,SE,2026-01,1.00,EUR\n"
    text = GOOD + rows * 300 + '"open quote,1,2,3,4\n' + rows * 9_000
    begun = desk.begin(text)
    with pytest.raises(jobs.JobFailed, match="quote") as failed:
        desk.validate(begun.row)
    assert failed.value.problem()["code"] == UnreadableFile.code
    row = desk.look(begun.row)
    assert (row.state, row.findings["problem"]["code"]) == ("refused", "unreadable_file")
    assert not desk.begin(text).again


def test_a_job_that_is_cancelled_leaves_the_import_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_jobs, "_BEAT_SECONDS", 0)
    row = desk.begin(GOOD + "x,SE,2026-01,1.00,EUR\n" * 200_000).row
    with tenant_atomic(desk.org.id):
        job = imports.validate(import_id=row.pk, by=BY, at=NOW)
    asked: list[int] = []

    class Asked(jobs.JobContext):
        def checkpoint(self, *args: Any, **kwargs: Any) -> None:
            if not asked:
                asked.append(1)
                with tenant_atomic(desk.org.id):
                    jobs.cancel(job_id=job.pk, at=NOW)
            super().checkpoint(*args, **kwargs)

    monkeypatch.setattr("foundation.jobs.worker.JobContext", Asked)
    assert jobs.work(desk.org.id, job.pk) == "cancelled"
    assert (desk.look(row).state, desk.look(row).figures) == ("mapped", {})


def test_a_worker_killed_over_a_commit_leaves_no_row_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = desk.validate(desk.begin(GOOD).row)
    with tenant_atomic(desk.org.id):
        job = imports.commit(import_id=row.pk, by=BY, at=NOW)

    class Killed(BaseException):
        """A worker's end in the middle of its transaction."""

    def die(ctx: jobs.JobContext, *args: Any, **kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs.JobContext, "checkpoint", die)
        with pytest.raises(Killed):
            jobs.work(desk.org.id, job.pk)
    assert desk.look(row).state == "validated"
    with tenant_atomic(desk.org.id):
        assert SalesFile.objects.count() == 0
        Job.objects.filter(pk=job.pk).update(lease_until=NOW.replace(year=2020))
    assert jobs.work(desk.org.id, job.pk) == "done"
    with tenant_atomic(desk.org.id):
        assert [sales.lines for sales in SalesFile.objects.all()] == [2]
        Job.objects.filter(pk=job.pk).update(
            state="queued", ended_at=None, result=None, lease_until=None, lease_token=None
        )
    assert jobs.work(desk.org.id, job.pk) == "done"
    with tenant_atomic(desk.org.id):
        assert SalesFile.objects.count() == 1


def test_corrected_rows_replace_just_those_rows(desk: Desk) -> None:
    first = desk.take(MIXED)
    text = desk.errors(first).read_text("utf-8-sig")
    assert len(text.splitlines()) == 3
    second = desk.take(text.replace("Atlantis", "FI"), "errors.csv")
    assert second.corrects_id == first.pk
    assert (second.counted()["accepted"], second.counted()["rejected"]) == (1, 1)
    with tenant_atomic(desk.org.id):
        assert set(questions.open_rows(first)) == {5}
        assert [sales.lines for sales in SalesFile.objects.order_by("id")] == [2, 1]
    third = desk.take(
        desk.errors(first, "again.csv").read_text("utf-8-sig").replace("ten", "7.00"), "again.csv"
    )
    assert third.counted()["totals"][0]["accepted"] == "7.00"
    with tenant_atomic(desk.org.id):
        assert questions.open_rows(first) == {}


def test_rows_that_are_not_open_are_not_replaced(desk: Desk) -> None:
    first = desk.take(MIXED)
    text = desk.errors(first).read_text("utf-8-sig").replace("\n4,", "\n2,")
    row = desk.begin(text, "errors.csv").row
    with pytest.raises(jobs.JobFailed, match="row 2"):
        desk.validate(row)
    assert desk.look(row).state == "refused"


def test_corrections_wait_for_their_import_and_go_with_it(desk: Desk) -> None:
    first = desk.validate(desk.begin(MIXED).row)
    errors = desk.errors(first)
    errors.write_text(errors.read_text("utf-8-sig").replace("Atlantis", "FI"), "utf-8")
    with tenant_atomic(desk.org.id):
        begun = imports.replace_rows(
            import_id=first.pk, source=errors, name="errors.csv", by=BY, at=NOW
        )
    second = desk.validate(begun.row)
    with pytest.raises(imports.NotAtThatStep, match="isn't taken yet"):
        desk.commit(second)
    desk.commit(first)
    assert desk.look(second).state == "committed"


def test_an_errors_file_of_no_import_is_refused(desk: Desk) -> None:
    with pytest.raises(questions.UnknownImport):
        desk.begin("_row,_error," + GOOD)


def test_an_import_is_taken_back_with_its_corrections(desk: Desk) -> None:
    first = desk.take(MIXED)
    second = desk.take(
        desk.errors(first).read_text("utf-8-sig").replace("Atlantis", "FI"), "errors.csv"
    )
    with tenant_atomic(desk.org.id):
        imports.reverse(import_id=first.pk, reason="Sent by mistake", by=BY, at=NOW)
        assert not SalesFile.objects.filter(reversed_at=None).exists()
    assert {desk.look(row).state for row in (first, second)} == {"reversed"}
    assert desk.take(MIXED).pk != first.pk


def test_the_errors_file_of_a_dsr_file_comes_back_too(desk: Desk) -> None:
    sample = next(SAMPLES.glob("DSR_*.tsv"))
    text = sample.read_text("utf-8").replace("\tSE\t", "\tQQ\t")
    first = desk.take(text, sample.name)
    assert (first.state, first.counted()["accepted"]) == ("committed", 0)
    assert first.counted()["totals"][0]["quarantined"] == "140.00"
    errors = desk.errors(first).read_text("utf-8-sig").replace(",QQ,", ",SE,")
    second = desk.take(errors, "errors.csv")
    assert second.corrects_id == first.pk
    assert second.counted()["totals"][0]["accepted"] == "140.00"


@pytest.mark.parametrize("least", ["0.000001", "-0.000000000000001"])
def test_numbers_that_need_more_than_64_bits_keep_every_digit(desk: Desk, least: str) -> None:
    rows = [f"A,123456789012345.1,{least},EUR", "A,-999999999999999.9,,EUR", f"B,{least},1,EUR"]
    text = "\n".join(["title,amount,units,currency", *rows, ""])
    row = desk.take(text)
    wanted = {
        "A": Fraction("123456789012345.1") - Fraction("999999999999999.9"),
        "B": Fraction(least),
    }
    assert Fraction(row.counted()["totals"][0]["accepted"]) == sum(wanted.values())
    with tenant_atomic(desk.org.id):
        held = {key.title: Fraction(key.amounts["EUR"]) for key in MatchKey.objects.all()}
        (data,) = SalesBlock.objects.values_list("data", flat=True)
    assert held == wanted
    lines = Lines.from_arrow(blocks.unpacked(data))
    amounts, _ = lines.number("amount")
    units, present = lines.number("units")
    assert [amounts.at(n) for n in range(3)] == [Fraction(r.split(",")[1]) for r in rows]
    assert present.tolist() == [True, False, True]
    assert units.at(0) == Fraction(least)


def test_the_first_findings_show_while_the_rest_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_jobs, "_BEAT_SECONDS", 0)
    seen: list[Any] = []

    class Watched(jobs.JobContext):
        def checkpoint(self, cursor: Any, *args: Any, **kwargs: Any) -> None:
            seen.append(cursor)
            super().checkpoint(cursor, *args, **kwargs)

    monkeypatch.setattr("foundation.jobs.worker.JobContext", Watched)
    rows = "".join(f"Song {n},SE,2026-01,{n}.5,EUR\n" for n in range(300_000))
    desk.validate(desk.begin(MIXED + rows).row)
    early = next(cursor["errors"] for cursor in seen if cursor.get("errors"))
    assert [error["row"] for error in early] == [4, 5]


def test_ranges_of_rows_come_back() -> None:
    assert questions.as_ranges([9, 3, 4, 5, 9]) == [[3, 5], [9, 9]]
    assert questions.as_ranges([]) == []


def test_workers_know_the_jobs() -> None:
    assert tasks.check_rows is not tasks.take_rows
