"""Plain Python that every app stands on: money, periods, keys, errors. No Django, no I/O."""
