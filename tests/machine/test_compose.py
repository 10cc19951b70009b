"""docker-compose.yml and Dockerfile: whole, without secrets, in step with the settings."""

import re
from typing import Any

import pytest
import yaml

from machine import compose, packages, places, product

PROCESSES = ("web", "worker", "beat")
TEXT = (places.ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
DOCKERFILE = (places.ROOT / "Dockerfile").read_text()


def names_read_by_the_product() -> set[str]:
    """Return the environment names that the settings and the bootstrap command read."""
    files = [
        *places.ROOT.glob("config/*.py"),
        places.ROOT / "foundation/management/commands/bootstrap_database.py",
    ]
    read = r"""(?:env\.(?:text|flag|whole)\(|os\.environ(?:\.get\(|\[))\s*"([A-Z_]+)\""""
    return {name for file in files for name in re.findall(read, file.read_text())}


def test_all_services_are_there() -> None:
    assert {"postgres", "redis", *PROCESSES} <= SERVICES.keys()


@pytest.mark.parametrize("service", [*PROCESSES, "setup"])
def test_every_environment_name_is_one_that_the_settings_read(service: str) -> None:
    assert SERVICES[service]["environment"].keys() <= names_read_by_the_product()


@pytest.mark.parametrize("service", PROCESSES)
def test_what_a_process_needs_is_given_and_nothing_of_the_owner(service: str) -> None:
    given = SERVICES[service]["environment"].keys()
    assert {"DATABASE_URL", "REDIS_URL", "MEDIATRACK_STATE", "MEDIATRACK_BASE_URL"} <= given
    assert not given & {"DATABASE_ADMIN_URL", "DATABASE_MIGRATE_URL", "DATABASE_BACKUP_PASSWORD"}


def test_the_application_never_signs_in_as_an_owner_of_tables() -> None:
    for service in PROCESSES:
        url = SERVICES[service]["environment"]["DATABASE_URL"]
        assert url.startswith("postgresql://mediatrack_app:")


@pytest.mark.parametrize("service", ["postgres", "redis", *PROCESSES])
def test_every_lasting_service_says_whether_it_is_healthy(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"


def test_processes_start_after_the_schema() -> None:
    for service in PROCESSES:
        waits = SERVICES[service]["depends_on"]
        assert waits == {"setup": {"condition": "service_completed_successfully"}}


def test_no_password_is_written_down() -> None:
    """Every name that holds a secret takes it from outside, and stops the start without it."""
    asked = set(re.findall(r"\$\{([A-Z_]*PASSWORD):\?", TEXT))
    assert asked == set(compose.PASSWORDS)
    for match in re.finditer(r"^ +\w*(?:PASSWORD|SECRET|KEY): (\S+)", TEXT, re.MULTILINE):
        assert match[1].startswith("${"), match[0]
    for match in re.finditer(r"postgresql://\w+:([^@]+)@", TEXT):
        assert match[1].startswith("${"), match[0]
    assert not re.search(r"(PASSWORD|SECRET|KEY)=", DOCKERFILE)


def test_only_this_machine_reaches_the_published_port() -> None:
    published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_containers_run_the_same_programs_as_make_run(tmp_path: Any) -> None:
    here = {p.name: p.command for p in product.processes(8000, tmp_path)}
    web = re.search(r"^CMD \[(.+)\]$", DOCKERFILE, re.MULTILINE)
    assert web is not None
    assert '"granian"' not in web[1]
    assert ".venv/bin/granian" in web[1]
    assert f'"{here["web"][-1]}"' in web[1]
    for name in ("worker", "beat"):
        there = SERVICES[name]["command"]
        assert there[:4] == [".venv/bin/celery", "-A", here[name][4], name]


def test_the_image_does_not_run_as_root_and_checks_hashes() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["mediatrack"]
    assert DOCKERFILE.count("--require-hashes") == 2


def test_the_image_holds_the_libraries_that_make_run_installs() -> None:
    outside = {"python3-venv", "make", "postgresql", "redis-server"}
    for name in set(packages.NEEDED) - outside:
        assert f" {name} " in DOCKERFILE.replace("\\\n", " ")
