"""Any table as rows of text, read in the confined child: what works and holders come in."""

from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from integrations.files import limits
from integrations.files.contract import UnreadableFile
from integrations.files.headers import unique_headings
from integrations.files.texts import TextTable
from integrations.files.workbooks import Workbook

if TYPE_CHECKING:
    from integrations.files.tables import Request

MOST = 200_000


@dataclass
class PlainTable:
    """Headings and rows; ``rows`` is a Parquet file of ``_row`` and one text column a heading."""

    kind: str
    encoding: str
    headings: list[str]
    header_row: int
    raw: list[list[str]] = field(default_factory=list)
    count: int = 0
    rows: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return asdict(self)


def read_rows(table: TextTable | Workbook, asked: "Request") -> PlainTable:
    """Return the table whose first filled row is its header. Raises UnreadableFile."""
    if isinstance(table, Workbook):
        table.choose(asked.sheet or table.sheets()[0])
    rows = iter(table.rows())
    header = next(((n, cells) for n, cells in rows if any(map(str.strip, cells))), None)
    if header is None:
        raise UnreadableFile("The table is empty.")
    number, cells = header
    cells = list(map(_kept, cells))
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    headings = unique_headings(cells)
    found = PlainTable(table.kind, table.encoding, headings, number)
    path = asked.folder / "rows.parquet"
    schema = pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in headings)])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while some := list(islice(rows, limits.BATCH_ROWS)):
            filled = [(n, list(map(_kept, line))) for n, line in some if any(map(str.strip, line))]
            found.count += len(filled)
            if found.count > MOST:
                raise UnreadableFile(f"The table has more than {MOST:,} rows. Split it.")
            found.raw += [[str(n), *line[:60]] for n, line in filled][: 20 - len(found.raw)]
            columns = [pa.array([n for n, _ in filled], pa.int64())]
            for at in range(len(headings)):
                texts = [str(line[at]).strip() if at < len(line) else "" for _, line in filled]
                columns.append(pa.array(texts, pa.string()))
            writer.write_table(pa.table(columns, schema=schema))
    found.rows = str(path)
    return found


def _kept(text: str) -> str:
    """Return a cell without what PostgreSQL can't keep: another sign that no cell may have."""
    return text.replace("\0", "\x01") if "\0" in text else text
