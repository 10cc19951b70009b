"""House rules no linter knows: sizes, floats near money, writes out of place, inline scripts."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = (
    "config demo integrations reporting notifications royalties licenses identification rights "
    "catalog holders territories accounts audit foundation kernel"
).split()
FILE_LINES, FUNCTION_LINES = 400, 50
MONEY = re.compile(r"amount|money|price|royalt|revenue|payable|fee|advance|balance|tax", re.I)


def files(pattern: str) -> list[Path]:
    """Return the repository's files of a kind, without third-party ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", pattern],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    found = [ROOT / name for name in listed if name and "/vendor/" not in f"/{name}"]
    return [path for path in found if path.exists()]


CODE = [path for path in files("*.py") if path.relative_to(ROOT).parts[0] in APPS]
SOURCE = [path for path in CODE if "migrations" not in path.parts]
TREES = {path: ast.parse(path.read_text()) for path in SOURCE}


def name(path: Path, line: int = 0) -> str:
    """Return a place as people read it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def test_there_is_something_to_look_at():
    assert len(SOURCE) > 50


def test_files_are_short():
    everything = [*SOURCE, *files("tests/*.py"), *files("bin/*.py"), *files("templates/*.html")]
    long = {name(path): len(path.read_text().splitlines()) for path in everything}
    assert {path: lines for path, lines in long.items() if lines > FILE_LINES} == {}


def test_functions_are_short():
    long = [
        f"{name(path, node.lineno)} {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_float_stands_near_money():
    found = []
    for path, tree in TREES.items():
        lines = path.read_text().splitlines()
        for node in ast.walk(tree):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            cast = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "float"
            )
            exact = "engine" in (parts := path.relative_to(ROOT).parts) or parts[0] == "kernel"
            if (literal or cast) and (exact or MONEY.search(lines[node.lineno - 1])):
                found.append(name(path, node.lineno))
    assert found == []


def test_rows_are_written_by_models_and_services_alone():
    writes = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    found = [
        f"{name(path, node.lineno)} .{node.func.attr}("
        for path, tree in TREES.items()
        if not {"services", "models"} & {*path.parts, path.stem}
        and not path.is_relative_to(ROOT / "foundation")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writes
    ]
    assert found == []


def test_nothing_happens_behind_a_signal():
    found = [
        name(path, node.lineno)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and re.match(r"django\.(dispatch|db\.models\.signals|core\.signals)", node.module or "")
    ]
    assert found == []


def test_hooks_on_commit_stay_behind_the_wall():
    found = [
        name(path, number)
        for path in SOURCE
        if not path.is_relative_to(ROOT / "foundation")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "transaction.on_commit(" in line
    ]
    assert found == []


BANNED = {
    "an inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "an inline style": r"<style|\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "evaluated by htmx": r"hx-on|hx-vals\s*=\s*[\"']js:|hx-boost",
    "unescaped": r"\|\s*safe\b",
}


@pytest.mark.parametrize("rule", BANNED)
def test_pages_hold_nothing(rule):
    found = [
        name(path, number)
        for path in files("templates/*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(BANNED[rule], line, re.I)
    ]
    assert found == []


def test_words_that_say_nothing_name_nothing():
    vague = re.compile(r"(^|_)(process|handle|manager|utils?|helpers?)($|_)")
    django_asks = {"handle"}  # management commands
    found = [
        f"{name(path, node.lineno)} {node.name}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and vague.search(node.name)
        if node.name not in django_asks and not node.name.startswith("process_exception")
    ]
    assert found + [name(path) for path in SOURCE if vague.search(path.stem)] == []
