"""Small tasks of the foundation."""

from celery import shared_task

from foundation import health


@shared_task
def pulse() -> None:
    """Show that beat sends and a worker works: both were alive a moment ago."""
    health.pulse("worker")
    health.pulse("beat")
