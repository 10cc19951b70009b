"""Claims as rows of a table: what imports compare with and exports write.

A claim is one row of values; ``holder`` and ``share`` list its shares, set apart by "; ".
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from catalog.selectors import works
from foundation.batched import batched
from foundation.models.keysets import among
from holders.selectors import holders
from kernel.ids import key_of
from rights.models import Claim, Share
from rights.models.claims import DateRule, Source

COLUMNS = (
    "work", "right_type", "territory", "from", "to", "date_rule", "signed_on", "source",
    "source_ref", "reason", "holder", "share",
)  # fmt: skip
PARTED = "differs over time"
SIGNATURE, IMPORT = DateRule.SIGNATURE.value, Source.IMPORT.value
BATCH = 2000
Row = dict[str, str]


def name_of(values: Row) -> str:
    """Return what tells one claim from another where no id is given; empty for half a claim."""
    if not all(values.get(name) for name in ("work", "right_type", "territory", "source")):
        return ""
    names = ("work", "right_type", "territory", "from", "to", "source", "source_ref")
    return "|".join(values.get(name, "") for name in names)


def standing(ids: Iterable[UUID], names: Iterable[str]) -> dict[UUID, Row]:
    """Return live claims with these ids or of these names; defaults aren't claims of a table."""
    wanted, asked = set(ids), {name for name in names if name}
    known = identified({name.split("|", 1)[0] for name in asked})
    found = _values(Claim.every.filter(origin__in=among(wanted))) if wanted else {}
    if known:
        there = _values(Claim.every.filter(work__in=among(set(known.values()))))
        found |= {key: row for key, row in there.items() if name_of(row) in asked}
    return found


def every() -> Iterator[tuple[UUID, Row]]:
    """Yield all live claims besides the defaults, work by work, where a table can hold them."""
    rows = Claim.every.known_at().exclude(source=Source.DEFAULT)
    order = rows.order_by("work_id", "origin").values_list("origin", flat=True).distinct()
    for some in batched(order.values_list("work_id", "origin").iterator(), BATCH):
        there = standing([origin for _, origin in some], [])
        for _, origin in some:
            if there[origin]["share"] != PARTED:
                yield origin, there[origin]


def identified(texts: Iterable[str]) -> dict[str, UUID]:
    """Return the works that texts name: an id, or the work's own code."""
    asked = set(texts)
    keys = {text: key for text in asked if (key := key_of(text))}
    there = works.codes(keys.values())
    return works.by_codes(asked - keys.keys()) | {t: k for t, k in keys.items() if k in there}


def names(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """Return, for people, the work's title and the holders' names of each row; two queries."""
    known = identified(row["work"] for row in rows)
    titles = works.titles(list(known.values()))
    listed = {text for row in rows for text in row["holder"].split("; ")}
    people = named_holders(listed)
    lines = holders.lines(people.values())
    return [
        (
            titles.get(known[row["work"]], "") if row["work"] in known else "",
            [
                lines[people[text]].name if text in people else ""
                for text in row["holder"].split("; ")
            ],
        )
        for row in rows
    ]


def named_holders(texts: Iterable[str]) -> dict[str, UUID]:
    """Return the holders that texts name: an id, or the holder's own code."""
    asked = set(texts)
    keys = {text: key for text in asked if (key := key_of(text))}
    there = holders.lines(keys.values())
    return holders.by_codes(asked - keys.keys()) | {t: k for t, k in keys.items() if k in there}


_BUILT_ON = """
SELECT DISTINCT c.origin FROM rights_claim c JOIN rights_claim o ON o.org_id = c.org_id
    AND o.work_id = c.work_id AND o.origin <> ALL(%(ids)s) AND o.source <> 'default'
    AND o.superseded_at IS NULL
    AND o.claimed_rights && c.claimed_rights AND o.claimed_span && c.claimed_span
    AND o.claimed_window && c.claimed_window
WHERE c.origin = ANY(%(ids)s) AND c.superseded_at IS NULL
    AND (SELECT min(f.recorded_at) FROM rights_claim f WHERE f.org_id = o.org_id
        AND f.origin = o.origin) > (SELECT min(f.recorded_at) FROM rights_claim f
        WHERE f.org_id = c.org_id AND f.origin = c.origin)
"""


def built_on(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the claims that later claims, not among them, lie on."""
    with connection.cursor() as cursor:
        cursor.execute(_BUILT_ON, {"ids": list(ids)})
        return {row[0] for row in cursor.fetchall()}


def _values(claims: Any) -> dict[UUID, Row]:
    rows = list(
        claims.known_at()
        .exclude(source=Source.DEFAULT)
        .order_by("origin", "claimed_window", "id")
        .values_list(
            "origin", "id", "work_id", "right_type_id", "written", "claimed_window", "date_rule",
            "resolved_on", "source", "override_reason", "parts_total", "source_ref",
        )
    )  # fmt: skip
    shares: dict[UUID, list[tuple[UUID, int]]] = {row[1]: [] for row in rows}
    told = Share.objects.filter(claim_id__in=among(shares)).order_by("claim_id", "position")
    for claim, holder, parts in told.values_list("claim_id", "holder_id", "parts"):
        shares[claim].append((holder, parts))
    codes = works.codes(row[2] for row in rows)
    people = holders.lines({holder for listed in shares.values() for holder, _ in listed})
    references = {key: line.code or str(key) for key, line in people.items()}
    return {
        origin: _told(list(group), shares, codes, references)
        for origin, group in groupby(rows, key=lambda row: row[0])
    }


def _told(
    rows: list[Any],
    shares: dict[UUID, list[tuple[UUID, int]]],
    codes: dict[UUID, str],
    references: dict[UUID, str],
) -> Row:
    _, pk, work, right, written, _, rule, resolved, source, reason, total, ref = rows[0]
    windows = sorted({row[5] for row in rows}, key=lambda one: one.lower or date.min)
    held = {frozenset((h, Fraction(p, row[10])) for h, p in shares[row[1]]) for row in rows}
    whole = len({(row[3], row[4], row[6], *row[8:10], row[11]) for row in rows}) == 1
    joined = all(one.upper == two.lower for one, two in zip(windows, windows[1:], strict=False))
    last = windows[-1].upper
    first = windows[0].lower
    one = len(held) == 1 and whole and joined and (len(windows) == 1 or rule == DateRule.CURRENT)
    return {
        "work": codes[work],
        "right_type": right,
        "territory": written,
        "from": first.isoformat() if first else "",
        "to": (last - timedelta(days=1)).isoformat() if last else "",
        "date_rule": rule,
        "signed_on": resolved.isoformat() if resolved and rule == DateRule.SIGNATURE else "",
        "source": source,
        "source_ref": ref,
        "reason": reason,
        "holder": "; ".join(references[holder] for holder, _ in shares[pk]),
        "share": "; ".join(str(Fraction(p, total)) for _, p in shares[pk]) if one else PARTED,
    }


def sources() -> tuple[str, ...]:
    """Return where a table's claim may come from."""
    return tuple(one.value for one in Source if one != Source.DEFAULT)


def rules() -> tuple[str, ...]:
    """Return which days a territory's groups may be read on."""
    return tuple(DateRule.values)
