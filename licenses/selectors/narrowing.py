"""What lists of licences are narrowed by."""

from datetime import date, timedelta

from django.db.models import Q

from catalog.selectors import shown
from holders.selectors import search
from kernel.ids import key_of
from rights.engine.boxes import ALWAYS
from rights.selectors import clauses
from territories.geography.spans import SpanSet

A_DAY = timedelta(days=1)


def places(text: str, today: date) -> SpanSet:
    """Return what an expression means today. Raises what territory expressions raise."""
    (found,) = clauses.boxes(
        right_type="any", territory=text, window=ALWAYS, rule="signature", signed_on=today
    )
    return found.box.places


def of_licensee(words: str) -> Q:
    """Return the condition for licensees by id or name."""
    if key := key_of(words):
        return Q(licensee=key)
    return Q(licensee__in=[one.id for one in search.find(words, limit=200, only_active=False)])


def of_work(words: str) -> Q:
    """Return the condition for licences of works by id, or by what finds works."""
    if key := key_of(words):
        return Q(works__contains=[key])
    found = list(shown.works().filter(shown.finds(words)).values_list("pk", flat=True)[:500])
    return Q(works__overlap=found) if found else Q(pk__in=[])


def last_day_between(first: date | None, last: date | None) -> Q:
    """Return the condition for the last day, both ends included; None leaves one open."""
    found = Q()
    if first:
        found &= Q(ends__gte=first + A_DAY)
    if last:
        found &= Q(ends__lte=last + A_DAY)
    return found
