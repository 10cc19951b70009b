"""What is wrong with the open quarter, on purpose: something for each kind of exception."""

from collections.abc import Sequence
from dataclasses import replace

from demo.content import tables
from demo.content.plan import Delivery, Piece
from demo.content.sales import Quarter, Row, streamed


def known_slips(quarter: Quarter, pieces: Sequence[Piece]) -> list[Row]:
    """Return lines of a misspelt title without a number, which come back every quarter."""
    piece = next(each for each in pieces if each.kind == "recording")
    return [_line(quarter, piece, f"slip {month}", month, misspelt(piece.title), "") for month in
            quarter.months]  # fmt: skip


def misspelt(title: str) -> str:
    """Return a title as somebody in a hurry types it: two letters have changed places."""
    return title[:2] + title[3] + title[2] + title[4:]


def new_slips(quarter: Quarter, pieces: Sequence[Piece]) -> list[Row]:
    """Return the open quarter's lines that a person must look at.

    Misspelt titles without a number, numbers that nobody knows, one title by one artist twice in
    the catalogue, and cells that can't be read.
    """
    recordings = [each for each in pieces if each.kind == "recording"]
    found: list[Row] = []
    for at, piece in enumerate(recordings[10:18]):
        month = quarter.months[at % 3]
        found.append(_line(quarter, piece, f"typo {at}", month, misspelt(piece.title), ""))
    for at, piece in enumerate(recordings[30:36]):
        found.append(
            _line(
                quarter, piece, f"unknown {at}", quarter.months[0], piece.title, f"QZUNK26{at:05}"
            )
        )
    twins = [each for each in recordings if not each.parent]
    for at, month in enumerate(quarter.months):
        found.append(_line(quarter, twins[0], f"twin {at}", month, twins[0].title, ""))
    lost = _line(quarter, recordings[40], "lost", quarter.months[1], "Untitled 04", "")
    lost["Track Artist"] = lost["Artist Name"] = "Unknown Artist"
    atlantis = _line(quarter, recordings[41], "atlantis", quarter.months[1], "", "")
    atlantis |= {"Track Name": recordings[41].title, "Territory": "Atlantis"}
    unread = _line(quarter, recordings[42], "unread", quarter.months[2], recordings[42].title, "")
    unread["Label Share Net Receipts"] = "ten"
    return [*found, lost, atlantis, unread]


def nearly_again(delivery: Delivery) -> Delivery:
    """Return a file as its sender sends it again: one figure corrected, another name."""
    lines = delivery.content.split(b"\r\n")
    cells = lines[1].split(b",")
    cells[-2] = b"1.11"
    lines[1] = b",".join(cells)
    name = delivery.name.replace(".csv", " (corrected).csv")
    return replace(delivery, name=name, content=b"\r\n".join(lines))


def with_rows(delivery: Delivery, rows: Sequence[Row]) -> Delivery:
    """Return a file of the Brightwater layout with more rows at its end."""
    more = tables.BRIGHTWATER.written(rows).split(b"\r\n", 1)[1]
    return replace(delivery, content=delivery.content + more)


def _line(quarter: Quarter, piece: Piece, what: str, month: int, title: str, isrc: str) -> Row:
    throw = quarter.throw(f"brightwater {what}")
    row = streamed(throw, tables.BRIGHTWATER, piece, "US", month, "USD")
    units, price = throw.randrange(40_000, 400_000), 38
    row |= {"Trans Type": "PS", "Trans Type Description": "Premium Streams"}
    row |= {"Unit Price": tables.BRIGHTWATER.number(price), "Quantity": str(units)}
    row |= {"Total": tables.BRIGHTWATER.number(units * price)}
    row |= {"Label Share Net Receipts": tables.BRIGHTWATER.number(units * price * 85 // 100)}
    row |= {"Track Name": title, "ISRC": isrc}
    return row
