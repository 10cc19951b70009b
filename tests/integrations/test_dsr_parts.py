"""A report in several files: its parts are held against each other, its money counts once."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Organisation
from foundation import jobs
from foundation.tenancy import tenant_atomic
from integrations.models import Import
from integrations.selectors.report_parts import PartRefused
from integrations.services import imports
from tests.integrations.test_dsr import NAME, TEXT
from tests.integrations.test_imports import BY, NOW, Desk

pytestmark = pytest.mark.django_db
HEAD = TEXT.splitlines()[0]
SUMMARIES = TEXT.splitlines()[1:4]
BLOCK = TEXT.splitlines()[4:10]


@pytest.fixture(autouse=True)
def own_directories(settings: Any, tmp_path: Path) -> None:
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"


@pytest.fixture
def desk(org: Organisation, tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    return Desk(org, folder)


def name(number: int, count: int = 2) -> str:
    return NAME.replace("1of1", f"{number}of{count}").replace("100000", f"10000{number}")


def part(number: int, *, count: int = 2, foot: str = "", summaries: list[str] = SUMMARIES) -> str:
    """Return one part; the last one says how many lines (22) and blocks (2) all parts have."""
    head = HEAD.replace("\t1\t1\t2026", f"\t{number}\t{count}\t2026")
    block = [line.replace("B1", f"B{number}") for line in BLOCK]
    whole = foot or ("\t22\t2\t1\t2" if number == count else "\t\t2\t1\t")
    return "\n".join([head, *summaries, *block, f"FOOT\t11{whole}", ""])


def told(row: Import) -> str:
    return " ".join(error["message"] for error in row.findings["errors"])


def accepted(row: Import) -> tuple[str | None, str]:
    (total,) = row.counted()["totals"]
    return total["reported"], total["accepted"]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_reports_money_counts_once_whatever_part_comes_last(desk: Desk, order) -> None:
    first, last = (desk.take(part(n), name(n)) for n in order)
    assert f"Still to come: {order[1]}." in told(first)
    assert accepted(first) == (None, "2.50")  # 1.875 and 0.625 are allocated
    assert accepted(last) == ("137.50", "137.50")  # the report's 140.00 less those
    assert (first.state, last.state) == ("committed", "committed")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"foot": "\t23\t2\t1\t2"}, "dsr_count"),
        ({"foot": "\t22\t2\t1\t3"}, "dsr_count"),
        ({"summaries": [s.replace("40.00", "41.00") for s in SUMMARIES]}, "dsr_parts_differ"),
    ],
)
def test_what_the_parts_say_of_the_whole_must_be_so(desk: Desk, wrong, code: str) -> None:
    desk.take(part(1), name(1))
    row = desk.validate(desk.begin(part(2, **wrong), name(2)).row)
    assert row.state == "refused"
    assert code in {error["code"] for error in row.findings["errors"]}


def test_a_part_that_comes_twice_is_named(desk: Desk) -> None:
    desk.take(part(1), name(1))
    again = part(1).replace("1.875", "1.775")
    row = desk.validate(desk.begin(again, name(1)).row)
    assert row.state == "refused"
    assert "Part 1 of 2 came before" in told(row)


def test_parts_checked_side_by_side_are_checked_again_before_they_are_taken(desk: Desk) -> None:
    first = desk.validate(desk.begin(part(1), name(1)).row)
    second = desk.begin(part(2), name(2)).row
    figures = first.figures
    with tenant_atomic(desk.org.id):  # as if the first were not checked yet
        Import.objects.filter(pk=first.pk).update(state="mapped", figures={})
    second = desk.validate(second)
    with tenant_atomic(desk.org.id):
        Import.objects.filter(pk=first.pk).update(state="validated", figures=figures)
    with pytest.raises(jobs.JobFailed, match="Check it again"):
        desk.commit(second)
    second = desk.commit(desk.validate(desk.look(second)))
    assert accepted(second) == ("137.50", "137.50")
    assert desk.commit(desk.look(first)).state == "committed"


def test_the_part_with_the_remainder_goes_first(desk: Desk) -> None:
    first, second = desk.take(part(1), name(1)), desk.take(part(2), name(2))

    def reverse(row: Import) -> None:
        with tenant_atomic(desk.org.id):
            imports.reverse(import_id=row.pk, reason="Resent", by=BY, at=NOW)

    with pytest.raises(PartRefused, match="2of2"):
        reverse(first)
    reverse(second)
    reverse(first)
    assert accepted(desk.take(part(2), name(2))) == (None, "2.50")
    assert accepted(desk.take(part(1), name(1))) == ("137.50", "137.50")


def test_reports_of_another_service_or_place_are_no_parts(desk: Desk) -> None:
    desk.take(part(1), name(1))
    row = desk.take(part(2), name(2).replace("_SE_", "_NO_"))
    assert "Still to come: 1." in told(row)
