"""The second place of checkpoints: one file of JSON lines for each organisation, only added to."""

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from foundation.owner import hand_over, make_private


class SecondPlace:
    """A directory on another disk or machine than the database."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, org_id: UUID) -> Path:
        """Return where an organisation's checkpoints lie."""
        return self.directory / f"{org_id}.jsonl"

    def read(self, org_id: UUID) -> list[dict[str, Any]]:
        """Return the checkpoints that lie here; a line that can't be read is an empty one.

        A last line without its end was cut off while it was written: it doesn't count.
        """
        try:
            content = self.path(org_id).read_bytes()
        except FileNotFoundError:
            return []
        return [_document(line) for line in content.split(b"\n")[:-1]]

    def count(self, org_id: UUID) -> int:
        """Return how many checkpoints lie here."""
        return len(self.read(org_id))

    def add(self, org_id: UUID, documents: Iterable[dict[str, Any]]) -> int:
        """Append those of ``documents``, numbered from 1, that aren't here; return how many."""
        make_private(self.directory)
        descriptor = os.open(self.path(org_id), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        hand_over(self.path(org_id))
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(self.path(org_id).read_bytes().rfind(b"\n") + 1)
            present, added = self.count(org_id), 0
            for document in documents:
                if document["body"]["number"] > present:
                    file.write(json.dumps(document, sort_keys=True).encode() + b"\n")
                    added += 1
            file.flush()
            os.fsync(file.fileno())
        return added

    def organisations(self) -> set[UUID]:
        """Return the organisations that have checkpoints here."""
        return {UUID(path.stem) for path in self.directory.glob("*-*-*-*-*.jsonl")}


def _document(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
