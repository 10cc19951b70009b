"""manage.py export_audit: one organisation's trail as files that the stand-alone verifier reads."""

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from audit.engine import verify_audit
from audit.selectors import chain
from audit.services.checkpoints import second_place
from foundation.commands import TenantCommand
from foundation.keys.signing import signing_keys


class Command(TenantCommand):
    """Writes events.jsonl, checkpoints.jsonl, public_keys.txt and the verifier itself."""

    help = "Export one organisation's audit trail for an auditor."

    def arguments(self, parser: ArgumentParser) -> None:
        """Take --out."""
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where to")

    def work(self, org: Any, options: dict[str, Any]) -> None:
        """Write the files."""
        out: Path = options["out"]
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        documents = second_place().read(org.id)  # first: they may not speak of later events
        count = 0
        with (out / "events.jsonl").open("w", encoding="utf-8") as file:
            for line in chain.lines():
                file.write(json.dumps(line, sort_keys=True) + "\n")
                count += 1
        (out / "checkpoints.jsonl").write_text(
            "".join(json.dumps(document, sort_keys=True) + "\n" for document in documents),
            encoding="utf-8",
        )
        keys = "".join(key.hex() + "\n" for key in signing_keys().public())
        (out / "public_keys.txt").write_text(keys, encoding="ascii")
        shutil.copyfile(verify_audit.__file__, out / "verify_audit.py")
        self.say(
            {"out": str(out), "events": count, "checkpoints": len(documents)}
            | {"check": "python verify_audit.py events.jsonl checkpoints.jsonl public_keys.txt"}
        )
