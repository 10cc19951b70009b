"""Background work. The Job row is the truth; a message only wakes a worker."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mediatrack")
app.config_from_object("config.queue")  # read when first needed: settings load this package
app.autodiscover_tasks()


@signals.worker_init.connect
def refuse_unsafe_role(sender: Any = None, **kwargs: Any) -> None:
    """Stop the start when the database role stands above the walls."""
    from django.db import connections

    from foundation import checks

    checks.refuse_unsafe_role()
    connections.close_all()  # the children make their own


@signals.worker_ready.connect
def first_pulse(sender: Any = None, **kwargs: Any) -> None:
    """Say at once that a worker is there."""
    from foundation.health import pulse

    pulse("worker")
