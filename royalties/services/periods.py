"""Which day is open; who counts lines into a period keeps off who closes it."""

from datetime import date, timedelta

from django.db import connection

from royalties.selectors.periods import first_open_day

_LOCK = "SELECT {}(hashtext('royalties.{}'), hashtext(current_setting('app.org')))"


def hold_open() -> date | None:
    """Keep periods from being closed until the transaction ends; return the first open day.

    None: nothing was ever posted, every day is open.
    """
    _take("pg_advisory_xact_lock_shared")
    return first_open_day()


def close_alone() -> date | None:
    """Keep everyone else from counting lines or closing; return the first open day."""
    _take("pg_advisory_xact_lock")
    return first_open_day()


def queue_alone() -> None:
    """Keep everyone else from writing the exception queue until the transaction ends."""
    _take("pg_advisory_xact_lock", "exceptions")


def counting_day(last_day: date, first_open: date | None) -> date:
    """Return the day on which a line counts: its period's last day, or the first that is open."""
    return last_day if first_open is None else max(last_day, first_open)


def last_day(end_day: date) -> date:
    """Return the last day included of a period stored half-open."""
    return end_day - timedelta(days=1)


def _take(lock: str, what: str = "period") -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format(lock, what))
