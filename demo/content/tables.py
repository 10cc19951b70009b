"""Partners' files as text: rows under a heading, numbers as each partner writes them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """How a partner lays its file out."""

    profile: str
    headings: tuple[str, ...]
    delimiter: str = ","
    comma: bool = False  # decimals after a comma, as in Europe

    def written(self, rows: Iterable[Mapping[str, str]]) -> bytes:
        """Return the file; a heading that a row lacks is an empty cell."""
        kept = io.StringIO()
        writer = csv.writer(kept, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow(self.headings)
        writer.writerows([row.get(name, "") for name in self.headings] for row in rows)
        return kept.getvalue().encode()

    def number(self, value: int, places: int = 4) -> str:
        """Return a whole number of the smallest parts as this partner writes decimals."""
        whole, parts = divmod(abs(value), 10**places)
        mark = "," if self.comma else "."
        return f"{'-' if value < 0 else ''}{whole}{mark}{parts:0{places}}"


ORCHARD: Sequence[str] = (
    "Period,Activity Period,DMS,Territory,Orchard UPC,Manufacturer UPC,Project Code,Product Code,"
    "Subaccount,Imprint Label,Artist Name,Product Name,Track Name,Track Artist,ISRC,Volume,"
    "Track #,Trans Type,Trans Type Description,Unit Price,Discount,Price,Quantity,Total,"
    "Adjusted Total,Split Rate,Label Share Net Receipts,Ringtone Publishing,Cloud Publishing,"
    "Publishing,Mech. Administrative Fee,Preferred Currency"
).split(",")
TUNES: Sequence[str] = (
    "Sales Period,Posted Date,Store Name,Country of Sale,Artist,Release Type,Release Title,"
    "Song Title,Label,UPC,Optional UPC,TC Song ID,Optional ISRC,Sales Type,# Units Sold,"
    "Per Unit Price,Net Sales,Net Sales Currency,Exchange Rate,Total Earned,Currency"
).split(",")
SONGS: Sequence[str] = (
    "Work Title,Work ID,ISWC,Composers,Right Type,Territory,Source,Period,Units,Amount,Currency"
).split(",")
PLAIN: Sequence[str] = (
    "own,title,artist,right_type,channel,format,territory,source,sold_on,units,amount,currency,"
    "list_price"
).split(",")

BRIGHTWATER = Layout("orchard", tuple(ORCHARD))
OVERLAND = Layout("orchard-europe", tuple(ORCHARD), ";", comma=True)
QUAYSIDE = Layout("tunecore", tuple(TUNES))
SOCIETY = Layout("publisher", tuple(SONGS))
OWN = Layout("mediatrack", tuple(PLAIN))
