"""What `make` finds missing, the addresses it hands on, and how manage.py finds its servers."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config import environment
from machine import packages, places, servers
from machine.postgres import Postgres
from machine.shell import Trouble

ALL = dict.fromkeys(servers.OWN, "postgresql://somewhere/else")


def test_an_installed_package_is_not_missing_and_an_unknown_one_is() -> None:
    assert packages.missing(["ca-certificates", "no-such-package"]) == ["no-such-package"]


def test_a_database_address_reaches_the_settings_unchanged(tmp_path: Path) -> None:
    cluster = Postgres(tmp_path / "it's a path", lasting=False)
    read = environment.database(cluster.url("mediatrack_app", "p@ss/w:rd%", "mediatrack"))
    assert read["HOST"] == str(cluster.sockets)
    assert (read["USER"], read["PASSWORD"]) == ("mediatrack_app", "p@ss/w:rd%")
    assert read["NAME"] == "mediatrack"


def test_given_servers_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    assert servers.given()
    assert servers.running_environment() == {}


@pytest.mark.parametrize("left_out", servers.OWN)
def test_some_given_servers_are_refused(monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(left_out)
    with pytest.raises(Trouble, match=f"is set but not {left_out}"):
        servers.given()


def test_tests_run_on_servers_of_their_own() -> None:
    from django.conf import settings

    host = settings.DATABASES["default"]["HOST"]
    assert host == str(servers.Servers("test").postgres.sockets)
    assert host != str(servers.Servers("run").postgres.sockets)
    assert urlsplit(settings.REDIS_URL).path != str(servers.Servers("run").redis.socket)
    assert not settings.DEMO


def test_servers_in_use_are_not_stopped() -> None:
    assert not servers.Servers("test").stop_if_unused()
    assert servers.Servers("test").running()


def test_files_with_passwords_are_closed_to_others() -> None:
    directory = servers.Servers("test").directory
    for name in ("passwords.json", "environment.json"):
        assert (directory / name).stat().st_mode & 0o077 == 0
    known = json.loads((directory / "passwords.json").read_text()).values()
    assert len(set(known)) == 4


def test_manage_py_starts_again_under_the_projects_own_python() -> None:
    other = [sys.base_prefix + "/bin/python3", str(places.ROOT / "manage.py"), "shell", "-v", "0"]
    code = "import sys; print(sys.prefix)"
    done = subprocess.run([*other, "-c", code], cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(places.VENV)


def test_no_file_of_the_machine_names_a_registry() -> None:
    listed = subprocess.run(
        [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "--",
            "bin",
            "requirements",
            "Makefile",
            "Dockerfile",
            "docker-compose.yml",
            "pyproject.toml",
            ".npmrc",
            ".ci",
            "README.md",
        ],
        cwd=places.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert listed
    hosts = ("pypi." + "org", "npmjs." + "org", "pythonhosted." + "org")
    named = [f for f in listed if any(host in (places.ROOT / f).read_text() for host in hosts)]
    assert named == []
