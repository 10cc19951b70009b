"""The errors file of an import: its open rows, corrections counted in."""

from contextlib import ExitStack
from pathlib import Path

from integrations.files.corrections import BadRows, write_errors
from integrations.models import Import
from integrations.selectors import imports as questions
from integrations.services.plain_files import plain_file


def write(row: Import, target: Path) -> int:
    """Write the rows of an import that are still not accepted; return how many.

    ``target`` ends in .xlsx for a workbook; anything else is CSV. Corrected and imported again, the
    file replaces just those rows.
    """
    first = row.corrects or row
    family, open_rows = questions.family(first), questions.open_rows(first)
    with ExitStack() as opened:
        parts = []
        for at, member in enumerate(family):
            if member.bad_file is None:
                continue
            path = opened.enter_context(plain_file(member.bad_file))
            mine = {number for number, place in open_rows.items() if place == at}
            parts.append(BadRows(path, only=mine))
        return write_errors(parts, target)
