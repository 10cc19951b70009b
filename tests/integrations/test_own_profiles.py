"""An organisation's own profiles: by version, never changed, before shipped ones of their name."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error, transaction
from django.utils import timezone

from accounts.models import Organisation
from audit.actors import command
from foundation.tenancy import tenant_atomic
from integrations.files.contract import InvalidProfile
from integrations.models import Import, ImportProfile
from integrations.profiles import problems
from integrations.selectors import profiles as questions
from integrations.services import profiles

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parents[2] / "docs" / "imports.md"
DOCUMENTED = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)[0])


def enter(org: Organisation, **change: Any) -> ImportProfile:
    with tenant_atomic(org.id):
        return profiles.enter(
            document={**DOCUMENTED, **change}, by=command("test"), at=timezone.now()
        )


def test_the_documented_example_is_a_profile() -> None:
    assert problems(DOCUMENTED) == []


def test_a_higher_version_takes_over_and_an_equal_one_is_refused(org: Organisation) -> None:
    enter(org)
    with pytest.raises(profiles.ProfileClash, match="2 or more"):
        enter(org)
    enter(org, version=3, title="Third")
    with tenant_atomic(org.id):
        (document,) = questions.own()
        assert (document["version"], document["title"]) == (3, "Third")
        assert questions.latest_version("fjord-radio") == 3


def test_a_version_never_changes(org: Organisation) -> None:
    row = enter(org)
    with tenant_atomic(org.id):
        with pytest.raises(Error), transaction.atomic():
            ImportProfile.objects.filter(pk=row.pk).update(title="Other")
        assert ImportProfile.objects.get(pk=row.pk).title == DOCUMENTED["title"]


def test_what_breaks_the_rules_is_refused_with_its_path(org: Organisation) -> None:
    with pytest.raises(InvalidProfile) as refused:
        enter(org, columns={"title": {"header": ["Song"]}})
    assert refused.value.extra["path"].startswith("columns")
    with pytest.raises(profiles.ProfileClash):
        enter(org, name="ddex-dsr")


def test_another_organisation_never_sees_it(org: Organisation, other_org: Organisation) -> None:
    enter(org)
    with tenant_atomic(other_org.id):
        assert questions.own() == []


def test_it_reads_the_files_it_was_written_for(
    org: Organisation, settings: Any, tmp_path: Path
) -> None:
    settings.KEY_DIR, settings.FILE_DIR = tmp_path / "keys", tmp_path / "files"
    document, path = tmp_path / "profile.json", tmp_path / "radio.csv"
    document.write_text(json.dumps(DOCUMENTED), "utf-8")
    call_command("import_profile", str(document), "--org", org.slug)
    path.write_text(
        "Reporting period;2026-05\n\n"
        "Song;Version;Performer;Use;Country;Plays;Net (NOK);Status;Remark\n"
        "Tide;Live;Kelp;Radio;;3;1.234,50;;\nTide;;Kelp;bar;SE;1;2,50;withheld;\n",
        "utf-8",
    )
    call_command("import_sales", str(path), "--org", org.slug)
    with tenant_atomic(org.id):
        row = Import.objects.get()
    assert (row.profile, row.profile_version, row.period) == ("fjord-radio", 1, "2026-Q2")
    assert row.counted()["totals"][0]["accepted"] == "1234.50"
    assert [skipped["rule"] for skipped in row.findings["skipped"]] == ["Withheld"]
