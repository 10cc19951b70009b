"""Settings, addresses, jobs: plugs the parts together. Sets the trap against floats near money."""

import decimal

decimal.DefaultContext.traps[decimal.FloatOperation] = True
decimal.setcontext(decimal.DefaultContext.copy())

from config.celery import app  # noqa: E402  (the trap comes first)

__all__ = ["app"]
