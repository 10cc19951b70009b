"""CISAC's tree from the operator's file: dated, flattened, loaded twice without a change."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from territories.geography import expressions, resolver, tis
from territories.geography.groups import public_groups
from territories.models import TerritoryGroup
from territories.selectors import atlas

HEADER = ",".join(tis.COLUMNS) + "\n"
ALWAYS = "01.01.1000,31.12.3999"
SMALL = (
    HEADER
    + f"1,2199,{ALWAYS},GEOGRAPHICAL COUNTRY-GROUP,2XX,,,,NORTHERN LANDS\n"
    + f"2,208,{ALWAYS},COUNTRY,DK,DNK,01.01.1973,31.12.3999,DENMARK\n"
    + f"2,826,{ALWAYS},COUNTRY,GB,GBR,01.01.1973,31.01.2020,UNITED KINGDOM\n"
    + "2,280,01.01.1000,02.10.1990,COUNTRY,DE,DEU,01.01.1958,02.10.1990,GERMANY\n"
    + "2,276,03.10.1990,31.12.3999,COUNTRY,DE,DEU,03.10.1990,31.12.3999,GERMANY\n"
    + f"2,2198,{ALWAYS},POLITICAL COUNTRY-GROUP,2YY,,01.01.1960,31.12.1999,INNER LANDS\n"
    + f"3,752,{ALWAYS},COUNTRY,SE,SWE,01.01.1950,31.12.3999,SWEDEN\n"
    + "3,810,01.01.1000,31.12.1991,COUNTRY,SU,SUN,01.01.1970,31.12.1991,USSR\n"
    + "3,278,01.01.1000,02.10.1990,COUNTRY,DD,DDR,01.01.1970,02.10.1990,EAST\n"
    + f"1,2136,{ALWAYS},GEOGRAPHICAL COUNTRY-GROUP,2WL,,,,WORLD\n"
)


def read(text: str) -> tis.TisTree:
    return tis.read(text.splitlines())


def members(tree: tis.TisTree, code: str) -> dict[str, tuple[date | None, date | None]]:
    found = next(group for group in tree.groups if group.code == code)
    return {member.code: (member.start, member.end) for member in found.members}


def test_membership_is_dated_and_flattened_through_inner_groups():
    tree = read(SMALL)
    found = members(tree, "2XX")
    assert found["GB"] == (date(1973, 1, 1), date(2020, 2, 1))
    assert found["DE"] == (date(1958, 1, 1), None)
    assert found["SE"] == (date(1960, 1, 1), date(2000, 1, 1))
    assert found["RU"] == found["EE"] == (date(1970, 1, 1), date(1992, 1, 1))
    assert members(tree, "TIS-280") == {"DE": (None, date(1990, 10, 3))}
    assert tree.unplaced == ((278, "EAST"),)
    assert tree.rows == 10
    assert "2WL" not in {group.code for group in tree.groups}


@pytest.mark.parametrize(
    ("bad", "row", "column"),
    [
        (SMALL.replace("31.01.2020", "31.02.2020"), 4, "Belongs to until"),
        (SMALL.replace("2,826", "4,826"), 4, "Level"),
        (SMALL.replace("2,826", "2,8x6"), 4, "TIS-N"),
        (SMALL.replace(",UNITED KINGDOM", ""), 4, None),
        (SMALL.replace("TIS-A,", "TIS,"), 1, None),
        ("", 1, None),
    ],
)
def test_a_fault_is_told_with_row_and_column(bad, row, column):
    with pytest.raises(tis.BadTisFile) as raised:
        read(bad)
    assert (raised.value.extra["row"], raised.value.extra["column"]) == (row, column)


def test_the_published_tree_agrees_with_our_dates_of_the_union():
    samples = os.environ.get("MEDIATRACK_SAMPLES")
    if not samples:
        pytest.skip("MEDIATRACK_SAMPLES does not name the directory of samples")
    text = (Path(samples) / "tis" / "tis-tree.csv").read_text("utf-8-sig")
    tree = read(text)
    assert tree.rows == 916
    assert [number for number, _ in tree.unplaced] == [278, 720]
    ours = {one.code: (one.start, one.end) for one in public_groups()["EU"].members}
    assert members(tree, "2EN") == ours
    assert members(tree, "2CS")["HK"] == (date(1931, 1, 1), date(1997, 7, 1))
    for code in ("DACH", "SCANDINAVIA", "BENELUX", "NORTH-AFRICA", "NORTH-AMERICA"):
        number = {"DACH": 2124}.get(code, public_groups()[code].tis)
        cisac = next(group for group in tree.groups if group.tis == number)
        now = date(2026, 1, 1)
        assert set(cisac.codes(now)) == set(public_groups()[code].codes(now))


@pytest.fixture
def import_tis(admin_dsn: str, tmp_path: Path) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Run the command on a tree, as an operator does; take its rows out again afterwards."""
    name = conninfo_to_dict(admin_dsn)["dbname"]
    env = dict(os.environ)
    for url in ("DATABASE_URL", "DATABASE_MIGRATE_URL"):
        env[url] = urlsplit(os.environ[url])._replace(path=f"/{name}").geturl()

    def run(text: str) -> dict[str, Any]:
        file = tmp_path / "tree.csv"
        file.write_text(text)
        command = [sys.executable, "-m", "django", "import_tis", str(file), "--json"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return json.loads(done.stdout if done.returncode == 0 else done.stderr)

    yield run
    with psycopg.connect(admin_dsn, autocommit=True) as link:
        groups = "SELECT code FROM territories_territorygroup WHERE source = 'tis'"
        link.execute(f"DELETE FROM territories_groupmember WHERE group_id IN ({groups})")
        link.execute("DELETE FROM territories_territorygroup WHERE source = 'tis'")


@pytest.mark.django_db
def test_the_import_reports_what_changed_and_then_changes_nothing(import_tis):
    first = import_tis(SMALL)
    assert first["groups_added"] == ["2YY", "2XX", "TIS-280"]
    assert first["memberships"]["superseded"] == 0
    assert first["unplaced"] == [[278, "EAST"]]
    again = import_tis(SMALL)
    assert (again["groups_added"], again["changes"]) == ([], [])
    changed = import_tis(SMALL.replace("31.01.2020", "31.12.2020"))
    assert changed["changes"] == [
        ["-", "2XX", "GB", "1973-01-01", "2020-02-01"],
        ["+", "2XX", "GB", "1973-01-01", "2021-01-01"],
    ]
    known = atlas.public()
    assert str(expressions.parse("WORLD - 2199", atlas=known)) == "WORLD - 2XX"
    assert resolver.matcher("2199", on=date(2020, 6, 1), atlas=known)("GB")
    assert str(expressions.parse("2136 - 2123", atlas=known)) == "WORLD - EU"


@pytest.mark.django_db
def test_a_bad_file_is_refused_and_nothing_is_stored(import_tis):
    problem = import_tis(SMALL.replace("31.01.2020", "2020-01-31"))
    assert (problem["code"], problem["row"]) == ("bad_tis_file", 4)
    assert not TerritoryGroup.objects.filter(source="tis").exists()
