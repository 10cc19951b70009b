"""Speak to the person at the terminal, and run other programs."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class Trouble(Exception):
    """Something the person at the terminal has to know; its text is shown as it is."""


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print one line on standard error at once."""
    print(text, file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    doing: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    text_in: str | None = None,
) -> str:
    """Run a program and return what it printed; raise Trouble with its last lines if it fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=None if env is None else dict(env),
            cwd=cwd,
            input=text_in,
            stdin=subprocess.DEVNULL if text_in is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        raise Trouble(f"{doing}: the program {command[0]} is not on this machine.") from None
    if done.returncode != 0:
        raise Trouble(
            f"{doing} failed ({command[0]}, exit {done.returncode}):\n{last(done.stdout)}"
        )
    return done.stdout


def last(text: str, lines: int = 25) -> str:
    """Return the last lines of a text, indented."""
    return "\n".join("  " + line for line in text.rstrip().splitlines()[-lines:])


def last_of(file: Path, lines: int = 25) -> str:
    """Return the last lines of a log file, indented; nothing if there is no such file."""
    try:
        return last(file.read_text(errors="replace"), lines)
    except OSError:
        return ""
