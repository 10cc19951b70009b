"""What was sold of one work: by accounting period, source and currency, from all lines at once."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Sold:
    """Lines of one source that count in one period; ``amount`` is exact. ``posted``: it's closed.

    A move of posted lines to another work counts in the period it was made in.
    """

    period: str
    source: str
    currency: str
    lines: int
    amount: Decimal
    posted: bool


# A key is one way in which a file names a work; it holds the sums of its lines by currency. Only
# keys of files that weren't taken back count, and each in the run that its day falls in.
_SOLD = """
WITH counted (file_id, counts_on, amounts, lines, sign) AS (
    SELECT k.file_id, k.counts_on, k.amounts, k.lines, 1
    FROM royalties_matchkey k WHERE k.work_id = %(work)s
    UNION ALL
    SELECT k.file_id, m.counts_on, k.amounts, k.lines, m.sign
    FROM royalties_rematch m JOIN royalties_matchkey k ON k.org_id = m.org_id AND k.id = m.key_id
    WHERE m.work_id = %(work)s
)
SELECT coalesce(r.period, f.period), f.profile, coalesce(a.currency, ''),
    sum(c.lines * c.sign)::bigint, coalesce(sum(a.amount::numeric * c.sign), 0), r.id IS NOT NULL,
    max(c.counts_on)
FROM counted c
JOIN royalties_salesfile f ON f.id = c.file_id AND f.reversed_at IS NULL
LEFT JOIN royalties_run r ON r.org_id = f.org_id AND r.state = 'posted'
    AND r.first_day <= c.counts_on AND c.counts_on < r.end_day
LEFT JOIN LATERAL jsonb_each_text(c.amounts) a (currency, amount) ON true
GROUP BY 1, 2, 3, 6 ORDER BY 7 DESC, 2, 3
"""


def of_work(work_id: UUID) -> list[Sold]:
    """Return what was sold of a work, newest period first; one query however many the lines."""
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, {"work": work_id})
        return [Sold(*row[:6]) for row in cursor.fetchall()]


def totals(rows: list[Sold]) -> list[tuple[str, Decimal, Decimal]]:
    """Return currency, all that was sold and what of it is posted, by currency."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for row in rows:
        if row.currency:
            sold, posted = found.get(row.currency, (Decimal(0), Decimal(0)))
            found[row.currency] = (sold + row.amount, posted + row.amount * row.posted)
    return [(currency, *sums) for currency, sums in sorted(found.items())]
