"""python -m royalties.verify PACK.zip: recalculate a statement from its proof pack.

Needs no database, no account and no settings. Exits 0 where the statement holds, 1 where a figure
differs or the pack is damaged, 2 for wrong usage. ``--key FILE`` names the public keys (in
hexadecimal, one a line) that may have signed it; without it the pack's own key is taken, and said.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from kernel.errors import DomainError
from royalties.engine.proof.check import Verdict, check
from royalties.engine.proof.pack import read


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the pack and say what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m royalties.verify",
        description="Recalculate a statement from its proof pack, to the cent.",
    )
    parser.add_argument("pack", type=Path, metavar="PACK.zip")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the public keys to accept")
    parser.add_argument("--json", action="store_true", help="print data instead of text")
    asked = parser.parse_args(arguments)
    try:
        keys = frozenset(asked.key.read_text(encoding="ascii").split()) if asked.key else None
        with asked.pack.open("rb") as file:
            verdict = check(read(file), keys=keys)
    except (OSError, UnicodeDecodeError) as trouble:
        parser.error(str(trouble))
    except DomainError as refusal:
        verdict = Verdict("?", problems=[refusal.detail])
    told = _data(verdict) if asked.json else _text(verdict, keyed=asked.key is not None)
    sys.stdout.write(told + "\n")
    return 0 if verdict.holds else 1


def _data(verdict: Verdict) -> str:
    return json.dumps({"holds": verdict.holds, **vars(verdict)}, indent=2, ensure_ascii=False)


def _text(verdict: Verdict, *, keyed: bool) -> str:
    lines = [f"Statement {verdict.statement}: {verdict.results} results, {verdict.lines:,} lines."]
    lines += verdict.problems or ["Every figure calculates to what the statement says."]
    lines += verdict.notes
    if verdict.signed_by:
        lines.append(f"Signed by the key {verdict.signed_by}.")
        if not keyed:
            lines.append("Compare that with the key of whoever sent it, or give it with --key.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
