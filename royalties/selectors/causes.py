"""Why exceptions wait, as few causes, with the money that each one holds back."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, Count, Min, Q, Sum, Value, When

from royalties.models import SalesException

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of doubt: ``where`` finds it in the words that matching wrote."""

    name: str
    label: str
    where: Q


_TITLED = " of that title by that artist."
# The words of selectors.matching; a test holds every one of them against this list.
CAUSES = (
    Cause("number", "Number in no catalogue", Q(doubt__endswith="is in no catalogue.")),
    Cause("shared", "Number of several works", Q(doubt__endswith="names several works.")),
    Cause("disagree", "Numbers of different works", Q(doubt__endswith="name different works.")),
    Cause("product", "Known product, unknown number", Q(doubt__startswith="The product is known")),
    Cause("title", "Known title, unknown number", Q(doubt__startswith="Title and artist are")),
    Cause("untitled", "Title in no catalogue", Q(doubt__startswith="No work of that title")),
    Cause("several", "Several works of that title", Q(doubt__endswith=f" works{_TITLED}")),
    Cause("unnamed", "No work is named", Q(doubt="The line names no work.")),
    Cause("undone", "A decision was undone", Q(doubt="A decision was undone.")),
)  # fmt: skip
LABELS = {**{cause.name: cause.label for cause in CAUSES}, OTHER: "Other doubts"}


@dataclass(slots=True)
class Held:
    """What one cause holds back: exceptions, money by currency, and since when."""

    cause: str
    label: str
    count: int = 0
    money: list[tuple[Decimal, str]] = field(default_factory=list)
    since: datetime | None = None


def of(cause: str) -> Q:
    """Return the condition for exceptions of one cause."""
    known = {each.name: each.where for each in CAUSES}
    if cause in known:
        return known[cause]
    rest = Q()
    for each in CAUSES:
        rest &= ~each.where
    return rest


def held() -> list[Held]:
    """Return what each cause holds back, most exceptions first; one query."""
    named = Case(*(When(c.where, then=Value(c.name)) for c in CAUSES), default=Value(OTHER))
    rows = (
        SalesException.objects.annotate(cause=named)
        .values("cause", "currency")
        .annotate(n=Count("fingerprint", distinct=True), a=Sum("amount"), first=Min("since"))
        .order_by("cause", "currency")
    )
    found: dict[str, Held] = {}
    for row in rows:
        one = found.setdefault(row["cause"], Held(row["cause"], LABELS[row["cause"]]))
        one.count += row["n"]
        one.money.append((row["a"], row["currency"]))
        one.since = min(one.since or row["first"], row["first"])
    return sorted(found.values(), key=lambda each: (-each.count, each.label))
